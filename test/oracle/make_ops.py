"""Fixtures of the general tensor operations: elementwise, reductions, shapes, indexing, products. Run: /usr/bin/python3 test/oracle/make_ops.py"""
import math

import torch
import torch.nn.functional as F

from common import SPECIAL, Draw, Fixture

INF = math.inf
draw = Draw(7)
int32 = torch.int32


def tensor(values, dtype=torch.float32):
    return torch.tensor(values, dtype=dtype)


def ints(values):
    return tensor(values, int32)


def all_axes(x, axes):
    return list(range(x.dim())) if axes is None else axes


# Operations of one tensor: the function and where it is smooth.
UNARY = {
    "neg": (torch.neg, (-3, 3)),
    "abs": (torch.abs, (-3, 3)),
    "square": (torch.square, (-3, 3)),
    "sqrt": (torch.sqrt, (0.01, 9)),
    "relu": (torch.relu, (-3, 3)),
    "exp": (torch.exp, (-12, 12)),
    "exp2": (torch.exp2, (-12, 12)),
    "expm1": (torch.expm1, (-2, 4)),
    "log": (torch.log, (0.01, 9)),
    "log2": (torch.log2, (0.01, 9)),
    "log10": (torch.log10, (0.01, 9)),
    "log1p": (torch.log1p, (-0.9, 9)),
    "sigmoid": (torch.sigmoid, (-12, 12)),
    "softplus": (lambda x: F.softplus(x, threshold=1000), (-12, 30)),
    "tanh": (torch.tanh, (-4, 4)),
    "erf": (torch.erf, (-3, 3)),
    "sin": (torch.sin, (-7, 7)),
    "cos": (torch.cos, (-7, 7)),
    "tan": (torch.tan, (-1.4, 1.4)),
    "asin": (torch.asin, (-0.95, 0.95)),
    "acos": (torch.acos, (-0.95, 0.95)),
    "atan": (torch.atan, (-5, 5)),
    "sinh": (torch.sinh, (-5, 5)),
    "cosh": (torch.cosh, (-5, 5)),
    "rsqrt": (torch.rsqrt, (0.01, 9)),
    "reciprocal": (torch.reciprocal, (0.1, 5)),
    "floor": (torch.floor, (-5, 5)),
    "ceil": (torch.ceil, (-5, 5)),
    "round": (torch.round, (-5, 5)),
    "trunc": (torch.trunc, (-5, 5)),
    "sign": (torch.sign, (-5, 5)),
    "isNaN": (torch.isnan, (-5, 5)),
    "isFinite": (torch.isfinite, (-5, 5)),
    "logicalNot": (torch.logical_not, (-5, 5)),
}
# Far out and near 0, where series and reductions of arguments are tried.
WIDE = tensor([1e-20, -1e-7, 3e-4, -0.02, 0.3, -0.7, 0.999, -1, 6.5, -20.25, 80.5, -87, 100, -103, 1000.125, 1e5, 1e20, 3e38, 1e-38, 1e-44])
BINARY = {
    "add": torch.add,
    "sub": torch.sub,
    "mul": torch.mul,
    "div": torch.div,
    "minimum": torch.minimum,
    "maximum": torch.maximum,
    "pow": torch.pow,
    "remainder": torch.remainder,
    "atan2": torch.atan2,
    "eq": torch.eq,
    "ne": torch.ne,
    "lt": torch.lt,
    "le": torch.le,
    "gt": torch.gt,
    "ge": torch.ge,
    "logicalAnd": torch.logical_and,
    "logicalOr": torch.logical_or,
}
FLAT = {"floor", "ceil", "round", "trunc", "sign"}
INTEGER_BINARY = ["add", "sub", "mul", "div", "minimum", "maximum", "remainder", "eq", "lt", "ge"]
NUMBERS = {"add": 2.5, "sub": -1.25, "mul": 3, "div": 8, "minimum": 0.5, "maximum": 0.5, "remainder": 0.75, "gt": 0.5, "eq": 0.5}


