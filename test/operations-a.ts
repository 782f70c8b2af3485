/**
 * The general operations with sample inputs, for tests that hold for all of them.
 * Values lie away from kinks, ties and poles, so that derivatives can be compared with differences.
 */

import type { Tensor } from "../src/tensor/index.ts";
import * as g from "../src/tensor/index.ts";
import { networkOperations } from "./operations-b.ts";

/** An operation as a function of tensors, and values for them. */
export interface OperationSample {
	readonly fn: (...inputs: Tensor[]) => Tensor;
	readonly inputs: readonly g.TensorLike[];
	/** Of executors against the reference, relative to 1 + |value|, where roundings are larger than usual. Say why. */
	readonly tolerance?: number;
}

type Row = OperationSample;

/** Values in (low, high), all different, none at a whole number or a half. */
function draw(shape: readonly number[], low = -2, high = 2, seed = 1): g.TensorLike {
	let state = seed * 7919;
	const fill = (axis: number): g.TensorLike => {
		if (axis < shape.length) return Array.from({ length: shape[axis] }, () => fill(axis + 1));
		state = (state * 16807 + 12345) % 2147483647;
		return low + ((high - low) * ((state % 9973) + 0.37)) / 9974;
	};
	return fill(0);
}

const m23 = draw([2, 3]);
const m34 = draw([3, 4], -2, 2, 2);
const positive = draw([2, 3], 0.3, 3, 3);
const cube = draw([2, 3, 4], -2, 2, 4);

const unary = (fn: (x: Tensor) => Tensor, low = -2, high = 2): Row => ({ fn, inputs: [draw([2, 3], low, high, 5)] });
const broadcast = (fn: (x: Tensor, y: Tensor) => Tensor, low = -2): Row => ({
	fn,
	inputs: [draw([2, 1, 3], low, 2, 6), draw([4, 1], Math.max(low, 0.3), 2, 7)],
});
const onCube = (fn: (x: Tensor) => Tensor): Row => ({ fn, inputs: [cube] });

const elementwise: Record<string, Row> = {
	add: broadcast(g.add),
	sub: broadcast(g.sub),
	mul: broadcast(g.mul),
	div: broadcast(g.div),
	minimum: broadcast(g.minimum),
	maximum: broadcast(g.maximum),
	pow: broadcast(g.pow, 0.3),
	remainder: broadcast(g.remainder, 0.3),
	atan2: broadcast(g.atan2),
	"pow by numbers": unary((x) => g.stack([-2, -1, -0.5, 0.5, 1, 2, 3, 4, 2.5].map((exponent) => g.pow(x, exponent))), 0.3, 2),
	neg: unary(g.neg),
	abs: unary(g.abs),
	square: unary(g.square),
	sqrt: unary(g.sqrt, 0.3, 4),
	relu: unary(g.relu),
	exp: unary(g.exp),
	exp2: unary(g.exp2),
	expm1: unary(g.expm1),
	log: unary(g.log, 0.3, 4),
	log2: unary(g.log2, 0.3, 4),
	log10: unary(g.log10, 0.3, 4),
	log1p: unary(g.log1p, -0.5, 4),
	sigmoid: unary(g.sigmoid),
	softplus: unary(g.softplus),
	tanh: unary(g.tanh),
	erf: unary(g.erf),
	sin: unary(g.sin),
	cos: unary(g.cos),
	tan: unary(g.tan, -1.2, 1.2),
	asin: unary(g.asin, -0.8, 0.8),
	acos: unary(g.acos, -0.8, 0.8),
	atan: unary(g.atan),
	sinh: unary(g.sinh),
	cosh: unary(g.cosh),
	rsqrt: unary(g.rsqrt, 0.5, 3),
	reciprocal: unary(g.reciprocal, 0.5, 3),
	where: { fn: (x, y) => g.where(g.gt(x, 0), x, g.square(y)), inputs: [m23, draw([3], -2, 2, 8)] },
	"where with a number": unary((x) => g.where(g.gt(x, 0), 1.5, g.square(x))),
	clip: unary((x) => g.clip(x, -1.01, 1.01)),
	"clip with tensors": { fn: (x, low, high) => g.clip(x, low, high), inputs: [m23, draw([3], -1, -0.5, 9), draw([2, 1], 0.5, 1, 10)] },
	elementwise: unary(g.elementwise("cubic", (x) => x.mul(x).mul(x).add(1))),
};

const reductions: Record<string, Row> = {
	sum: onCube((x) => x.sum([0, 2])),
	mean: onCube((x) => x.mean(1, { keepDims: true })),
	prod: onCube((x) => x.prod(-1)),
	"prod with a zero": {
		fn: (x) => x.prod(1),
		inputs: [
			[
				[0, 2, 3],
				[1.5, -1, 2],
			],
		],
	},
	max: onCube((x) => x.max(2)),
	min: onCube((x) => x.min([0, 1])),
	variance: onCube((x) => x.variance([1, 2])),
	"variance of a population": onCube((x) => x.variance(0, { correction: 0, keepDims: true })),
	std: onCube((x) => x.std(2)),
	logSumExp: onCube((x) => x.logSumExp([0, 2])),
	norm: onCube((x) => x.norm(1)),
	"norm of all": onCube((x) => x.norm()),
	"norm of order 1": onCube((x) => x.norm(1, { order: 1 })),
	"norm of order 3": onCube((x) => x.norm(1, { order: 3 })),
	"norm of order 1.5": onCube((x) => x.norm(undefined, { order: 1.5 })),
	"norm of order ∞": onCube((x) => x.norm(1, { order: Number.POSITIVE_INFINITY })),
	cumsum: onCube((x) => x.cumsum(1)),
	"cumsum from the end": onCube((x) => x.cumsum(-1, { reverse: true })),
	diff: onCube((x) => x.diff(1)),
	sort: onCube((x) => x.sort(1).values),
	"sort descending": onCube((x) => x.sort(-1, { descending: true }).values),
	topK: onCube((x) => x.topK(2, { axis: 0 }).values),
};

