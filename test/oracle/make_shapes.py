"""Fixtures of views, joining, padding, indexing and sorting. Run: /usr/bin/python3 test/oracle/make_shapes.py"""
import math

import torch
import torch.nn.functional as F

from common import SPECIAL, Draw, Fixture

draw = Draw(11)
int32 = torch.int32


def ints(values):
    return torch.tensor(values, dtype=int32)


def views():
    f = Fixture("views")
    x = draw.normal(2, 3, 4)
    f.case("reshape", lambda x: x.reshape(4, -1), [x], [[4, -1]])
    f.case("reshape", lambda x: x.reshape(0, 5), [draw.normal(5, 0)], [[0, 5]])
    f.case("flatten", lambda x: x.flatten(), [x])
    f.case("flatten", lambda x: x.flatten(1), [x], [1])
    f.case("permute", lambda x: x.permute(2, 0, 1), [x], [[2, 0, 1]])
    f.case("transpose", lambda x: x.transpose(-2, -1), [x])
    f.case("transpose", lambda x: x.transpose(0, 2), [x], [0, 2])
    f.case("expand", lambda x: x.expand(2, 3, 4), [draw.normal(3, 1)], [[2, 3, 4]])
    f.case("expand", lambda x: x.expand(0, 3), [draw.normal(1, 3)], [[0, -1]])
    f.case("unsqueeze", lambda x: x.unsqueeze(1), [x], [1])
    f.case("unsqueeze", lambda x: x.unsqueeze(-1), [x], [-1])
    f.case("squeeze", lambda x: x.squeeze(), [draw.normal(1, 3, 1)])
    f.case("squeeze", lambda x: x.squeeze(0), [draw.normal(1, 3, 1)], [0])
    f.case("flip", lambda x: x.flip(0, 2), [x], [[0, 2]])
    f.case("flip", lambda x: x.flip(0), [draw.normal(0, 2)], [0])
    f.case("clone", lambda x: x.clone(), [SPECIAL])
    f.case("diagonal", lambda x: x.diagonal(dim1=-2, dim2=-1), [draw.normal(2, 3, 4)])
    f.case("diagonal", lambda x: x.diagonal(dim1=0, dim2=2), [draw.normal(3, 2, 3)], [0, 2])
    f.case("slice", lambda x: x[0:1, 1:, ::2], [x], [[[0, 1], [1], [None, None, 2]]])
    f.case("slice", lambda x: x[:, -2:-1], [x], [[":", [-2, -1]]])
    f.case("slice", lambda x: x[5:], [x], [[[5, None]]])
    f.case("slice", lambda x: x.flip(1)[:, :, 1:3], [x], [[":", [None, None, -1], [1, 3]]])
    f.case("slice", lambda x: x.flip(0)[1:6:2], [draw.normal(7)], [[[5, 0, -2]]])
    f.case("narrow", lambda x: x[:, 1:3], [x], [1, [1, 3]])
    f.case("select", lambda x: x.select(1, 2), [x], [1, 2])
    f.case("select", lambda x: x.select(-1, -1), [x], [-1, -1])
    f.case("at", lambda x: x[1], [x], [1])
    f.case("at", lambda x: x[:, -1, 1:3], [x], [":", -1, [1, 3]])
    f.case("at", lambda x: x[1, 2, 3], [x], [1, 2, 3])
    f.case("split", lambda x: x.split(2, 2), [draw.normal(2, 3, 5)], [2, 2])
    f.case("split", lambda x: x.split([1, 0, 4], -1), [draw.normal(2, 5)], [[1, 0, 4], -1])
    f.case("chunk", lambda x: x.chunk(3, 0), [draw.normal(7, 2)], [3, 0])
    f.case("unstack", lambda x: x.unbind(1), [x], [1])
    f.case("concat", lambda *xs: torch.cat(xs, 0), [draw.normal(1, 3), draw.normal(2, 3), draw.normal(0, 3)], [0])
    f.case("concat", lambda *xs: torch.cat(xs, -1), [draw.normal(2, 1), draw.normal(2, 3)], [-1])
    f.case("concat", lambda *xs: torch.cat(xs, 0), [draw.normal(2), draw.integers(0, 9, 3)], [0], note="mixed types")
    f.case("concat", lambda *xs: torch.cat(xs, 0), [draw.integers(0, 9, 2), draw.integers(0, 9, 3)], [0])
    f.case("stack", lambda *xs: torch.stack(xs, 0), [draw.normal(2, 3), draw.normal(2, 3)], [0])
    f.case("stack", lambda *xs: torch.stack(xs, -1), [draw.normal(2, 3), draw.normal(2, 3), draw.normal(2, 3)], [-1])
    f.case("stack", lambda *xs: torch.stack(xs, 0), [draw.normal(), draw.normal()], [0])
    # PyTorch lists the paddings of the last axis first.
    f.case("pad", lambda x: F.pad(x, (1, 2)), [x], [[[1, 2]]])
    f.case("pad", lambda x: F.pad(x, (0, 1, 2, 0), value=-1.5), [x], [[[2, 0], [0, 1]], {"value": -1.5}])
    f.case("pad", lambda x: F.pad(x, (1, 1)), [draw.normal(2, 0)], [[[1, 1]]])
    f.case("pad", lambda x: F.pad(x, (2, 3), mode="reflect"), [x], [[[2, 3]], {"mode": "reflect"}])
    f.case("pad", lambda x: F.pad(x[None], (2, 0, 1, 2), mode="reflect")[0], [x], [[[1, 2], [2, 0]], {"mode": "reflect"}])
    f.case("pad", lambda x: F.pad(x[None], (2, 0, 1, 4), mode="replicate")[0], [x], [[[1, 4], [2, 0]], {"mode": "replicate"}])
    f.case("tile", lambda x: x.repeat(2, 3), [draw.normal(2, 2)], [[2, 3]])
    f.case("tile", lambda x: x.repeat(2, 1, 3), [draw.normal(2, 1)], [[2, 1, 3]])
    f.case("tile", lambda x: x.repeat(0, 2), [draw.normal(3)], [[0, 2]])
    f.case("repeat", lambda x: x.repeat_interleave(2, 1), [draw.normal(2, 3)], [2, 1])
    f.case("roll", lambda x: x.roll(1, 0), [draw.normal(4, 2)], [1, 0])
    f.case("roll", lambda x: x.roll((-1, 5), (0, 1)), [draw.normal(3, 4)], [[-1, 5], [0, 1]])
    f.case("roll", lambda x: x.roll(2, 0), [draw.normal(0, 2)], [2, 0])
    for shape in [(3, 4), (4, 3), (2, 2, 2), (0, 3)]:
        for k in [0, 1, -1]:
            f.case("tril", lambda x: x.tril(k), [draw.normal(*shape)], [k])
            f.case("triu", lambda x: x.triu(k), [draw.normal(*shape)], [k])
    f.case("triu", lambda x: x.triu(), [torch.tensor([[1.0, 2], [math.nan, 3]])], note="NaN outside", gradients=False)
    f.case("meshgrid", lambda *xs: torch.meshgrid(*xs, indexing="ij"), [draw.normal(2), draw.normal(3)])
    conversions = torch.tensor([0.0, -0.0, 0.6, -0.6, 1.5, 200.7, -3.2])
    f.case("to", lambda x: x.to(torch.int64), [conversions], ["int32"], gradients=False)
    f.case("to", lambda x: x.to(torch.bool), [conversions], ["bool"], gradients=False)
    f.case("to", lambda x: x.to(torch.float64), [ints([1, -2, 2147483647])], ["float32"])
    f.case("to", lambda x: x.to(torch.float64), [torch.tensor([True, False])], ["float32"])
    f.write()