def elementwise():
    f = Fixture("elementwise")
    for op, (run, (low, high)) in UNARY.items():
        f.case(op, run, [draw.uniform(low, high, 3, 5)])
        for shape in [(0,), (2, 0), (1, 1), ()]:
            f.case(op, run, [draw.uniform(low, high, *shape)])
        # torch.sign(NaN) is 0; Gradus and NumPy keep NaN.
        special = SPECIAL[1:] if op == "sign" else SPECIAL
        f.case(op, run, [special], note="special values", gradients=False)
        if op not in FLAT:
            f.case(op, run, [WIDE], note="wide range", gradients=False)
    for op, run in BINARY.items():
        low = 0.2 if op == "pow" else -3
        for a, b in [((3, 4), (3, 4)), ((3, 1), (4,)), ((), (2, 2)), ((0, 3), (1, 3)), ((2, 1, 3), (4, 1)), ((1,), (1, 1))]:
            y = draw.uniform(0.3, 3, *b) if op in ("div", "remainder") else draw.uniform(low, 3, *b)
            f.case(op, run, [draw.uniform(low, 3, *a), y])
        # The remainder is exact while the quotient is below 2^53.
        special = SPECIAL[:12] if op == "remainder" else SPECIAL
        f.case(op, run, [special.reshape(-1, 1), special], note="special values", gradients=False)
    for op, number in NUMBERS.items():
        f.case(op, lambda x: BINARY[op](x, tensor(number, x.dtype)), [draw.normal(2, 3)], [number], note="a number")
    for op in INTEGER_BINARY:
        f.case(op, BINARY[op], [ints([[7, -7, 0], [5, -9, 2147483647]]), ints([3, 2, -4])], note="integers", native=True)
    for op in ["minimum", "maximum"]:
        f.case(op, BINARY[op], [tensor([1, 2, 3]), tensor([1, 3, 2])], note="ties")
    for exponent in [-2, -1, -0.5, 0, 0.5, 1, 2, 3, 4, 2.5, -3]:
        f.case("pow", lambda x: x**exponent, [draw.uniform(0.2, 3, 2, 3)], [exponent], note="a number")
    for exponent in [2, 3, 4]:
        f.case("pow", lambda x: x**exponent, [draw.normal(2, 3)], [exponent], note="any sign")
    choice = draw.truths(3, 4)
    f.case("where", torch.where, [choice, draw.normal(3, 4), draw.normal(4)])
    f.case("where", torch.where, [choice, SPECIAL[:4], draw.normal(3, 1)], note="special values")
    f.case("where", torch.where, [draw.truths(2, 1), draw.integers(0, 9, 3), draw.integers(0, 9, 2, 3)])
    f.case("where", torch.where, [draw.truths(2, 1), draw.truths(3), draw.truths(2, 3)])
    x = tensor([-2, -1, -0.5, 0, 0.5, 1, 2, INF, -INF])
    for low, high in [(-1, 1), (0.5, 0.5), (-INF, 1), (0, INF)]:
        f.case("clip", lambda x: torch.clamp(x, low, high), [x], [low, high])
    f.case("clip", lambda x: torch.clamp(x, -1, 1), [SPECIAL], [-1, 1], note="special values", gradients=False)
    f.case("clip", lambda x, low, high: torch.clamp(x, low, high), [draw.normal(3, 4), draw.uniform(-1, 0, 4), draw.uniform(0, 1, 3, 1)])
    f.write()


