/**
 * The works W1–W8 as data: layers, optimizer, and, from a fixed seed, initial parameters and batches.
 * Knows nothing of Gradus or its rivals; `writeWork` hands the same bits to a rival in any language.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type Layer =
	| { kind: "linear"; inFeatures: number; outFeatures: number }
	| { kind: "conv2d"; inChannels: number; outChannels: number; kernel: number; stride: number; padding: number; bias: boolean }
	| { kind: "batchNorm"; features: number }
	| { kind: "embedding"; count: number; dim: number }
	| { kind: "dropout"; rate: number }
	| { kind: "maxPool2d"; size: number }
	| { kind: "relu" | "tanh" | "flatten" | "globalAveragePool" | "meanTokens" }
	/** relu(body(x) + shortcut(x)); an empty shortcut is the identity. */
	| { kind: "residual"; body: readonly Layer[]; shortcut: readonly Layer[] };

export type Optimizer = { kind: "sgd"; lr: number; momentum: number } | { kind: "adam"; lr: number };

export interface Work {
	layers: readonly Layer[];
	loss: "crossEntropy" | "meanSquaredError";
	optimizer: Optimizer;
	/** Of one batch, images as `[batch, channels, height, width]`. */
	inputShape: readonly number[];
	input: { kind: "normal" } | { kind: "tokens"; count: number };
	/** Classes drawn at random, or one float target a row. */
	target: { kind: "classes"; count: number } | { kind: "sine" };
}

export type Parameter = { name: string; shape: readonly number[]; data: Float32Array };
export type Values = { shape: readonly number[]; data: Float32Array | Int32Array };
export type Batch = { x: Values; y: Values };
export type WorkData = { params: Parameter[]; batches: Batch[] };

const BATCH_COUNT = 4;
const relu = { kind: "relu" } as const;
const adam = { kind: "adam", lr: 1e-3 } as const;
const tenClasses = { loss: "crossEntropy", input: { kind: "normal" }, target: { kind: "classes", count: 10 } } as const;

const linear = (inFeatures: number, outFeatures: number) => ({ kind: "linear", inFeatures, outFeatures }) as const;
const batchNorm = (features: number) => ({ kind: "batchNorm", features }) as const;

/** Linear layers through `sizes`, with `between` called for what follows each but the last. */
function mlp(sizes: readonly number[], between: (size: number) => readonly Layer[]): Layer[] {
	const last = sizes.length - 2;
	return sizes.slice(1).flatMap((size, i) => [linear(sizes[i]!, size), ...(i < last ? between(size) : [])]);
}

function conv(
	inChannels: number,
	outChannels: number,
	options: { kernel?: number; stride?: number; padding?: number; bias?: boolean } = {},
): Layer {
	const { kernel = 3, stride = 1, padding = 0, bias = true } = options;
	return { kind: "conv2d", inChannels, outChannels, kernel, stride, padding, bias };
}

/** Basic block of He et al. 2015 (arXiv:1512.03385), with a projecting shortcut where the shape changes. */
function basicBlock(inChannels: number, outChannels: number, stride: number): Layer {
	const body = [
		conv(inChannels, outChannels, { stride, padding: 1, bias: false }),
		batchNorm(outChannels),
		relu,
		conv(outChannels, outChannels, { padding: 1, bias: false }),
		batchNorm(outChannels),
	];
	const projects = stride !== 1 || inChannels !== outChannels;
	const shortcut = projects ? [conv(inChannels, outChannels, { kernel: 1, stride, bias: false }), batchNorm(outChannels)] : [];
	return { kind: "residual", body, shortcut };
}

const W1_SIZES = [784, 100, 100, 100, 100, 100, 100, 10];

export const works = {
	W1: {
		...tenClasses,
		inputShape: [100, 784],
		optimizer: { kind: "sgd", lr: 0.01, momentum: 0 },
		layers: mlp(W1_SIZES, () => [relu]),
	},
	W2: {
		...tenClasses,
		inputShape: [100, 784],
		optimizer: adam,
		layers: mlp(W1_SIZES, (size) => [batchNorm(size), relu, { kind: "dropout", rate: 0.15 }]),
	},
	W3: {
		...tenClasses,
		inputShape: [128, 784],
		optimizer: adam,
		layers: mlp([784, 512, 512, 10], () => [relu]),
	},
	W4: {
		...tenClasses,
		inputShape: [64, 1, 28, 28],
		optimizer: adam,
		layers: [
			conv(1, 32),
			relu,
			conv(32, 64),
			relu,
			{ kind: "maxPool2d", size: 2 },
			{ kind: "flatten" },
			...mlp([9216, 128, 10], () => [relu]),
		],
	},
	W5: {
		inputShape: [32, 2],
		optimizer: adam,
		loss: "meanSquaredError",
		input: { kind: "normal" },
		target: { kind: "sine" },
		layers: mlp([2, 16, 16, 1], () => [{ kind: "tanh" }]),
	},
	W7: {
		...tenClasses,
		inputShape: [32, 3, 32, 32],
		optimizer: { kind: "sgd", lr: 0.01, momentum: 0.9 },
		layers: [
			conv(3, 16, { padding: 1, bias: false }),
			batchNorm(16),
			relu,
			basicBlock(16, 16, 1),
			basicBlock(16, 16, 1),
			basicBlock(16, 32, 2),
			basicBlock(32, 32, 1),
			basicBlock(32, 64, 2),
			basicBlock(64, 64, 1),
			{ kind: "globalAveragePool" },
			linear(64, 10),
		],
	},
	W8: {
		inputShape: [64, 100],
		optimizer: adam,
		loss: "crossEntropy",
		input: { kind: "tokens", count: 20_000 },
		target: { kind: "classes", count: 2 },
		layers: [{ kind: "embedding", count: 20_000, dim: 64 }, { kind: "meanTokens" }, linear(64, 2)],
	},
} as const satisfies Record<string, Work>;

