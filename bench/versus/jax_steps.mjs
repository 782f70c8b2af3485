/**
 * The works in jax-js on its WebAssembly backend, a whole step (gradient and update) in one `jit`, as its documentation
 * advises. Its optimizers are no package of the registry, so momentum and Adam are written out here.
 *
 * In jax-js a function owns its arguments: passing an array on gives it away, `.ref` keeps it.
 */
import { blockUntilReady, defaultDevice, init, jit, lax, nn, numpy as np, random, tree, valueAndGrad } from "@jax-js/jax";
import { oneHot, serve, usesLayer } from "./serve.mjs";

const EPSILON = 1e-5; // of batch norm
const BETA1 = 0.9;
const BETA2 = 0.999;
const ADAM_EPSILON = 1e-8;

await init("wasm");
defaultDevice("wasm");

const array = ({ data, shape }) => np.array(data, { shape: [...shape] });

/** `[1, features, 1, 1]` for images, `[1, features]` for rows, so that a vector of features broadcasts. */
const besideFeatures = (vector, rank) => vector.reshape(rank === 4 ? [1, -1, 1, 1] : [1, -1]);

function batchNorm(x, weight, bias) {
	const rank = x.shape.length;
	const axes = rank === 4 ? [0, 2, 3] : [0];
	const centred = x.ref.sub(np.mean(x, axes, { keepdims: true }));
	const variance = np.mean(np.square(centred.ref), axes, { keepdims: true });
	const scale = besideFeatures(weight, rank).div(np.sqrt(variance.add(EPSILON)));
	return centred.mul(scale).add(besideFeatures(bias, rank));
}

function maxPool(x, size) {
	const [batch, channels, height, width] = x.shape;
	return np.max(x.reshape([batch, channels, height / size, size, width / size, size]), [3, 5]);
}

function dropout(x, rate, key) {
	const kept = random.bernoulli(key, 1 - rate, x.shape);
	return np.where(kept, x.div(1 - rate), 0);
}

/** Owns `x`; takes parameters from the front of `params` and random keys from `nextKey`. */
function forward(layers, x, state) {
	for (const layer of layers) x = layerForward(layer, x, state);
	return x;
}

function layerForward(layer, x, state) {
	const { params, nextKey } = state;
	switch (layer.kind) {
		case "linear": {
			const product = np.dot(x, params.shift());
			return product.add(params.shift());
		}
		case "conv2d": {
			const { stride, padding, bias } = layer;
			const pads = [
				[padding, padding],
				[padding, padding],
			];
			const y = lax.convGeneralDilated(x, params.shift(), [stride, stride], pads);
			return bias ? y.add(besideFeatures(params.shift(), 4)) : y;
		}
		case "batchNorm":
			return batchNorm(x, params.shift(), params.shift());
		case "residual": {
			const body = forward(layer.body, x.ref, state);
			return nn.relu(body.add(forward(layer.shortcut, x, state)));
		}
		case "embedding":
			return np.take(params.shift(), x, 0);
		case "dropout":
			return nextKey ? dropout(x, layer.rate, nextKey()) : x;
		case "maxPool2d":
			return maxPool(x, layer.size);
		case "relu":
			return nn.relu(x);
		case "tanh":
			return np.tanh(x);
		case "flatten":
			return x.reshape([x.shape[0], -1]);
		case "globalAveragePool":
			return np.mean(x, [2, 3]);
		case "meanTokens":
			return np.mean(x, 1);
		default:
			throw new Error(`no layer ${layer.kind}`);
	}
}

const losses = {
	crossEntropy: (logits, targets) => np.mean(np.sum(nn.logSoftmax(logits, -1).mul(targets), -1)).neg(),
	meanSquaredError: (outputs, targets) => np.mean(np.square(outputs.sub(targets))),
};

const zerosLike = (params) => params.map(({ shape }) => np.zeros(shape));