def reductions():
    f = Fixture("reductions")
    places = [(None, False), (0, False), (1, True), (-1, False), ([0, 2], False), ([0, 2], True), (None, True)]

    def prod(x, axes, keep):
        for axis in sorted([a % x.dim() for a in ([axes] if isinstance(axes, int) else all_axes(x, axes))], reverse=True):
            x = torch.prod(x, axis, keepdim=keep)
        return x

    runs = {
        "sum": lambda x, axes, keep: torch.sum(x, all_axes(x, axes), keepdim=keep),
        "mean": lambda x, axes, keep: torch.mean(x, all_axes(x, axes), keepdim=keep),
        "prod": prod,
        "max": lambda x, axes, keep: torch.amax(x, all_axes(x, axes), keepdim=keep),
        "min": lambda x, axes, keep: torch.amin(x, all_axes(x, axes), keepdim=keep),
        "logSumExp": lambda x, axes, keep: torch.logsumexp(x, all_axes(x, axes), keepdim=keep),
        "variance": lambda x, axes, keep: torch.var(x, all_axes(x, axes), correction=1, keepdim=keep),
        "std": lambda x, axes, keep: torch.std(x, all_axes(x, axes), correction=1, keepdim=keep),
        "norm": lambda x, axes, keep: torch.linalg.vector_norm(x, 2, all_axes(x, axes), keepdim=keep),
    }
    for op, run in runs.items():
        for axes, keep in places:
            f.case(op, lambda x: run(x, axes, keep), [draw.normal(2, 3, 4)], [axes, {"keepDims": keep}])
        for shape, axes in [((1,), 0), ((1, 1, 1), None), ((3, 1), 0), ((0, 3), 1), ((0, 3), -1)]:
            # The variance of one value divides by 0.
            f.case(op, lambda x: run(x, axes, False), [draw.normal(*shape)], [axes], gradients=op not in ("variance", "std"))
        if op in ("sum", "mean", "prod", "norm", "logSumExp"):
            f.case(op, lambda x: run(x, 0, False), [draw.normal(0, 3)], [0])
            f.case(op, lambda x: run(x, None, False), [draw.normal(2, 0)], [None])
        rows = tensor([[1, float("nan"), 2], [INF, 1, 2], [-INF, 1, 2], [INF, -INF, 0], [-0.0, -0.0, -0.0], [INF, INF, 1], [-INF, -INF, -INF]])
        f.case(op, lambda x: run(x, 1, False), [rows], [1], note="special values", gradients=False)
    for op in ["sum", "prod", "max", "min"]:
        f.case(op, lambda x: runs[op](x, 1, False), [draw.integers(-9, 9, 3, 4)], [1], note="integers")
    f.case("sum", lambda x: torch.sum(x), [draw.truths(3, 4)], note="truths")
    f.case("sum", lambda x: torch.sum(x, 0), [tensor([[200], [100]], torch.uint8)], [0], note="bytes")
    f.case("prod", lambda x: prod(x, 1, False), [tensor([[2, 0, 3], [0, 5, 0], [1, 2, 4]])], [1], note="zeros")
    for op in ["max", "min"]:
        f.case(op, lambda x: runs[op](x, 1, False), [tensor([[2, 1, 2, 1], [3, 3, 3, 3]])], [1], note="ties")
    for order in [1, 2, 3, 1.5, INF, -INF]:
        for axes in [None, 1]:
            run = lambda x: torch.linalg.vector_norm(x, order, all_axes(x, axes))
            f.case("norm", run, [draw.normal(3, 4)], [axes, {"order": order}])
    f.case("norm", lambda x: torch.linalg.vector_norm(x, 2, 1), [tensor([[0, 0], [3, 4]])], [1], note="zero")
    f.case("norm", lambda x: torch.linalg.vector_norm(x, 2, 1), [tensor([[3e30, 4e30], [3e-30, 4e-30]])], [1], note="squares beyond float32")
    f.case("logSumExp", lambda x: torch.logsumexp(x, 1), [tensor([[1000, 1001, 999], [-1000, -1001, -999]])], [1], note="large")
    for correction in [0, 1, 2]:
        for op, run in [("variance", torch.var), ("std", torch.std)]:
            f.case(op, lambda x: run(x, 1, correction=correction), [draw.normal(3, 5)], [1, {"correction": correction}])
    f.case("variance", lambda x: torch.var(x, 0), [tensor([10000, 10001, 10002])], [0], note="far from 0")
    f.case("std", lambda x: torch.std(x, 0), [tensor([2, 2, 2])], [0], note="constant")
    for op, run in [("argMax", torch.argmax), ("argMin", torch.argmin)]:
        f.case(op, lambda x: run(x), [draw.normal(3, 4)])
        for axis in [0, -1]:
            f.case(op, lambda x: run(x, axis), [draw.normal(3, 4, 2)], [axis])
            f.case(op, lambda x: run(x, axis, keepdim=True), [draw.normal(3, 1)], [axis, {"keepDims": True}])
        f.case(op, lambda x: run(x, 1), [tensor([[1, float("nan"), 3], [-INF, INF, 0]])], [1], note="special values")
        f.case(op, lambda x: run(x, 1), [draw.normal(0, 3)], [1])
    for op, run in [("any", torch.any), ("all", torch.all)]:
        f.case(op, lambda x: run(x), [draw.truths(2, 3)])
        for shape in [(2, 3), (0, 3), (3, 0), (1, 1)]:
            f.case(op, lambda x: run(x, 1), [draw.truths(*shape)], [1])
            f.case(op, lambda x: run(x != 0, 0, keepdim=True), [draw.integers(0, 2, *shape)], [0, {"keepDims": True}])
        f.case(op, lambda x: run(x != 0, 0), [tensor([[float("nan"), 0.0, 1], [1, -0.0, 0]])], [0])
    f.case("countNonZero", lambda x: torch.count_nonzero(x, 1), [tensor([[float("nan"), 0, 1], [-0.0, 0, 3]])], [1])
    for shape, axis in [((5,), 0), ((2, 3, 2), 1), ((2, 3), -1), ((0, 3), 0), ((3, 0), 0)]:
        f.case("cumsum", lambda x: torch.cumsum(x, axis), [draw.normal(*shape)], [axis])
    f.case("cumsum", lambda x: torch.cumsum(x, 0), [draw.integers(-5, 5, 4)], [0])
    f.case("diff", lambda x: torch.diff(x, dim=1), [draw.normal(3, 4)], [1])
    f.write()


