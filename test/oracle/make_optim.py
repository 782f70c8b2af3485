"""Trajectories of optimizers over 50 steps on fixed gradients, in float64, rounded once when written.

PyTorch's own where it has the optimizer; Lion is written from its paper. Parameters of all cases start alike and get the same gradients.
"""
import json
import pathlib

import numpy as np
import torch

from common import number

STEPS = 50
SIZE = 5

rng = np.random.default_rng(1)
START = np.round(rng.standard_normal(SIZE), 3)
# Slowly turning gradients of unequal size, one of them often exactly 0.
GRADIENTS = np.round(rng.standard_normal((STEPS, SIZE)) * [1, 0.1, 3, 1, 1] + [0.5, 0, -1, 0, 0.2], 3)
GRADIENTS[::3, 3] = 0


def trajectory(make):
    p = torch.tensor(START, dtype=torch.float64).requires_grad_()
    optimizer = make([p])
    values = []
    for g in GRADIENTS:
        p.grad = torch.tensor(g, dtype=torch.float64)
        optimizer.step()
        values.append(p.detach().numpy().copy())
    return values


def lion(lr, beta1=0.9, beta2=0.99, decay=0.0):
    """Chen et al. 2023, algorithm 2."""
    p, m, values = START.copy(), np.zeros(SIZE), []
    for g in GRADIENTS:
        c = beta1 * m + (1 - beta1) * g
        p = p - lr * (np.sign(c) + decay * p)
        m = beta2 * m + (1 - beta2) * g
        values.append(p.copy())
    return values


def rows(values):
    return "[%s]" % ",".join("[%s]" % ",".join(number(v) for v in row) for row in values)


O = torch.optim
cases = {
    "sgd": trajectory(lambda p: O.SGD(p, lr=0.1)),
    "sgd momentum": trajectory(lambda p: O.SGD(p, lr=0.1, momentum=0.9)),
    "sgd nesterov": trajectory(lambda p: O.SGD(p, lr=0.1, momentum=0.9, nesterov=True)),
    "sgd l2": trajectory(lambda p: O.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.1)),
    "adam": trajectory(lambda p: O.Adam(p, lr=0.01)),
    "adam options": trajectory(lambda p: O.Adam(p, lr=0.01, betas=(0.5, 0.9), eps=1e-3)),
    "adam l2": trajectory(lambda p: O.Adam(p, lr=0.01, weight_decay=0.1)),
    "amsgrad": trajectory(lambda p: O.Adam(p, lr=0.01, betas=(0.9, 0.8), amsgrad=True)),
    "adamW": trajectory(lambda p: O.AdamW(p, lr=0.01)),
    "adamW decay": trajectory(lambda p: O.AdamW(p, lr=0.01, weight_decay=0.3)),
    "adamax": trajectory(lambda p: O.Adamax(p)),
    # The single-tensor form of 1.13 takes the momentum into its product twice; later versions and this one do not.
    "nAdam": trajectory(lambda p: O.NAdam(p, foreach=True)),
    "rAdam": trajectory(lambda p: O.RAdam(p, lr=0.01)),
    "rAdam short": trajectory(lambda p: O.RAdam(p, lr=0.01, betas=(0.8, 0.9))),
    "adagrad": trajectory(lambda p: O.Adagrad(p, lr=0.1)),
    "adagrad options": trajectory(lambda p: O.Adagrad(p, lr=0.1, lr_decay=0.05, initial_accumulator_value=0.1, eps=1e-3)),
    "adadelta": trajectory(lambda p: O.Adadelta(p)),
    "adadelta options": trajectory(lambda p: O.Adadelta(p, lr=0.5, rho=0.8, eps=1e-3)),
    "rmsProp": trajectory(lambda p: O.RMSprop(p)),
    "rmsProp centred": trajectory(lambda p: O.RMSprop(p, centered=True, eps=1e-3)),
    "rmsProp momentum": trajectory(lambda p: O.RMSprop(p, momentum=0.9, alpha=0.9)),
    "rmsProp both": trajectory(lambda p: O.RMSprop(p, momentum=0.5, centered=True, alpha=0.9, eps=1e-2)),
    "lion": lion(0.01),
    "lion decay": lion(0.01, decay=0.1),
}
lines = ['"%s":%s' % (name, rows(values)) for name, values in cases.items()]
versions = json.dumps({"torch": torch.__version__, "numpy": np.__version__})
path = pathlib.Path(__file__).parent / "fixtures" / "optim.json"
path.write_text(
    '{"versions":%s,\n"start":[%s],\n"gradients":%s,\n"cases":{\n%s\n}}\n'
    % (versions, ",".join(number(v) for v in START), rows(GRADIENTS), ",\n".join(lines))
)
print(path, path.stat().st_size)
