/**
 * The operations of networks with sample inputs, for tests that hold for all of them. Integers and random streams stand in the functions,
 * so that every input can be differentiated. Values are drawn far enough from kinks and ties.
 */
import { RandomStream } from "../src/core/random/index.ts";
import type { Executor } from "../src/kernels/contracts.ts";
import { call, formula } from "../src/kernels/formula.ts";
import * as s from "../src/kernels/scalars/index.ts";
import type { DType, Tensor } from "../src/tensor/index.ts";
import * as g from "../src/tensor/index.ts";
import type { OperationSample } from "./operations-a.ts";

type Row = OperationSample;
type Fn = OperationSample["fn"];

const tanh = formula("tanh", (x) => call(s.tanh, x));

let drawCount = 0;

/** Normal values, of another stream for each call. */
function draw(...shape: number[]): g.TensorLike {
	const values = new RandomStream(8, drawCount++).draw(
		{ kind: "normal", mean: 0, std: 1 },
		shape.reduce((a, b) => a * b, 1),
	);
	return nested([...values], shape);
}

/** A multiple of 1/8 for every element, no two alike: maxima have no ties within reach of a difference. */
function distinct(...shape: number[]): g.TensorLike {
	const order = new RandomStream(9, drawCount++).permutation(shape.reduce((a, b) => a * b, 1));
	return nested(
		Array.from(order, (place) => (place - order.length / 2) / 8),
		shape,
	);
}

function nested(values: number[], shape: number[]): g.TensorLike {
	if (shape.length === 1) return values;
	const step = values.length / shape[0];
	return Array.from({ length: shape[0] }, (_, i) => nested(values.slice(i * step, (i + 1) * step), shape.slice(1)));
}

const constants = new WeakMap<Executor, Map<string, Tensor>>();

/** A constant beside `x`, made once for each executor. */
function constant(x: Tensor, values: number[], dtype: DType): Tensor {
	const known = constants.get(x.executor) ?? new Map<string, Tensor>();
	constants.set(x.executor, known);
	const key = `${dtype} ${values}`;
	const made = known.get(key) ?? g.tensor(values, { dtype, executor: x.executor }).keep();
	known.set(key, made);
	return made;
}

const like = (x: Tensor, ...values: number[]): Tensor => constant(x, values, x.dtype);
const labels = (x: Tensor, ...values: number[]): Tensor => constant(x, values, "int32");

const convolutions: Record<string, Row> = {
	conv2d: {
		fn: (x, w, bias) => x.conv2d(w, { bias, padding: 1 }),
		inputs: [draw(2, 3, 4, 5), draw(2, 3, 3, 3), draw(2)],
		// Terms of size 10 cancel, and Winograd's transforms multiply their roundings by about ten.
		tolerance: 4e-5,
	},
	"conv2d with everything": {
		fn: (x, w, bias) => x.conv2d(w, { bias, stride: [2, 1], padding: [1, 2], dilation: [1, 2], groups: 2, activation: tanh }),
		inputs: [draw(2, 4, 5, 4), draw(4, 2, 3, 2), draw(4)],
	},
	"conv2d depthwise": { fn: (x, w) => x.conv2d(w, { groups: 3, padding: "same" }), inputs: [draw(1, 3, 4, 4), draw(3, 1, 3, 2)] },
	"conv2d of 1 × 1": { fn: (x, w) => x.conv2d(w, { stride: 2 }), inputs: [draw(2, 3, 3, 4), draw(4, 3, 1, 1)] },
	conv1d: { fn: (x, w, bias) => x.conv1d(w, { bias, dilation: 2 }), inputs: [draw(2, 3, 7), draw(2, 3, 3), draw(2)] },
	convTranspose2d: {
		fn: (x, w, bias) => x.convTranspose2d(w, { bias, stride: [2, 3], padding: 1, outputPadding: [1, 2], groups: 2 }),
		inputs: [draw(2, 4, 3, 2), draw(4, 1, 3, 2), draw(2)],
	},
	convTranspose1d: { fn: (x, w) => x.convTranspose1d(w, { stride: 2 }), inputs: [draw(2, 2, 3), draw(2, 3, 3)] },
};

const pool = (fn: Fn): Row => ({ fn, inputs: [distinct(2, 2, 6, 5)] });
const pool1 = (fn: Fn): Row => ({ fn, inputs: [distinct(2, 2, 7)] });

const poolings: Record<string, Row> = {
	maxPool2d: pool((x) => x.maxPool2d(2)),
	"maxPool2d overlapping": pool((x) => x.maxPool2d(3, { stride: [2, 1], padding: 1, ceilMode: true })),
	"maxPool2d dilated": pool((x) => x.maxPool2d(2, { stride: 1, dilation: [3, 2] })),
	avgPool2d: pool((x) => x.avgPool2d([2, 3], { stride: [3, 2], padding: 1, ceilMode: true })),
	"avgPool2d without padding": pool((x) => x.avgPool2d(3, { stride: 2, padding: 1, countIncludePad: false })),
	adaptiveAvgPool2d: pool((x) => x.adaptiveAvgPool2d([4, 3])),
	adaptiveMaxPool2d: pool((x) => x.adaptiveMaxPool2d([4, 3])),
	globalAvgPool2d: pool((x) => x.globalAvgPool2d()),
	upsampleNearest2d: pool((x) => x.upsampleNearest2d([2, 3])),
	maxPool1d: pool1((x) => x.maxPool1d(3, { stride: 2 })),
	avgPool1d: pool1((x) => x.avgPool1d(2)),
	adaptiveAvgPool1d: pool1((x) => x.adaptiveAvgPool1d(3)),
	adaptiveMaxPool1d: pool1((x) => x.adaptiveMaxPool1d(3)),
	globalAvgPool1d: pool1((x) => x.globalAvgPool1d()),
};