def products():
    f = Fixture("products")
    shapes = [((2, 3), (3, 4)), ((3,), (3, 4)), ((2, 3), (3,)), ((3,), (3,)), ((5, 2, 3), (3, 2)), ((5, 2, 3), (5, 3, 2)), ((2, 1, 2, 3), (4, 3, 2))]
    shapes += [((2, 3), (5, 3, 4)), ((0, 3), (3, 2)), ((2, 0), (0, 3)), ((1, 1), (1, 1)), ((0, 2, 3), (3, 2)), ((3,), (2, 3, 2)), ((2, 2, 3), (3,))]
    for a, b in shapes:
        f.case("matmul", torch.matmul, [draw.normal(*a), draw.normal(*b)])
    f.case("matmul", torch.matmul, [tensor([[INF, 1], [float("nan"), 0]]), tensor([[0.0, 1], [1, 1]])], note="special values", gradients=False)
    for x in [(4, 3), (3,), (2, 2, 3), (0, 3)]:
        f.case("linear", F.linear, [draw.normal(*x), draw.normal(5, 3)])
        f.case("linear", F.linear, [draw.normal(*x), draw.normal(5, 3), draw.normal(5)])
    equations = {
        "ij,jk->ik": [(2, 3), (3, 4)],
        "ij,kj->ik": [(2, 3), (4, 3)],
        "bij,bjk->bik": [(2, 2, 3), (2, 3, 2)],
        "bhqd,bhkd->bhqk": [(2, 2, 3, 2), (2, 2, 4, 2)],
        "i,j->ij": [(3,), (4,)],
        "i,i->": [(3,), (3,)],
        "i,i->i": [(3,), (3,)],
        "ij,j->i": [(2, 3), (3,)],
        "ij->ji": [(2, 3)],
        "ij->": [(2, 3)],
        "ij->j": [(2, 3)],
        "ii->": [(3, 3)],
        "ii->i": [(3, 3)],
        "iji->j": [(2, 3, 2)],
        "ij,jk": [(2, 3), (3, 2)],
        "ba": [(2, 3)],
        "ij,jk,kl->il": [(2, 3), (3, 2), (2, 3)],
        "bn,anm,bm->ba": [(2, 3), (4, 3, 2), (2, 2)],
        "ijk,ilm,njm,nlk,abc->": [(2, 2, 2), (2, 2, 2), (2, 2, 2), (2, 2, 2), (1, 2, 1)],
        "...ij,...jk->...ik": [(2, 2, 3), (2, 3, 2)],
        "i...->...i": [(2, 3, 2)],
        "abc,cd->abd": [(2, 2, 3), (3, 2)],
        "ij,ij->ij": [(2, 3), (2, 3)],
        "ij,k->j": [(2, 3), (2,)],
        "ij,jk->ki": [(0, 3), (3, 2)],
    }
    for equation, shapes in equations.items():
        f.case("einsum", lambda *xs: torch.einsum(equation, *xs), [draw.normal(*shape) for shape in shapes], [equation])
    f.write()


def main():
    elementwise()
    reductions()
    products()


if __name__ == "__main__":
    main()
