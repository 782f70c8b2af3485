"""Initializers: what torch.nn.init writes where nothing is random, fans, and Q factors with a positive diagonal of R."""
import torch
from torch.nn import init

from common import Draw, Fixture

f = Fixture("init")
draw = Draw(21)


def fill(shape, function, **options):
    return lambda: function(torch.empty(shape, dtype=torch.float64), **options)


for shape in [[3, 3], [2, 5], [5, 2], [1, 1]]:
    f.case("identity", fill(shape, init.eye_), [], [shape, {}])
for shape, groups in [([3, 3, 3], 1), ([4, 2, 4], 2), ([2, 4, 3, 3], 1), ([6, 2, 3, 5], 3), ([4, 1, 2, 2], 4), ([5, 3, 1, 1], 1), ([2, 2, 3, 2, 3], 1)]:
    f.case("delta", fill(shape, init.dirac_, groups=groups), [], [shape, {"groups": groups}])
for shape in [[7, 5], [16, 8, 3, 3], [4, 6, 9], [2, 3, 2, 3, 4]]:
    f.case("fans", lambda shape=shape: torch.tensor(init._calculate_fan_in_and_fan_out(torch.empty(shape)), dtype=torch.float64), [], [shape])


def positive_q(a):
    q, r = torch.linalg.qr(a)
    return q * torch.diag(r).sign()


def met_in_qr(a):
    """The vectors that the reflections of a QR factorization turn into multiples of the axes, [columns, rows]."""
    found = []
    for k in range(a.shape[1]):
        x = a[:, k].clone()
        x[:k] = 0
        found.append(x)
        v = x.clone()
        v[k] += v.norm() if v[k] > 0 else -v.norm()
        a = a - 2 * torch.outer(v, v @ a) / (v @ v)
    return torch.stack(found)


for shape in [(1, 1), (5, 5), (9, 4), (12, 12), (5, 1)]:
    a = draw.normal(*shape)
    f.case("randomFrame", lambda x, a=a: positive_q(a).T, [met_in_qr(a)], [], gradients=False)
f.write()
