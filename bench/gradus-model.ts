/** The works on Gradus's public API, as a user writes them. */
import {
	adam,
	batchNorm,
	conv2d,
	crossEntropy,
	dropout,
	type Executor,
	elementwise,
	embeddingBag,
	flatten,
	formula,
	globalAvgPool2d,
	linear,
	maxPool2d,
	meanSquaredError,
	type Optimizer,
	ones,
	parameters,
	RandomStream,
	relu,
	scalars,
	scope,
	sgd,
	type Tensor,
	tanh,
	tensor,
	withExecutor,
	zeros,
} from "gradus";
import type { Layer, Parameter, Values, Work } from "./works.ts";

const reluFormula = formula("relu", (x) => scalars.relu(x));
const tanhFormula = formula("tanh", (x) => scalars.tanh(x));
/** The end of a residual block in one pass. */
const addRelu = elementwise("addRelu", (x, y) => scalars.relu(x.add(y)));
const fusable = { relu: reluFormula, tanh: tanhFormula } as const;

type Forward = (x: Tensor) => Tensor;

interface Builder {
	/** The next parameter, in the order of the work's list. */
	next(): Tensor;
	readonly dropout: boolean;
	readonly stream: RandomStream;
}

function activationOf(layer: Layer | undefined): { activation?: (typeof fusable)["relu"] } {
	return layer !== undefined && (layer.kind === "relu" || layer.kind === "tanh") ? { activation: fusable[layer.kind] } : {};
}

/** Layers as one function; an activation goes into the layer before it. */
function sequential(layers: readonly Layer[], builder: Builder): Forward {
	const steps: Forward[] = [];
	for (let i = 0; i < layers.length; i++) {
		const layer = layers[i];
		const fused = activationOf(layers[i + 1]);
		const takesActivation = layer.kind === "linear" || layer.kind === "conv2d" || layer.kind === "batchNorm";
		steps.push(layerForward(layers, i, takesActivation ? fused : {}, builder));
		if (takesActivation && fused.activation !== undefined) i++;
	}
	return (x) => steps.reduce((value, step) => step(value), x);
}

function layerForward(layers: readonly Layer[], at: number, fused: ReturnType<typeof activationOf>, builder: Builder): Forward {
	const layer = layers[at];
	switch (layer.kind) {
		case "linear": {
			const [weight, bias] = [builder.next(), builder.next()];
			return (x) => linear(x, weight, bias, fused);
		}
		case "conv2d": {
			const weight = builder.next();
			const bias = layer.bias ? builder.next() : undefined;
			const { stride, padding } = layer;
			return (x) => conv2d(x, weight, { bias, stride, padding, ...fused });
		}
		case "batchNorm": {
			const [scale, shift] = [builder.next(), builder.next()];
			const runningMean = zeros([layer.features]).keep();
			const runningVariance = ones([layer.features]).keep();
			return (x) => batchNorm(x, { scale, shift, runningMean, runningVariance, training: true, ...fused });
		}
		case "embedding": {
			const weight = builder.next();
			return (tokens) => embeddingBag(weight, tokens, { mode: "mean" });
		}
		case "dropout":
			return (x) => dropout(x, { p: layer.rate, training: builder.dropout, stream: builder.stream });
		case "maxPool2d":
			return (x) => maxPool2d(x, layer.size);
		case "globalAveragePool":
			return (x) => flatten(globalAvgPool2d(x), 1);
		case "flatten":
			return (x) => flatten(x, 1);
		case "relu":
			return relu;
		case "tanh":
			return tanh;
		case "meanTokens": // embeddingBag has done it
			return (x) => x;
		case "residual": {
			const body = sequential(layer.body, builder);
			const shortcut = sequential(layer.shortcut, builder);
			return (x) => addRelu(body(x), shortcut(x));
		}
		default:
			throw layer satisfies never;
	}
}

/** A step that was done: reads its loss, and gives the memory of it back. */
export interface Step {
	loss(): number;
	release(): void;
}

/** A work ready to run: the function does a full step on the batch of that number. */
export function buildWork(
	work: Work & { params: readonly Parameter[]; batches: readonly { x: Values; y: Values }[] },
	executor: Executor,
	options: { dropout: boolean },
): (batch: number) => Step {
	return withExecutor(executor, () => {
		const weights = work.params.map(({ shape, data }) => tensor(data, { shape }).keep());
		const batches = work.batches.map(({ x, y }) => ({
			x: tensor(x.data, { shape: x.shape }).keep(),
			y: tensor(y.data, { shape: y.shape }).keep(),
		}));
		let taken = 0;
		const forward = sequential(work.layers, {
			next: () => weights[taken++],
			dropout: options.dropout,
			stream: new RandomStream(1).split("dropout"),
		});
		const block = parameters(weights);
		const optimizer = optimizerOf(work, block);
		const lossOf = work.loss === "crossEntropy" ? crossEntropy : meanSquaredError;
		return (batch) => {
			const { x, y } = batches[batch];
			const value = scope(
				() => {
					optimizer.zeroGrad();
					const loss = lossOf(forward(x), y);
					loss.backward();
					optimizer.step();
					return loss.detach();
				},
				{ name: "training step" },
			);
			return { loss: () => value.item(), release: () => value.dispose() };
		};
	});
}

function optimizerOf(work: Work, block: ReturnType<typeof parameters>): Optimizer {
	const { optimizer } = work;
	return optimizer.kind === "adam" ? adam(block, { lr: optimizer.lr }) : sgd(block, { lr: optimizer.lr, momentum: optimizer.momentum });
}
