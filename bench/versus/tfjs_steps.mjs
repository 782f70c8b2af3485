/**
 * The works in TensorFlow.js on its WebAssembly backend (SIMD; in Node it has no threads), which lacks the gradients
 * of convolutions and embeddings. Its plain JavaScript backend has them, at more than a minute a step: left out.
 */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { oneHot, serve, usesLayer } from "./serve.mjs";

const EPSILON = 1e-5; // of batch norm
const BETA1 = 0.9;
const BETA2 = 0.999;
const ADAM_EPSILON = 1e-8;

await tf.setBackend("wasm");

const tensor = ({ data, shape }) => tf.tensor(data, [...shape], data instanceof Int32Array ? "int32" : "float32");

/** From PyTorch's layout to TensorFlow's: linear `[in, out]`, convolution `[height, width, in, out]`. */
function variableOf(param, isEmbedding) {
	const values = tensor(param);
	if (param.shape.length === 4) return tf.variable(tf.transpose(values, [2, 3, 1, 0]));
	return tf.variable(param.shape.length === 2 && !isEmbedding ? tf.transpose(values) : values);
}

const inputOf = (x) => (x.shape.length === 4 ? tf.transpose(tensor(x), [0, 2, 3, 1]) : tensor(x));

function batchNorm(x, weight, bias) {
	const { mean, variance } = tf.moments(
		x,
		x.shape.slice(0, -1).map((_, axis) => axis),
	);
	return tf.batchNorm(x, mean, variance, bias, weight, EPSILON);
}

function forward(layers, x, state) {
	for (const layer of layers) x = layerForward(layer, x, state);
	return x;
}

function layerForward(layer, x, state) {
	const take = () => state.params[state.next++];
	switch (layer.kind) {
		case "linear":
			return tf.add(tf.matMul(x, take()), take());
		case "conv2d": {
			const y = tf.conv2d(x, take(), layer.stride, layer.padding === 0 ? "valid" : layer.padding);
			return layer.bias ? tf.add(y, take()) : y;
		}
		case "batchNorm":
			return batchNorm(x, take(), take());
		case "residual": {
			const body = forward(layer.body, x, state);
			return tf.relu(tf.add(body, forward(layer.shortcut, x, state)));
		}
		case "embedding":
			return tf.gather(take(), x);
		case "dropout":
			return state.dropout ? tf.dropout(x, layer.rate) : x;
		case "maxPool2d":
			return tf.maxPool(x, layer.size, layer.size, "valid");
		case "relu":
			return tf.relu(x);
		case "tanh":
			return tf.tanh(x);
		case "flatten": // in PyTorch's order, so that the next layer's weights fit
			return tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0], -1]);
		case "globalAveragePool":
			return tf.mean(x, [1, 2]);
		case "meanTokens":
			return tf.mean(x, 1);
		default:
			throw new Error(`no layer ${layer.kind}`);
	}
}

const losses = {
	crossEntropy: (logits, targets) => tf.losses.softmaxCrossEntropy(targets, logits),
	meanSquaredError: (outputs, targets) => tf.mean(tf.squaredDifference(outputs, targets)),
};

const optimizers = {
	sgd: ({ lr, momentum }) => (momentum === 0 ? tf.train.sgd(lr) : tf.train.momentum(lr, momentum)),
	adam: ({ lr }) => tf.train.adam(lr, BETA1, BETA2, ADAM_EPSILON),
};

function stepperOf(work, _variant, { dropout }) {
	const hasEmbedding = usesLayer(work, ["embedding"]);
	const params = work.params.map((param, i) => variableOf(param, hasEmbedding && i === 0));
	const targetOf = (y) =>
		work.loss === "crossEntropy" ? tf.tensor(oneHot(y, work.target.count), [y.data.length, work.target.count]) : tensor(y);
	const batches = work.batches.map(({ x, y }) => ({ x: inputOf(x), y: targetOf(y) }));
	const optimizer = optimizers[work.optimizer.kind](work.optimizer);
	let loss;
	return (index) => {
		const { x, y } = batches[index];
		loss?.dispose();
		const lossOf = () => losses[work.loss](forward(work.layers, x, { params, next: 0, dropout }), y);
		loss = optimizer.minimize(lossOf, true, params);
		return async () => (await loss.data())[0];
	};
}

function multiplierOf(n) {
	const [a, b] = [tf.randomNormal([n, n]), tf.randomNormal([n, n])];
	return () => tf.matMul(a, b).dispose();
}

await serve({ name: "tfjs", threads: 1, variantsOf: () => ["wasm"], stepperOf, multiplierOf });
