/** Tensors of random numbers, drawn from named streams: the same bits on every executor. */
import { ArgumentError, DTypeError } from "../core/errors.ts";
import { checkDistribution, type Distribution, RandomStream } from "../core/random/index.ts";
import { checkShape, type Shape } from "../core/shape.ts";
import { type CreateOptions, empty, tensor } from "./create.ts";
import { allocate, type Tensor } from "./tensor.ts";

/** Values with low ≤ value < high, each equally likely. Defaults: 0 and 1. */
export function randomUniform(shape: Shape, stream: RandomStream, options: CreateOptions & { low?: number; high?: number } = {}): Tensor {
	const { low = 0, high = 1 } = options;
	return draw("randomUniform", { kind: "uniform", low, high }, shape, stream, options);
}

/** Normal values. Defaults: mean 0, standard deviation 1. */
export function randomNormal(shape: Shape, stream: RandomStream, options: CreateOptions & { mean?: number; std?: number } = {}): Tensor {
	const { mean = 0, std = 1 } = options;
	return draw("randomNormal", { kind: "normal", mean, std }, shape, stream, options);
}

/** Normal values on condition that low ≤ value ≤ high. Defaults: mean 0, standard deviation 1, −2 and 2. */
export function randomTruncatedNormal(
	shape: Shape,
	stream: RandomStream,
	options: CreateOptions & { mean?: number; std?: number; low?: number; high?: number } = {},
): Tensor {
	const { mean = 0, std = 1, low = -2, high = 2 } = options;
	return draw("randomTruncatedNormal", { kind: "truncatedNormal", mean, std, low, high }, shape, stream, options);
}

/** 1 with the given probability, else 0. Default 0.5; with `dtype: "bool"` truths. */
export function randomBernoulli(shape: Shape, stream: RandomStream, options: CreateOptions & { probability?: number } = {}): Tensor {
	const { probability = 0.5 } = options;
	return draw("randomBernoulli", { kind: "bernoulli", probability, scale: 1 }, shape, stream, options);
}

/** 0 … n − 1 in random order, each order equally likely: int32 `[n]`. */
export function randomPermutation(n: number, stream: RandomStream, options: CreateOptions = {}): Tensor {
	expectStream("randomPermutation", stream);
	return tensor(stream.permutation(n), { dtype: "int32", ...options });
}

/** 0 with probability p, else `scale`. Of x's type and executor, and of its shape unless another is given. */
export function randomMask(x: Tensor, stream: RandomStream, options: { p: number; scale: number; shape?: Shape }): Tensor {
	const { p, scale, shape = x.shape } = options;
	return fillFrom({ kind: "bernoulli", probability: 1 - p, scale }, stream, allocate(x.executor, x.dtype, shape));
}

function draw(where: string, distribution: Distribution, shape: Shape, stream: RandomStream, options: CreateOptions): Tensor {
	expectStream(where, stream);
	checkShape(shape, where);
	checkDistribution(distribution, where);
	const { dtype } = options;
	if (dtype === "int32" || dtype === "uint8" || (dtype === "bool" && distribution.kind !== "bernoulli")) {
		throw new DTypeError(`${where}: expected float32 or float64, received ${dtype}.`);
	}
	return fillFrom(distribution, stream, empty(shape, options));
}

/** Kernels draw float32; other types get copies of that. */
function fillFrom(distribution: Distribution, stream: RandomStream, out: Tensor): Tensor {
	const { executor, size } = out;
	if (out.dtype === "float32") {
		executor.kernels.random(distribution, stream.take(size), out);
		return out;
	}
	const drawn = allocate(executor, "float32", out.shape);
	executor.kernels.random(distribution, stream.take(size), drawn);
	executor.kernels.copy(drawn, out);
	drawn.dispose();
	return out;
}

function expectStream(where: string, stream: unknown): asserts stream is RandomStream {
	if (stream instanceof RandomStream) return;
	throw new ArgumentError(`${where}: expected a RandomStream as second argument, received ${typeof stream}. Try: new RandomStream(seed).`);
}
