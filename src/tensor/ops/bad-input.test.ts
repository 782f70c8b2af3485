/** What operations say to arguments that do not fit: the type of the error, its words, and that nothing is left behind. */
import { expect, test } from "vitest";
import { createReferenceExecutor } from "../../executors/reference/index.ts";
import * as g from "../index.ts";

const executor = createReferenceExecutor();
g.setExecutor(executor);
const x = g.tensor([
	[1, 2, 3],
	[4, 5, 6],
]);
const indices = g.tensor([[0], [1]], { dtype: "int32" });
const mask = g.tensor([true, false]);
const other = g.zeros([2], { executor: createReferenceExecutor() });

type Row = [call: string, run: () => unknown, error: new (...args: never[]) => Error, words: RegExp];

const rows: Row[] = [
	["x.add([2])", () => x.add(g.zeros([2])), g.ShapeError, /add: shapes \[2, 3\] and \[2\] do not broadcast.*axis 1.*3 and 2/s],
	["x.lt of another executor", () => g.zeros([2]).lt(other), g.ExecutorError, /lt: .*different executors/],
	["x.add(text)", () => x.add("1" as unknown as number), g.ArgumentError, /expected a Tensor, received string/],
	["where(number)", () => g.where(1 as unknown as g.Tensor, x, x), g.ArgumentError, /where: expected a Tensor, received number/],
	["clip(2, 1)", () => x.clip(2, 1), g.ArgumentError, /clip: expected low ≤ high, received low 2 and high 1/],
	["clip(NaN, 1)", () => x.clip(Number.NaN, 1), g.ArgumentError, /low NaN/],
	["clip of nothing", () => x.clip(null), g.ArgumentError, /clip: expected a lower or an upper bound/],
	["to(float16)", () => x.to("float16" as g.DType), g.DTypeError, /"float16" is no element type; expected one of/],
	["sum(2)", () => x.sum(2), g.IndexError, /sum: axis 2 is out of range; expected an integer from -2 to 1/],
	["sum([0, 0])", () => x.sum([0, -2]), g.ArgumentError, /sum: axis 0 is named twice/],
	["prod(5)", () => x.prod(5), g.IndexError, /prod: axis 5/],
	["max of nothing", () => g.zeros([0, 2]).max(0), g.ArgumentError, /max: shape \[0, 2\] has no elements/],
	["argMax of nothing", () => g.zeros([2, 0]).argMax(1), g.ArgumentError, /argMax: shape \[2, 0\] has no elements along axis 1/],
	["argMin(3)", () => x.argMin(3), g.IndexError, /argMin: axis 3/],
	["mean of integers", () => indices.mean(), g.DTypeError, /mean: expected float32 or float64, received int32. Try: x.to/],
	["variance of integers", () => indices.variance(), g.DTypeError, /variance: expected float32/],
	["variance with NaN", () => x.variance(0, { correction: Number.NaN }), g.ArgumentError, /finite correction, received NaN/],
	["norm(order 0)", () => x.norm(0, { order: 0 }), g.ArgumentError, /norm: expected an order > 0.*received 0/],
	["logSumExp of truths", () => mask.logSumExp(), g.DTypeError, /logSumExp: expected float32/],
	["any(1) of a vector", () => mask.any(1), g.IndexError, /any: axis 1/],
	["cumsum(2)", () => x.cumsum(2), g.IndexError, /cumsum: axis 2/],
	["diff of a scalar", () => g.scalar(1).diff(), g.IndexError, /diff: axis -1 is out of range; a scalar has no axes/],
	["sort(2)", () => x.sort(2), g.IndexError, /sort: axis 2/],
	["topK(4)", () => x.topK(4), g.ArgumentError, /topK: expected a count from 0 to 3, the length of axis 1 .*received 4/],
	["matmul", () => x.matmul(g.zeros([2, 2])), g.ShapeError, /matmul: shapes \[2, 3\] and \[2, 2\] do not fit/],
	["linear", () => x.linear(g.zeros([2, 2])), g.ShapeError, /linear 2 → 2: got input \[2, 3\]/],
	["einsum with text", () => g.einsum("i1->", x), g.ArgumentError, /einsum: "i1->" is no equation/],
	["einsum with two arrows", () => g.einsum("i->j->k", x), g.ArgumentError, /no equation/],
	["einsum with too few tensors", () => g.einsum("ij,jk->ik", x), g.ArgumentError, /speaks of 2 operands, received 1/],
	[
		"einsum with a wrong rank",
		() => g.einsum("ijk->", x),
		g.ShapeError,
		/"ijk" in "ijk->" has 3 labels, its tensor of shape \[2, 3\] has 2/,
	],
	["einsum with unequal lengths", () => g.einsum("ij,ij->", x, x.transpose()), g.ShapeError, /label "i" .* stands for lengths 2 and 3/],
	["einsum with a new label", () => g.einsum("ij->k", x), g.ArgumentError, /label "k" of the result/],
	["einsum with a label twice", () => g.einsum("ij->ii", x), g.ArgumentError, /label "i" of the result .* only once/],
	["reshape", () => x.reshape([4, -1]), g.ShapeError, /reshape: shape \[2, 3\] \(6 elements\) cannot become \[4, -1\]/],
	["permute", () => x.permute([0, 0]), g.ArgumentError, /permute: expected each of the 2 axes once/],
	["expand", () => x.expand([2, 6]), g.ShapeError, /expand: .*only axes of length 1 stretch/],
	["squeeze(0)", () => x.squeeze(0), g.ShapeError, /squeeze: axis 0 .* has length 2; expected 1/],
	["flip(2)", () => x.flip(2), g.IndexError, /flip: axis 2/],
	["diagonal(0, 0)", () => x.diagonal(0, -2), g.ArgumentError, /two different axes/],
	["at(2)", () => x.at(2), g.IndexError, /at: index 2 is out of range for axis 0 of shape \[2, 3\]; expected an integer from -2 to 1/],
	["at(0.5)", () => x.at(0.5), g.IndexError, /at: index 0.5/],
	["at(0, 0, 0)", () => x.at(0, 0, 0), g.ArgumentError, /has 2 axes, received 3/],
	["select of an empty axis", () => g.zeros([0]).select(0, 0), g.IndexError, /select: index 0 .*the axis is empty/],
	[
		"slice with step 0",
		() => x.slice([[0, 1, 0]]),
		g.ArgumentError,
		/slice: expected integers and a step other than 0, received \[0, 1, 0\]/,
	],
	["slice with text", () => x.slice(["all" as ":"]), g.ArgumentError, /slice: expected ranges \[start, stop, step\] or ":", received all/],
	["narrow(3)", () => x.narrow(3, [0, 1]), g.IndexError, /narrow: axis 3/],
	["concat of nothing", () => g.concat([]), g.ArgumentError, /concat: expected a list of at least one tensor, received an empty list/],
	["concat", () => g.concat([x, g.zeros([2, 2])]), g.ShapeError, /concat: tensor 1 of shape \[2, 2\] does not fit .*\[2, 3\].*but axis 0/s],
	["concat of scalars", () => g.concat([g.scalar(1)]), g.IndexError, /concat: axis 0 is out of range; a scalar has no axes/],
	["stack", () => g.stack([x, x.transpose()]), g.ShapeError, /stack: expected equal shapes.*Try: concat/s],
	["split([1, 1])", () => x.split([1, 1], 1), g.ShapeError, /split: expected lengths ≥ 0 that add up to 3/],
	["split(0)", () => x.split(0), g.ArgumentError, /split: expected a length ≥ 1, received 0/],
	["chunk(0)", () => x.chunk(0), g.ArgumentError, /chunk: expected a count ≥ 1/],
	["unstack(2)", () => x.unstack(2), g.IndexError, /unstack: axis 2/],
	["pad(-1)", () => x.pad([[-1, 0]]), g.ArgumentError, /pad: expected up to 2 pairs .* received \[\[-1,0\]\]/],
	[
		"pad of too many axes",
		() =>
			x.pad([
				[0, 0],
				[0, 0],
				[0, 0],
			]),
		g.ArgumentError,
		/up to 2 pairs/,
	],
	[
		"reflected border too long",
		() => x.pad([[3, 0]], { mode: "reflect" }),
		g.ShapeError,
		/shorter than its axis; received \[3, 0\] for axis 1/,
	],
	["edge of nothing", () => g.zeros([0]).pad([[1, 0]], { mode: "replicate" }), g.ShapeError, /no edge to replicate/],
	["pad in a new way", () => x.pad([[1, 0]], { mode: "wrap" as "constant" }), g.ArgumentError, /expected mode .* received wrap/],
	["tile(-1)", () => x.tile([-1]), g.ArgumentError, /tile: expected counts ≥ 0, received -1/],
	["repeat(1.5)", () => x.repeat(1.5), g.ArgumentError, /repeat: expected counts ≥ 0, received 1.5/],
	[
		"roll of unequal lists",
		() => x.roll([1, 2], 0),
		g.ArgumentError,
		/roll: expected one whole shift for each axis, received shifts \[1, 2\]/,
	],
	["meshgrid of a matrix", () => g.meshgrid(x), g.ShapeError, /meshgrid: expected vectors, received shape \[2, 3\]/],
	["tril of a vector", () => mask.tril(), g.ShapeError, /tril: expected at least two axes/],
	["take(2)", () => x.take([0, 2]), g.IndexError, /take: index 2 at position \[1\] is out of range; expected 0 to 1/],
	["take(-1)", () => x.take([-1]), g.IndexError, /take: index -1 at position \[0\].*Try: add the axis' length/s],
	["take with floats", () => x.take(g.zeros([2])), g.DTypeError, /take: expected indices of type int32, received float32. Try: indices.to/],
	["take with a mask", () => x.take(mask), g.DTypeError, /received bool. Try: booleanMask/],
	["take(0.5)", () => x.take([0.5]), g.IndexError, /take: expected whole numbers as indices, received 0.5/],
	["take from nothing", () => g.zeros([0]).take([0]), g.IndexError, /the indexed axis is empty/],
	[
		"gather with another rank",
		() => x.gather([0]),
		g.ShapeError,
		/gather: indices of shape \[1\] do not fit x of shape \[2, 3\].*Try: take/s,
	],
	["gather(3)", () => x.gather([[0], [3]]), g.IndexError, /gather: index 3 at position \[1, 0\] is out of range; expected 0 to 2/],
	[
		"scatterAdd of another shape",
		() => x.scatterAdd(indices, x),
		g.ShapeError,
		/scatterAdd: expected a source of the indices' shape \[2, 1\]/,
	],
	[
		"scatter of another type",
		() => x.scatter(indices, indices),
		g.DTypeError,
		/scatter: expected a source of type float32, received int32/,
	],
	[
		"scatterAdd of truths",
		() => mask.scatterAdd([0], mask.at([0, 1])),
		g.DTypeError,
		/scatterAdd: expected float32, float64 or int32, received bool/,
	],
	[
		"indexAdd of another type",
		() => x.indexAdd([0], indices.reshape([1, 2]).pad([[0, 1]])),
		g.DTypeError,
		/indexAdd: expected a source of type float32/,
	],
	["indexAdd", () => x.indexAdd([0], x), g.ShapeError, /indexAdd: expected a source of shape \[1, 3\]/],
	["embedding(2)", () => g.embedding(x, [[0, 2]]), g.IndexError, /embedding: index 2 at position \[0, 1\]/],
	[
		"embedding of a vector",
		() => g.embedding(g.zeros([3]), [0]),
		g.ShapeError,
		/embedding: expected a weight \[rows, dim\], received shape \[3\]/,
	],
	[
		"embeddingBag of a list",
		() => g.embeddingBag(x, [0, 1]),
		g.ShapeError,
		/embeddingBag: expected indices \[batch, bag\], received shape \[2\]/,
	],
	["embeddingBag by max", () => g.embeddingBag(x, [[0]], { mode: "max" as "sum" }), g.ArgumentError, /mode "mean" or "sum", received max/],
	["oneHot(3 of 3)", () => g.oneHot([3], 3), g.IndexError, /oneHot: index 3 at position \[0\] is out of range; expected 0 to 2/],
	["oneHot of 0 classes", () => g.oneHot([0], 0), g.ArgumentError, /oneHot: expected a class count ≥ 1/],
	["booleanMask of numbers", () => x.booleanMask(x), g.DTypeError, /booleanMask: expected a mask of type bool, received float32/],
	[
		"booleanMask of another shape",
		() => x.booleanMask(g.tensor([true])),
		g.ShapeError,
		/mask of the shape of x's first axes, \[2, 3\]; received \[1\]/,
	],
];

test.each(rows)("%s says what is wrong", (_, run, error, words) => {
	expect(() => g.scope(run)).toThrow(error);
	// The first time also makes constants that stay.
	const before = executor.memory().blockCount;
	expect(() => g.scope(run)).toThrow(words);
	expect(executor.memory().blockCount).toBe(before);
	expect(x.sum().item()).toBe(21);
});

test("operations on a disposed tensor say so", () => {
	const gone = g.ones([2]);
	gone.dispose();
	for (const run of [
		() => gone.exp(),
		() => gone.at(0),
		() => gone.take([0]),
		() => g.concat([gone, gone]),
		() => gone.sort(),
		() => gone.cumsum(0),
	]) {
		expect(run).toThrow(g.DisposedError);
	}
});