/** Each optimizer is the arrays it keeps and a pure update of parameters and those arrays. */
const optimizers = {
	sgd: ({ lr, momentum }) => ({
		start: (params) => ({ velocity: momentum === 0 ? [] : zerosLike(params) }),
		update(params, grads, { velocity }) {
			const steps = momentum === 0 ? grads : grads.map((grad, i) => velocity[i].mul(momentum).add(grad));
			const kept = momentum === 0 ? [] : steps.map((step) => step.ref);
			return [params.map((param, i) => param.sub(steps[i].mul(lr))), { velocity: kept }];
		},
	}),
	adam: ({ lr }) => ({
		start: (params) => ({ mean: zerosLike(params), square: zerosLike(params), decay: [np.array(1), np.array(1)] }),
		update(params, grads, { mean, square, decay }) {
			// Both corrections of the bias, as one rate and one epsilon for all parameters.
			const [decay1, decay2] = [decay[0].mul(BETA1), decay[1].mul(BETA2)];
			const root2 = np.sqrt(np.subtract(1, decay2.ref));
			const rate = root2.ref.mul(lr).div(np.subtract(1, decay1.ref));
			const means = mean.map((m, i) => m.mul(BETA1).add(grads[i].ref.mul(1 - BETA1)));
			const squares = square.map((v, i) => v.mul(BETA2).add(np.square(grads[i]).mul(1 - BETA2)));
			const updated = params.map((param, i) => {
				const denominator = np.sqrt(squares[i].ref).add(root2.ref.mul(ADAM_EPSILON));
				return param.sub(means[i].ref.mul(rate.ref).div(denominator));
			});
			root2.dispose();
			rate.dispose();
			return [updated, { mean: means, square: squares, decay: [decay1, decay2] }];
		},
	}),
};

/** Linear weights as `[in, out]`, jax-js' own layout; an embedding stays as it is. */
function initialParams(work) {
	const linear = new Set(work.layers.flatMap(({ kind }, i) => (kind === "linear" ? [`${i}.weight`] : [])));
	return work.params.map((param) => (linear.has(param.name) ? np.transpose(array(param)) : array(param)));
}

const splitKey = (key, count) => np.split(random.split(key, count), count).map((part) => part.reshape([2]));

function stepFunction(work, optimizer, hasDropout) {
	const dropoutCount = work.layers.filter(({ kind }) => kind === "dropout").length;
	const lossOf = (params, x, y, keys) => {
		const nextKey = hasDropout ? () => keys.shift() : undefined;
		return losses[work.loss](forward(work.layers, x, { params: [...params], nextKey }), y);
	};
	return (params, state, x, y, key) => {
		const [next, ...keys] = hasDropout ? splitKey(key, dropoutCount + 1) : [key];
		const [loss, grads] = valueAndGrad(lossOf)(tree.ref(params), x, y, keys);
		return [...optimizer.update(params, grads, state), loss, next];
	};
}

async function stepperOf(work, variant, { dropout }) {
	const optimizer = optimizers[work.optimizer.kind](work.optimizer);
	const hasDropout = dropout && usesLayer(work, ["dropout"]);
	const update = stepFunction(work, optimizer, hasDropout);
	const run = variant === "jit" ? jit(update) : update;
	const targetOf = (y) =>
		work.loss === "crossEntropy" ? { data: oneHot(y, work.target.count), shape: [y.data.length, work.target.count] } : y;
	const batches = work.batches.map(({ x, y }) => ({ x: array(x), y: array(targetOf(y)) }));
	let params = initialParams(work);
	let state = optimizer.start(params);
	let key = random.key(0);
	let loss;
	await blockUntilReady([params, state, batches]);
	return async (index) => {
		const { x, y } = batches[index];
		loss?.dispose();
		[params, state, loss, key] = run(params, state, x.ref, y.ref, key);
		await blockUntilReady(variant === "jit" ? loss : [loss, params, state]); // one jitted call is ready as a whole
		return async () => (await loss.ref.data())[0];
	};
}

function multiplierOf(n) {
	const [a, b] = [random.normal(random.key(1), [n, n]), random.normal(random.key(2), [n, n])];
	const multiply = jit((x, y) => np.dot(x, y));
	return async () => {
		const product = multiply(a.ref, b.ref);
		await product.blockUntilReady();
		product.dispose();
	};
}

/** Unjitted it is several times slower, and worth its time only where `jit` fails: on an embedding. */
const variantsOf = (work) => (usesLayer(work, ["embedding"]) ? ["jit", "eager"] : ["jit"]);

await serve({ name: "jax", threads: 1, variantsOf, stepperOf, multiplierOf });
