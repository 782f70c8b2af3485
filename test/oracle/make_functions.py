"""Activations and losses of nn: writes activations.json and loss_functions.json. See common.py."""
import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from common import SPECIAL, Draw, Fixture

INF = float("inf")
# At infinities these are NaN in PyTorch by inf * 0; the test has their limits.
NO_INFINITY = {"silu", "gelu", "mish", "hardSwish", "softsign"}
KINKS = torch.tensor([-3.0, 3.0, 6.0, -2.999, 2.999, 20.0, 20.5, -20.0, 88.0, -88.0, 104.0, -104.0, 800.0, -800.0])


def activations():
    f = Fixture("activations")
    draw = Draw(21)

    def case(op, module, options=None, shape=(4, 6), special=True):
        x = draw.normal(*shape, scale=3)
        args = [options or {}]
        f.case(op, module, [x], args)
        if not special:
            return
        finite = SPECIAL[~torch.isnan(SPECIAL)]
        if op in NO_INFINITY:
            finite = finite[torch.isfinite(finite)]
        f.case(op, module, [torch.cat([finite, KINKS])], args, note="special")
        f.case(op, module, [torch.tensor([float("nan")])], args, note="NaN", gradients=False)

    case("identity", nn.Identity())
    case("sigmoid", nn.Sigmoid())
    case("tanh", nn.Tanh())
    case("relu", nn.ReLU())
    case("leakyReLU", nn.LeakyReLU())
    case("leakyReLU", nn.LeakyReLU(0.3), {"slope": 0.3})
    case("elu", nn.ELU())
    case("elu", nn.ELU(0.7), {"alpha": 0.7})
    case("selu", nn.SELU())
    case("celu", nn.CELU())
    case("celu", nn.CELU(2.5), {"alpha": 2.5})
    case("softplus", nn.Softplus())
    case("softplus", nn.Softplus(2.0), {"beta": 2})
    case("softplus", nn.Softplus(0.5, 1.0), {"beta": 0.5, "threshold": 1})
    case("softsign", nn.Softsign())
    case("gelu", nn.GELU())
    case("gelu", nn.GELU(approximate="tanh"), {"approximate": "tanh"})
    case("silu", nn.SiLU())
    case("mish", nn.Mish())
    case("hardSigmoid", nn.Hardsigmoid())
    case("hardSwish", nn.Hardswish())
    case("relu6", nn.ReLU6())
    case("logSigmoid", nn.LogSigmoid())
    x = torch.cat([SPECIAL[~torch.isnan(SPECIAL)], KINKS])
    f.case("step", lambda a: torch.heaviside(a, torch.zeros_like(a)), [x], [{}], gradients=False)
    for axis in [-1, 0, 1]:
        case("softmax", nn.Softmax(axis), {"axis": axis}, (3, 4, 2), special=False)
        case("logSoftmax", nn.LogSoftmax(axis), {"axis": axis}, (3, 4, 2), special=False)
        case("glu", nn.GLU(axis), {"axis": axis}, (2, 4, 6), special=False)
    f.case("softmax", nn.Softmax(-1), [torch.tensor([[1e30, 0, -1e30], [-INF, 1, 2], [1000, 1000, -1000]])], [{}])
    f.case("logSoftmax", nn.LogSoftmax(-1), [torch.tensor([[1e30, 0, -1e30], [1000, 1000, -1000]])], [{}])
    for shape, slopes in [((5,), 1), ((3, 4), 1), ((3, 4), 4), ((2, 3, 5), 3), ((2, 3, 2, 2), 3)]:
        f.case("pReLU", F.prelu, [draw.normal(*shape, scale=2), draw.uniform(-0.2, 0.6, slopes)])
    f.write()