const normalisations: Record<string, Row> = {
	batchNorm: {
		fn: (x, scale, shift) => x.batchNorm({ scale, shift, training: true, activation: tanh }),
		inputs: [draw(4, 3), draw(3), draw(3)],
	},
	"batchNorm of images": { fn: (x, scale) => x.batchNorm({ scale, training: true }), inputs: [draw(2, 3, 2, 3), draw(3)] },
	"batchNorm without parameters": { fn: (x, shift) => x.batchNorm({ shift, training: true, epsilon: 0.1 }), inputs: [draw(5, 2), draw(2)] },
	"batchNorm outside training": {
		fn: (x, scale, shift) => {
			const statistics = { runningMean: like(x, 0.5, -1, 2), runningVariance: like(x, 0.5, 1, 2) };
			return x.batchNorm({ ...statistics, scale, shift, activation: tanh });
		},
		inputs: [draw(2, 3, 2), draw(3), draw(3)],
	},
	layerNorm: { fn: (x, scale, shift) => x.layerNorm({ scale, shift }), inputs: [draw(2, 2, 3), draw(2, 3), draw(2, 3)] },
	"layerNorm without parameters": { fn: (x) => x.layerNorm({ normalizedShape: [4] }), inputs: [draw(3, 4)] },
	groupNorm: { fn: (x, scale, shift) => x.groupNorm(2, { scale, shift }), inputs: [draw(2, 4, 3), draw(4), draw(4)] },
	instanceNorm: { fn: (x, scale) => x.instanceNorm({ scale }), inputs: [draw(2, 2, 3), draw(2)] },
	dropout: { fn: (x) => x.dropout({ p: 0.3, stream: new RandomStream(3) }), inputs: [draw(5, 4)] },
};

const losses: Record<string, Row> = {
	softmax: { fn: (x) => x.softmax(), inputs: [draw(3, 4)] },
	"softmax of an inner axis": { fn: (x) => x.softmax(1), inputs: [draw(2, 3, 2)] },
	logSoftmax: { fn: (x) => x.logSoftmax(0), inputs: [draw(4, 2)] },
};
for (const reduction of ["mean", "sum", "none"] as const) {
	const some = [0, 2, -100, 1];
	const weighted = (x: Tensor): g.CrossEntropyOptions => ({ reduction, labelSmoothing: 0.1, classWeights: like(x, 0.5, 1, 2) });
	Object.assign(losses, {
		[`crossEntropy, ${reduction}`]: {
			fn: (x) => x.crossEntropy(labels(x, ...some), { reduction, labelSmoothing: 0.1 }),
			inputs: [draw(4, 3)],
		},
		[`crossEntropy with weights, ${reduction}`]: { fn: (x) => x.crossEntropy(labels(x, ...some), weighted(x)), inputs: [draw(4, 3)] },
		[`crossEntropy of places, ${reduction}`]: {
			fn: (x) => x.crossEntropy(labels(x, 0, 2, 1).expand([2, 3]), { reduction, ignoreIndex: 2 }),
			inputs: [draw(2, 4, 3)],
		},
		[`crossEntropy of probabilities, ${reduction}`]: { fn: (x, t) => x.crossEntropy(t, weighted(x)), inputs: [draw(4, 3), draw(4, 3)] },
		[`nllLoss, ${reduction}`]: { fn: (x) => x.nllLoss(labels(x, ...some), { reduction }), inputs: [draw(4, 3)] },
		[`meanSquaredError, ${reduction}`]: { fn: (x, t) => x.meanSquaredError(t, { reduction }), inputs: [draw(4, 3), draw(4, 3)] },
		[`binaryCrossEntropyWithLogits, ${reduction}`]: {
			fn: (x, t) => x.binaryCrossEntropyWithLogits(t, { reduction }),
			inputs: [draw(4, 3), draw(4, 3)],
		},
	} satisfies Record<string, Row>);
}

/** Behind the others, whose values depend on how many were drawn before. */
const ofLayers: Record<string, Row> = {
	upsampleBilinear2d: pool((x) => x.upsampleBilinear2d([2, 3])),
	rmsNorm: { fn: (x, scale) => x.rmsNorm({ scale }), inputs: [draw(3, 2, 5), draw(5)] },
	"rmsNorm without scale": { fn: (x) => x.rmsNorm({ epsilon: 0.1 }), inputs: [draw(3, 4)] },
	"dropout, classic": { fn: (x) => x.dropout({ p: 0.3, mode: "classic", stream: new RandomStream(3) }), inputs: [draw(5, 4)] },
	"dropout, classic, outside training": { fn: (x) => x.dropout({ p: 0.3, mode: "classic", training: false }), inputs: [draw(5, 4)] },
};

/** All of them, by family and name. */
export const networkOperations: Readonly<Record<string, Record<string, OperationSample>>> = {
	convolutions,
	poolings,
	normalisations,
	losses,
	ofLayers,
};