def indexing():
    f = Fixture("indexing")
    x = draw.normal(4, 3, 2)
    once = [True, False]
    for axis in [0, 1, -1]:
        f.case("take", lambda x, i: x.index_select(axis, i), [x, ints([1, 0, 1, 1])], [axis], gradients=once)
    f.case("take", lambda x, i: x[i], [x, ints([[3, 0, 3], [1, 2, 0]])], [0], gradients=once)
    f.case("take", lambda x, i: x[:, i], [x, ints(2)], [1], gradients=once)
    f.case("take", lambda x, i: x[i], [x, ints([]).reshape(0)], [0], gradients=once)
    f.case("take", lambda x, i: x[i.long()], [draw.integers(0, 99, 5), ints([4, 0])], [0])
    f.case("gather", lambda x, i: x.gather(1, i), [x, draw.integers(0, 3, 4, 5, 2)], [1], gradients=once)
    f.case("gather", lambda x, i: x.gather(0, i), [x, draw.integers(0, 4, 2, 2, 1)], [0], gradients=once)
    f.case("gather", lambda x, i: x.gather(-1, i), [draw.normal(3, 4), draw.integers(0, 4, 3, 1)], [-1], gradients=once)
    f.case("gather", lambda x, i: x.gather(1, i), [draw.normal(3, 4), draw.integers(0, 4, 3, 0)], [1], gradients=once)
    both = [True, False, True]
    for shape, axis in [((4, 2, 2), 1), ((2, 3, 1), 0), ((4, 3, 2), 2)]:
        index = draw.integers(0, x.shape[axis], *shape)
        f.case("scatterAdd", lambda x, i, s: x.scatter_add(axis, i, s), [x, index, draw.normal(*shape)], [{"axis": axis}], gradients=both)
    f.case("scatter", lambda x, i, s: x.scatter(1, i, s), [x, ints([[[0, 2], [1, 0]]] * 4), draw.normal(4, 2, 2)], [{"axis": 1}], gradients=both)
    f.case("scatter", lambda x, i, s: x.scatter(0, i, s), [draw.normal(3, 4), ints([[2, 0], [1, 2]]), draw.normal(2, 2)], [{"axis": 0}], gradients=both)
    f.case("indexAdd", lambda x, i, s: x.index_add(0, i, s), [x, ints([1, 1, 3]), draw.normal(3, 3, 2)], [{"axis": 0}], gradients=both)
    f.case("indexAdd", lambda x, i, s: x.index_add(1, i, s), [x, ints([2, 0]), draw.normal(4, 2, 2)], [{"axis": 1}], gradients=both)
    weight = draw.normal(6, 3)
    f.case("embedding", lambda w, i: F.embedding(i, w), [weight, draw.integers(0, 6, 2, 4)], gradients=once)
    f.case("embedding", lambda w, i: F.embedding(i, w), [weight, ints(5)], gradients=once)
    f.case("embedding", lambda w, i: F.embedding(i, w), [weight, draw.integers(0, 6, 0, 4)], gradients=once)
    for mode in ["mean", "sum"]:
        run = lambda w, i: F.embedding_bag(i, w, mode=mode)
        f.case("embeddingBag", run, [weight, draw.integers(0, 6, 3, 4)], [{"mode": mode}], gradients=once)
        f.case("embeddingBag", run, [weight, draw.integers(0, 6, 1, 1)], [{"mode": mode}], gradients=once)
    f.case("oneHot", lambda i: F.one_hot(i, 4).double(), [ints([3, 0, 1])], [4])
    f.case("oneHot", lambda i: F.one_hot(i, 3), [ints([[2], [0]])], [3, {"dtype": "int32"}])
    f.case("nonZero", lambda x: x.nonzero(), [torch.tensor([[0, 1.5], [math.nan, 0]])], gradients=False)
    f.case("booleanMask", lambda x, m: x[m], [draw.normal(2, 3, 2), draw.truths(2, 3)])
    f.case("booleanMask", lambda x, m: x[m], [draw.normal(4), torch.tensor([True, False, False, True])])
    for descending in [False, True]:
        for shape, axis in [((6,), 0), ((2, 4, 3), 1), ((2, 4), -1), ((0, 3), 1), ((3, 0), 1), ((2, 1), 1)]:
            run = lambda x: torch.sort(x, stable=True, dim=axis, descending=descending)
            f.case("sort", run, [draw.normal(*shape)], [axis, {"descending": descending}])
        special = torch.tensor([[1, math.nan, -math.inf, 0.0, math.inf, -0.0, math.nan, 1]])
        run = lambda x: torch.sort(x, stable=True, dim=1, descending=descending)
        f.case("sort", run, [special], [1, {"descending": descending}], note="special values and ties")
        f.case("sort", run, [draw.integers(0, 4, 2, 9)], [1, {"descending": descending}], note="integers and ties")
        f.case("argSort", lambda x: torch.argsort(x, 0, descending=descending), [draw.normal(5, 2)], [0, {"descending": descending}])
        for axis in [0, -1]:
            run = lambda x: torch.topk(x, 2, axis, largest=descending)
            f.case("topK", run, [draw.normal(4, 3)], [2, {"axis": axis, "largest": descending}])
    f.case("topK", lambda x: torch.topk(x, 0), [draw.normal(4)], [0])
    f.case("sort", lambda x: torch.sort(x), [draw.normal()])
    f.write()


if __name__ == "__main__":
    views()
    indexing()