export type WorkName = keyof typeof works;
export const workNames = Object.keys(works) as WorkName[];

/**
 * How far the first ten losses may lie apart, relatively, to count as equal work: float32 rounding. Batch norm over
 * few channels, layer upon layer, amplifies it: PyTorch's own two memory layouts differ by 5e-5 on W7.
 */
export const lossTolerance = (name: string) => (name === "W7" ? 1e-3 : 1e-4);

/** Uniform in [0, 1): mulberry32, a 32-bit generator that any language can repeat in four lines. */
function uniformSource(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), state | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** Box–Muller; `1 - u` keeps the logarithm's argument above 0. */
const normal = (uniform: () => number) => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** Shapes and scales of a layer's own parameters, in PyTorch's layouts and order. */
function* parametersOf(layers: readonly Layer[], path = ""): Generator<{ name: string; shape: number[]; mean: number; std: number }> {
	for (const [i, layer] of layers.entries()) {
		const name = `${path}${i}`;
		switch (layer.kind) {
			case "linear": {
				// He for ReLU; Xavier where the next layer is a tanh or nothing.
				const gain = layers[i + 1]?.kind === "tanh" || i === layers.length - 1 ? 1 : 2;
				yield { name: `${name}.weight`, shape: [layer.outFeatures, layer.inFeatures], mean: 0, std: Math.sqrt(gain / layer.inFeatures) };
				yield { name: `${name}.bias`, shape: [layer.outFeatures], mean: 0, std: 0 };
				break;
			}
			case "conv2d": {
				const { inChannels, outChannels, kernel, bias } = layer;
				yield {
					name: `${name}.weight`,
					shape: [outChannels, inChannels, kernel, kernel],
					mean: 0,
					std: Math.sqrt(2 / (inChannels * kernel ** 2)),
				};
				if (bias) yield { name: `${name}.bias`, shape: [outChannels], mean: 0, std: 0 };
				break;
			}
			case "batchNorm":
				yield { name: `${name}.weight`, shape: [layer.features], mean: 1, std: 0 };
				yield { name: `${name}.bias`, shape: [layer.features], mean: 0, std: 0 };
				break;
			case "embedding":
				yield { name: `${name}.weight`, shape: [layer.count, layer.dim], mean: 0, std: 1 };
				break;
			case "residual":
				yield* parametersOf(layer.body, `${name}.body.`);
				yield* parametersOf(layer.shortcut, `${name}.shortcut.`);
				break;
			default: // the others learn nothing
		}
	}
}

function drawBatch(work: Work, uniform: () => number): Batch {
	const { input, target, inputShape } = work;
	const rowCount = inputShape[0]!;
	const size = sizeOf(inputShape);
	const x =
		input.kind === "tokens"
			? Int32Array.from({ length: size }, () => Math.floor(uniform() * input.count))
			: Float32Array.from({ length: size }, () => normal(uniform));
	const y =
		target.kind === "classes"
			? { shape: [rowCount], data: Int32Array.from({ length: rowCount }, () => Math.floor(uniform() * target.count)) }
			: { shape: [rowCount, 1], data: Float32Array.from({ length: rowCount }, (_, i) => Math.sin(3 * x[2 * i]!) * x[2 * i + 1]!) };
	return { x: { shape: inputShape, data: x }, y };
}

/** Initial parameters, in the order and with the names of `torch.nn.Sequential`, and a few batches to cycle through. */
export function workData(name: WorkName): WorkData {
	const work: Work = works[name];
	const uniform = uniformSource(workNames.indexOf(name) + 1);
	const params = [...parametersOf(work.layers)].map(({ name, shape, mean, std }) => ({
		name,
		shape,
		data: Float32Array.from({ length: sizeOf(shape) }, () => (std === 0 ? mean : mean + std * normal(uniform))),
	}));
	const batches = Array.from({ length: BATCH_COUNT }, () => drawBatch(work, uniform));
	return { params, batches };
}

/**
 * Writes `<folder>/<name>/data.bin` (all arrays one after another, little-endian) and `manifest.json`, which holds
 * the work and for each array its dtype, shape and offset in bytes.
 */
export function writeWork(name: WorkName, folder: string): void {
	const { params, batches } = workData(name);
	const chunks: Uint8Array[] = [];
	let end = 0;
	const place = ({ shape, data }: Values) => {
		const offset = end;
		chunks.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
		end += data.byteLength;
		return { dtype: data instanceof Int32Array ? "int32" : "float32", shape, offset };
	};
	const manifest = {
		name,
		...works[name],
		params: params.map((param) => ({ name: param.name, ...place(param) })),
		batches: batches.map(({ x, y }) => ({ x: place(x), y: place(y) })),
	};
	const target = join(folder, name);
	mkdirSync(target, { recursive: true });
	writeFileSync(join(target, "data.bin"), Buffer.concat(chunks));
	writeFileSync(join(target, "manifest.json"), JSON.stringify(manifest, null, 1));
}