const products: Record<string, Row> = {
	matmul: { fn: g.matmul, inputs: [m23, m34] },
	"matmul with a batch": { fn: g.matmul, inputs: [draw([2, 1, 2, 3]), draw([3, 3, 2], -2, 2, 11)] },
	"matmul of vectors": { fn: g.matmul, inputs: [draw([3]), draw([3], -2, 2, 12)] },
	"matmul transposed": { fn: (x, y) => g.matmul(x.transpose(), y.transpose()), inputs: [draw([3, 2]), draw([4, 3])] },
	linear: { fn: (x, w, b) => g.linear(x, w, b), inputs: [draw([2, 2, 3]), draw([2, 3], -2, 2, 16), draw([2], -1, 1, 13)] },
	"einsum bij,bjk->bik": { fn: (x, y) => g.einsum("bij,bjk->bik", x, y), inputs: [draw([2, 2, 3]), draw([2, 3, 2], -2, 2, 14)] },
	"einsum iji->j": { fn: (x) => g.einsum("iji->j", x), inputs: [draw([2, 3, 2])] },
	"einsum ij,k,jk->": { fn: (x, y, z) => g.einsum("ij,k,jk->", x, y, z), inputs: [m23, draw([2]), draw([3, 2])] },
};

const shapes: Record<string, Row> = {
	reshape: onCube((x) => x.reshape([4, -1])),
	flatten: onCube((x) => x.flatten(1)),
	permute: onCube((x) => x.permute([2, 0, 1])),
	transpose: onCube((x) => x.transpose(0, 1)),
	expand: { fn: (x) => x.expand([2, 3, 4]), inputs: [draw([3, 1])] },
	unsqueeze: onCube((x) => x.unsqueeze(1)),
	squeeze: { fn: (x) => x.squeeze(), inputs: [draw([1, 3, 1])] },
	flip: onCube((x) => x.flip([0, 2])),
	clone: onCube((x) => x.clone()),
	toContiguous: onCube((x) => x.transpose().toContiguous()),
	diagonal: onCube((x) => x.diagonal()),
	slice: onCube((x) => x.slice([[1], ":", [null, null, -2]])),
	narrow: onCube((x) => x.narrow(1, [0, 2])),
	select: onCube((x) => x.select(1, -1)),
	at: onCube((x) => x.at(0, [1, null], -1)),
	concat: { fn: (x, y) => g.concat([x, y, x], 1), inputs: [m23, draw([2, 1])] },
	stack: { fn: (x, y) => g.stack([x, y], 1), inputs: [m23, positive] },
	split: onCube((x) => g.concat(x.split([1, 3], 2).reverse(), 2)),
	unstack: onCube((x) => g.add(x.unstack(1)[0], x.unstack(1)[2])),
	pad: onCube((x) =>
		x.pad(
			[
				[1, 0],
				[2, 1],
			],
			{ value: 3 },
		),
	),
	"pad by reflection": onCube((x) =>
		x.pad(
			[
				[2, 1],
				[0, 3],
			],
			{ mode: "reflect" },
		),
	),
	"pad by replication": onCube((x) =>
		x.pad(
			[
				[2, 1],
				[0, 3],
			],
			{ mode: "replicate" },
		),
	),
	tile: onCube((x) => x.tile([2, 1, 2])),
	repeat: onCube((x) => x.repeat(3, 1)),
	roll: onCube((x) => x.roll([1, -1], [0, 2])),
	tril: onCube((x) => x.tril(-1)),
	triu: onCube((x) => x.triu(1)),
	meshgrid: { fn: (x, y) => g.mul(g.meshgrid(x, y)[0], g.meshgrid(x, y)[1]), inputs: [draw([2]), draw([3])] },
};

const indexing: Record<string, Row> = {
	take: onCube((x) =>
		x.take(
			[
				[2, 0],
				[2, 2],
			],
			1,
		),
	),
	embedding: {
		fn: (w) =>
			g.embedding(w, [
				[0, 1],
				[1, 1],
			]),
		inputs: [m23],
	},
	embeddingBag: {
		fn: (w) =>
			g.embeddingBag(w, [
				[0, 2, 2],
				[1, 0, 1],
			]),
		inputs: [draw([3, 2])],
	},
	indexAdd: { fn: (x, y) => g.indexAdd(x, [1, 1], y), inputs: [m23, draw([2, 3], -2, 2, 15)] },
	gather: {
		fn: (x) =>
			x.gather(
				[
					[0, 2, 2],
					[1, 0, 1],
				],
				1,
			),
		inputs: [m23],
	},
	"gather of a part": { fn: (x) => x.gather([[1, 0]], 0), inputs: [m23] },
	scatterAdd: {
		fn: (x, y) =>
			g.scatterAdd(
				x,
				[
					[0, 0],
					[2, 1],
				],
				y,
			),
		inputs: [m23, draw([2, 2])],
	},
	scatter: {
		fn: (x, y) =>
			g.scatter(
				x,
				[
					[0, 1],
					[2, 1],
				],
				y,
			),
		inputs: [m23, draw([2, 2])],
	},
	booleanMask: { fn: (x) => x.booleanMask(x.gt(0)), inputs: [m23] },
};

/** All of them, by family and name. */
export const operations: Readonly<Record<string, Record<string, OperationSample>>> = {
	elementwise,
	reductions,
	products,
	shapes,
	indexing,
	...networkOperations,
};
