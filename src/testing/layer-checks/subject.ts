/** What is checked of a layer, and the small services that the checks share. */
import type { TypedArray } from "../../core/dtype.ts";
import { GradusError } from "../../core/errors.ts";
import { RandomStream } from "../../core/random/index.ts";
import { type Shape, sizeOf } from "../../core/shape.ts";
import type { Executor } from "../../kernels/contracts.ts";
import type { Module } from "../../nn/module.ts";
import type { ModelState } from "../../nn/state.ts";
import { withExecutor } from "../../tensor/context.ts";
import { tensor } from "../../tensor/create.ts";
import { scope } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** A layer and what it is checked with. */
export interface LayerSubject {
	/** Makes the layer; from equal streams equal layers. */
	make(rng: RandomStream): Module;
	/** Shapes of inputs, batch axis included; each is tried. Small ones: gradients are compared element by element. */
	readonly inputShapes: readonly Shape[];
	/** `values` are normal numbers; `tokens` are int32 from 0 to `tokenCount` − 1. Default "values". */
	readonly inputKind?: "values" | "tokens";
	/** Default 5. */
	readonly tokenCount?: number;
	/** Shapes that it must refuse with a message that names it. */
	readonly badInputs?: readonly Shape[];
	/** Whether it draws random numbers while training. Default false. */
	readonly stochastic?: boolean;
	/** Largest difference between executors, as a part of 1 + |value|. Default 2e-5: some hundred roundings of float32. */
	readonly tolerance?: number;
	/** Where values are compared with the reference executor, and where the other checks run. Default: the WASM executor. */
	readonly executors?: readonly Executor[];
}

/** A layer that does not do what layers must. */
export class LayerCheckError extends GradusError {
	override name = "LayerCheckError";
	/** Which check failed. */
	readonly check: string;

	constructor(check: string, message: string) {
		super(message);
		this.check = check;
	}
}

/** One property of layers. */
export interface LayerProperty {
	/** A sentence that is true of a good layer. */
	readonly name: string;
	/** Whether it uses an executor of its own, so that checking it once is enough. */
	readonly once?: boolean;
	/** @throws LayerCheckError, or what the layer itself throws, if it is not */
	check(subject: LayerSubject, executor: Executor): void;
}

/** Fails with the property's name. */
export function fail(property: LayerProperty, layer: Module, problem: string): never {
	throw new LayerCheckError(property.name, `${layer.describe()}: expected that ${property.name}, but ${problem}.`);
}

/** The stream from which layers are made; another number, another layer. */
export function seeded(number = 1): RandomStream {
	return new RandomStream(number, "layer check");
}

/** Input number `i` of a shape: the same values on every executor. */
export function inputFor(subject: LayerSubject, shape: Shape, i = 0): Tensor {
	const stream = new RandomStream(7, "layer check", "input", i);
	const { inputKind = "values", tokenCount = 5 } = subject;
	if (inputKind === "tokens")
		return tensor(
			Int32Array.from({ length: sizeOf(shape) }, () => stream.integer(0, tokenCount)),
			{ shape },
		);
	return tensor(stream.draw({ kind: "normal", mean: 0, std: 1 }, sizeOf(shape)), { shape });
}

/** A gradient of the layer's output in which no two neighbours are equal. */
export function outputGradient(output: Tensor): Tensor {
	const values = Float64Array.from({ length: output.size }, (_, i) => Math.cos(i + 1));
	return tensor(values, { shape: output.shape, dtype: output.dtype, executor: output.executor });
}

/** Runs with an executor, in a scope of its own. */
export function on<R>(executor: Executor, run: () => R): R {
	return withExecutor(executor, () => scope(run));
}

/** The output's values of one forward pass. */
export function run(layer: Module, subject: LayerSubject, shape: Shape, i = 0): TypedArray {
	return scope(() => layer.forward(inputFor(subject, shape, i)).dataSync());
}

/** Whether two lists hold the very same numbers; −0 is told from 0, and NaN equals NaN. */
export function sameBits(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
	return a.length === b.length && Array.from(a).every((value, i) => Object.is(value, b[i]));
}

/** The first part of two states that differs, or null. */
export function stateDifference(a: ModelState, b: ModelState): string | null {
	for (const path of new Set([...Object.keys(a.tensors), ...Object.keys(b.tensors)])) {
		const [one, other] = [a.tensors[path], b.tensors[path]];
		if (one === undefined || other === undefined || !sameBits(one.data, other.data)) return path;
	}
	for (const part of ["streams", "numbers"] as const) {
		if (JSON.stringify(a[part]) !== JSON.stringify(b[part])) return part;
	}
	return null;
}