def losses():
    f = Fixture("loss_functions")
    draw = Draw(22)
    shape = (4, 3)

    def pair(op, run, x, t, options=None, reductions=("mean", "sum", "none"), gradients=(True, False)):
        for reduction in reductions:
            torch_name = {"batchMean": "batchmean"}.get(reduction, reduction)
            f.case(
                op,
                lambda a, b: run(a, b, torch_name),
                [x, t],
                [dict(options or {}, reduction=reduction)],
                gradients=list(gradients),
            )

    def reduced(losses, reduction):
        return losses if reduction == "none" else losses.sum() if reduction == "sum" else losses.mean()

    x, t = draw.normal(*shape, scale=2), draw.normal(*shape, scale=2)
    t[0] = x[0]
    pair("meanSquaredError", lambda a, b, r: F.mse_loss(a, b, reduction=r), x, t)
    pair("meanSquaredError", lambda a, b, r: F.mse_loss(a, b, reduction=r) / 2, x, t, {"half": True})
    pair("meanAbsoluteError", lambda a, b, r: F.l1_loss(a, b, reduction=r), x, t)
    pair("huber", lambda a, b, r: F.huber_loss(a, b, reduction=r), x, t)
    pair("huber", lambda a, b, r: F.huber_loss(a, b, reduction=r, delta=2.5), x, t, {"delta": 2.5})
    pair("rootMeanSquaredError", lambda a, b, r: F.mse_loss(a, b, reduction=r).sqrt(), x, t, reductions=("mean", "sum"))
    pair("rootMeanSquaredError", lambda a, b, r: F.mse_loss(a, b, reduction="none").mean(1).sqrt(), x[1:], t[1:], reductions=("none",))
    # log cosh d = log((e^d + e^-d) / 2)
    d = draw.normal(*shape, scale=2)
    logcosh = lambda a, b, r: reduced(torch.logaddexp(a - b, b - a) - math.log(2), r)
    pair("logCosh", logcosh, x, d)
    far = torch.tensor([100.0, -100.0, 1e30, 0.001, -0.5, 1.0, -1.0])
    pair("logCosh", logcosh, far, torch.zeros(7), reductions=("none",))

    p, hit = draw.uniform(0.02, 0.98, *shape), draw.uniform(0, 1, *shape)
    hit[0] = torch.tensor([0.0, 1.0, 1.0])
    pair("binaryCrossEntropy", lambda a, b, r: F.binary_cross_entropy(a, b, reduction=r), p, hit)
    pair(
        "binaryCrossEntropy",
        lambda a, b, r: F.binary_cross_entropy(a, b, reduction=r),
        torch.tensor([0.0, 1.0, 0.0, 1.0, 1e-30, 1e-10]),
        torch.tensor([0.0, 1.0, 1.0, 0.0, 1.0, 0.0]),
        reductions=("none",),
    )
    logits = draw.normal(*shape, scale=4)
    pair("binaryCrossEntropyWithLogits", lambda a, b, r: F.binary_cross_entropy_with_logits(a, b, reduction=r), logits, hit)
    weights = draw.uniform(0.2, 4, 3)
    for reduction in ("mean", "sum", "none"):
        f.case(
            "binaryCrossEntropyWeighted",
            lambda a, b, w: F.binary_cross_entropy_with_logits(a, b, pos_weight=w, reduction=reduction),
            [logits, hit, weights],
            [{"reduction": reduction}],
            gradients=[True, False, False],
        )
        f.case(
            "binaryCrossEntropySampled",
            # A weighted mean: PyTorch's `weight` multiplies, and its mean divides by the count.
            lambda a, b, w: (lambda l: l if reduction == "none" else l.sum() if reduction == "sum" else l.sum() / (w.sum() * 3))(
                F.binary_cross_entropy_with_logits(a, b, weight=w[:, None], reduction="none")
            ),
            [logits, hit, draw.uniform(0.2, 4, 4)],
            [{"reduction": reduction}],
            gradients=[True, False, False],
        )

    labels = torch.tensor([0, 2, -100, 1, 4, 2], dtype=torch.int32)
    every = torch.tensor([0, 2, 3, 1, 4, 2], dtype=torch.int32)
    x = draw.normal(6, 5, scale=2)
    for smoothing in (0, 0.1):
        options = {"labelSmoothing": smoothing}
        pair("crossEntropy", lambda a, b, r: F.cross_entropy(a, b, reduction=r, label_smoothing=smoothing), x, labels, options)
        hot = F.one_hot(every.long(), 5)
        # Debian's one_hot is int64; int32 in the fixture.
        pair("crossEntropy", lambda a, b, r: F.cross_entropy(a, b.to(a.dtype), reduction=r, label_smoothing=smoothing), x, hot.int(), options)
        pair("crossEntropy", lambda a, b, r: F.cross_entropy(a, b, reduction=r, label_smoothing=smoothing), x, hot.float(), options)
    soft = torch.softmax(draw.normal(6, 5), 1)
    pair("crossEntropy", lambda a, b, r: F.cross_entropy(a, b, reduction=r), x, soft)
    deep = torch.tensor([[0, 2, -100], [1, 1, 2]], dtype=torch.int32)
    pair("crossEntropy", lambda a, b, r: F.cross_entropy(a, b, reduction=r), draw.normal(2, 3, 3), deep)
    class_weights = draw.uniform(0.3, 2, 5)
    sample_weights = draw.uniform(0.3, 2, 6)
    for reduction in ("mean", "sum", "none"):
        f.case(
            "crossEntropyWeighted",
            lambda a, b, w: F.cross_entropy(a, b, w, reduction=reduction, label_smoothing=0.2),
            [x, labels, class_weights],
            [{"reduction": reduction, "labelSmoothing": 0.2}],
            gradients=[True, False, False],
        )
        f.case(
            "negativeLogLikelihoodWeighted",
            lambda a, b, w: F.nll_loss(a, b, w, reduction=reduction),
            [torch.log_softmax(x, 1), labels, class_weights],
            [{"reduction": reduction}],
            gradients=[True, False, False],
        )

        def sampled(a, b, w, v, reduction=reduction):
            each = F.cross_entropy(a, b, w, reduction="none") * v
            if reduction != "mean":
                return reduced(each, reduction)
            took = b != -100
            return each.sum() / (w[b.clamp(min=0)] * v * took).sum()

        f.case("crossEntropySampled", sampled, [x, labels, class_weights, sample_weights], [{"reduction": reduction}], gradients=[True, False, False, False])
    log_p = torch.log_softmax(x, 1)
    pair("negativeLogLikelihood", lambda a, b, r: F.nll_loss(a, b, reduction=r), log_p, labels)

    q = torch.softmax(draw.normal(6, 5), 1)
    q[0] = torch.tensor([0.0, 0.25, 0.5, 0.25, 0.0])
    kinds = ("batchMean", "mean", "sum", "none")
    pair("klDivergence", lambda a, b, r: F.kl_div(a, b, reduction=r), log_p, q, reductions=kinds)
    pair("klDivergence", lambda a, b, r: F.kl_div(a, b, reduction=r, log_target=True), log_p, torch.log_softmax(draw.normal(6, 5), 1), {"logTarget": True}, reductions=kinds)

    signs = torch.sign(draw.normal(*shape))
    scores = draw.normal(*shape, scale=2)
    pair("hinge", lambda a, b, r: reduced(torch.clamp(1 - a * b, min=0), r), scores, signs)
    pair("multiMargin", lambda a, b, r: F.multi_margin_loss(a, b, reduction=r), x, every)
    pair("multiMargin", lambda a, b, r: F.multi_margin_loss(a, b, margin=0.5, p=2, reduction=r), x, every, {"margin": 0.5, "power": 2})

    # Lin et al. 2017, equation 5: -alpha_t (1 - p_t)^gamma log p_t.
    def focal(a, b, r, gamma, alpha):
        p_t = torch.where(b == 1, torch.sigmoid(a), 1 - torch.sigmoid(a))
        log_p_t = torch.where(b == 1, F.logsigmoid(a), F.logsigmoid(-a))
        alpha_t = 1 if alpha is None else torch.where(b == 1, torch.full_like(a, alpha), torch.full_like(a, 1 - alpha))
        return reduced(-alpha_t * (1 - p_t) ** gamma * log_p_t, r)

    binary = (draw.uniform(0, 1, *shape) < 0.5).float()
    for gamma, alpha in ((2, 0.25), (0, None), (0.5, 0.75)):
        pair("focal", lambda a, b, r: focal(a, b, r, gamma, alpha), logits, binary, {"gamma": gamma, "alpha": alpha})
    f.write()


activations()
losses()
