"""Trajectories of optimizers that look at whole tensors, in float64, rounded once when written.

LAMB, Muon and Adafactor are written from their papers over a matrix [4, 3] and a vector [3] with fixed gradients. L-BFGS is PyTorch's, on
f(w, b) = ½ Σ c (w − t)² + Σ (w_i − w_{i+1})⁴ / 10 + ½ Σ b² + (Σ b · w[0])² / 4, starting from the same parameters, without line search.
"""
import json
import pathlib

import numpy as np
import torch

from common import number

STEPS = 40
rng = np.random.default_rng(3)
SHAPES = {"w": (4, 3), "b": (3,)}
START = {name: np.round(rng.standard_normal(shape), 3) for name, shape in SHAPES.items()}
GRADIENTS = [{name: np.round(rng.standard_normal(shape) * 0.7 + 0.3, 3) for name, shape in SHAPES.items()} for _ in range(STEPS)]
for g in GRADIENTS[::4]:
    g["b"][1] = 0
SCALES = np.round(rng.uniform(0.5, 4, (4, 3)), 3)
TARGETS = np.round(rng.standard_normal((4, 3)), 3)


def flat(p):
    return np.concatenate([p["w"].ravel(), p["b"].ravel()])


def follow(update, transposed=False):
    turn = (lambda x: x.T if x.ndim == 2 else x) if transposed else (lambda x: x)
    p = {name: turn(value).copy() for name, value in START.items()}
    state = {name: {} for name in p}
    values = []
    for t, gradients in enumerate(GRADIENTS, 1):
        for name in p:
            p[name] = update(p[name], turn(gradients[name]), state[name], t)
        values.append(flat(p))
    return values


def lamb(lr=1e-3, betas=(0.9, 0.999), eps=1e-6, decay=0.01):
    """You et al. 2020, algorithm 2, φ the identity; no decay of vectors, as Gradus' default."""

    def update(p, g, state, t):
        m = state["m"] = betas[0] * state.get("m", 0) + (1 - betas[0]) * g
        v = state["v"] = betas[1] * state.get("v", 0) + (1 - betas[1]) * g * g
        u = m / (1 - betas[0] ** t) / (np.sqrt(v / (1 - betas[1] ** t)) + eps) + (decay * p if p.ndim > 1 else 0)
        lengths = np.linalg.norm(p), np.linalg.norm(u)
        return p - lr * (lengths[0] / lengths[1] if min(lengths) > 0 else 1) * u

    return update


def adam(p, g, state, t, lr, decay=0.0, betas=(0.9, 0.999), eps=1e-8):
    m = state["m"] = betas[0] * state.get("m", 0) + (1 - betas[0]) * g
    v = state["v"] = betas[1] * state.get("v", 0) + (1 - betas[1]) * g * g
    return p * (1 - lr * decay) - lr * (m / (1 - betas[0] ** t)) / (np.sqrt(v / (1 - betas[1] ** t)) + eps)


def muon(lr=0.02, momentum=0.95, nesterov=True, adam_lr=3e-4, decay=0.0):
    """Jordan et al. 2024: https://kellerjordan.github.io/posts/muon."""

    def newton_schulz(g):
        x = g / (np.linalg.norm(g) + 1e-7)
        if g.shape[0] > g.shape[1]:
            x = x.T
        for _ in range(5):
            a = x @ x.T
            x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
        return x.T if g.shape[0] > g.shape[1] else x

    def update(p, g, state, t):
        if p.ndim < 2:
            return adam(p, g, state, t, adam_lr)
        v = state["v"] = momentum * state.get("v", 0) + (1 - momentum) * g
        u = newton_schulz(momentum * v + (1 - momentum) * g if nesterov else v)
        return p * (1 - lr * decay) - lr * max(1, p.shape[0] / p.shape[1]) ** 0.5 * u

    return update


def adafactor(lr=1e-2, eps1=1e-30, eps2=1e-3, d=1.0):
    """Shazeer & Stern 2018, algorithms 4 and 5."""
    rms = lambda x: np.sqrt(np.mean(x * x))

    def update(p, g, state, t):
        beta = 1 - t**-0.8
        square = g * g + eps1
        if p.ndim == 2:
            r = state["r"] = beta * state.get("r", 0) + (1 - beta) * square.sum(1)
            c = state["c"] = beta * state.get("c", 0) + (1 - beta) * square.sum(0)
            v = np.outer(r, c) / r.sum()
        else:
            v = state["v"] = beta * state.get("v", 0) + (1 - beta) * square
        u = g / np.sqrt(v)
        return p - max(eps2, rms(p)) * min(lr, 1 / np.sqrt(t)) * u / max(1, rms(u) / d)

    return update


def lbfgs(steps, **options):
    w, b = (torch.tensor(START[name], dtype=torch.float64).requires_grad_() for name in ("w", "b"))
    scales, targets = torch.tensor(SCALES), torch.tensor(TARGETS)
    optimizer = torch.optim.LBFGS([w, b], **options)

    def closure():
        optimizer.zero_grad()
        x = w.flatten()
        loss = (scales * (w - targets) ** 2).sum() / 2 + ((x[1:] - x[:-1]) ** 4).sum() / 10
        loss = loss + (b * b).sum() / 2 + (b * w[0]).sum() ** 2 / 4
        loss.backward()
        return loss

    values = []
    for _ in range(steps):
        optimizer.step(closure)
        values.append(torch.cat([w.flatten(), b]).detach().numpy().copy())
    return values


def rows(values):
    return "[%s]" % ",".join("[%s]" % ",".join(number(v) for v in row) for row in values)


cases = {
    "lamb": follow(lamb()),
    "lamb options": follow(lamb(lr=0.02, betas=(0.8, 0.95), eps=1e-3, decay=0.3)),
    "muon": follow(muon()),
    "muon plain": follow(muon(momentum=0.8, nesterov=False, adam_lr=1e-2, decay=0.5)),
    "muon transposed": follow(muon(), transposed=True),
    "adafactor": follow(adafactor()),
    "adafactor options": follow(adafactor(lr=0.3, eps1=1e-6, eps2=2.0, d=0.5)),
    "lbfgs": lbfgs(4, lr=0.2, max_iter=5),
    "lbfgs short history": lbfgs(6, lr=0.2, max_iter=4, history_size=2),
}
lines = ['"%s":%s' % (name, rows(values)) for name, values in cases.items()]
versions = json.dumps({"torch": torch.__version__, "numpy": np.__version__})
path = pathlib.Path(__file__).parent / "fixtures" / "optim-tensors.json"
path.write_text(
    '{"versions":%s,\n"start":%s,\n"scales":%s,\n"targets":%s,\n"gradients":%s,\n"cases":{\n%s\n}}\n'
    % (
        versions,
        rows([flat(START)])[1:-1],
        rows(SCALES),
        rows(TARGETS),
        rows([flat(g) for g in GRADIENTS]),
        ",\n".join(lines),
    )
)
print(path, path.stat().st_size)
for name, values in cases.items():
    print(name, values[-1][:4], values[-1][-2:])
