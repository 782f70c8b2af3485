/** The parameters of a model in one contiguous block, their gradients in another: an optimizer step, a norm or a checkpoint is one pass. */
import { ArgumentError, GradientError } from "../core/errors.ts";
import { formatShape } from "../core/shape.ts";
import type { Executor } from "../kernels/contracts.ts";
import { zeros } from "./create.ts";
import { commonExecutor, expectTensor, type Tensor } from "./tensor.ts";

/** Parameters start at multiples of this many elements: a cache line. */
const ALIGNMENT_ELEMENTS = 16;

/** Tensors to train, with names or without: names appear in messages and let optimizers tell groups apart. */
export type NamedTensors = readonly Tensor[] | Readonly<Record<string, Tensor>>;

/** A parameter's place in the block. */
export interface ParameterRange {
	/** Its name, such as `hidden.weight`; its number where it was given without one. */
	readonly name: string;
	readonly parameter: Tensor;
	/** First element. */
	readonly start: number;
	/** One past its last element, the padding up to the next parameter included. */
	readonly end: number;
}

/** Parameters that lie in one block. */
export class ParameterBlock {
	/** All values, `[elementCount]`, with zeros between parameters for alignment. */
	readonly values: Tensor;
	/** All gradients in the same layout. */
	readonly gradients: Tensor;
	readonly ranges: readonly ParameterRange[];

	/**
	 * Moves the parameters' values into a new block and makes them leaves that collect their gradients in another.
	 *
	 * @throws ArgumentError if there are none, one stands twice, or one is a view or not float32
	 */
	constructor(source: NamedTensors) {
		if (typeof (source as { parameters?: unknown } | null)?.parameters === "function") {
			throw new ArgumentError(
				`parameters: expected tensors, by name or in a list, received a model.\n  Try: its parameters(), as in adam(model.parameters()).`,
			);
		}
		const named = Object.entries(source);
		check(named);
		const executor = commonExecutor(
			"parameters",
			named.map(([, parameter]) => parameter),
		);
		let elementCount = 0;
		this.ranges = named.map(([name, parameter]) => {
			const start = elementCount;
			elementCount += Math.ceil(Math.max(1, parameter.size) / ALIGNMENT_ELEMENTS) * ALIGNMENT_ELEMENTS;
			return { name, parameter, start, end: elementCount };
		});
		this.values = zeros([elementCount], { executor }).keep();
		this.gradients = zeros([elementCount], { executor }).keep();
		for (const { parameter, start } of this.ranges) {
			parameter.moveTo(this.values.storage, start);
			const make = (): Tensor => this.gradients.view({ shape: parameter.shape, strides: parameter.strides, offset: start }, true).keep();
			parameter.slot = { tensor: make(), filled: false, make };
		}
	}

	/** The executor that holds them. */
	get executor(): Executor {
		return this.values.executor;
	}

	/** Number of parameters proper, padding not counted. */
	get parameterCount(): number {
		return this.ranges.reduce((count, { parameter }) => count + parameter.size, 0);
	}

	/** Forgets all gradients; costs nothing, since the next ones overwrite them. */
	zeroGrad(): void {
		for (const { parameter } of this.ranges) parameter.zeroGrad();
	}

	/** Runs of neighbouring parameters that have a gradient now: usually one, the whole block. */
	filledRuns(): { start: number; end: number }[] {
		const runs: { start: number; end: number }[] = [];
		for (const { parameter, start, end } of this.ranges) {
			if (!parameter.slot?.filled) continue;
			const last = runs.at(-1);
			if (last !== undefined && last.end === start) last.end = end;
			else runs.push({ start, end });
		}
		return runs;
	}

	/** A block of the same layout filled with zeros, for an optimizer's slot. */
	slot(): Tensor {
		return zeros(this.values.shape, { executor: this.executor }).keep();
	}
}

function check(named: readonly (readonly [string, Tensor])[]): void {
	if (named.length === 0) throw new ArgumentError("parameters: expected at least one tensor, received none.");
	const seen = new Set<Tensor>();
	for (const [name, parameter] of named) {
		expectTensor(parameter, `parameters: ${name}`);
		const what = /^\d+$/.test(name) ? `number ${name}` : `"${name}"`;
		if (parameter.dtype !== "float32") throw new ArgumentError(`parameters: ${what} is ${parameter.dtype}; expected float32.`);
		if (parameter.node !== null) {
			throw new GradientError(
				`parameters: ${what}, ${formatShape(parameter.shape)}, is the result of ${parameter.node.name}. Try: detach().clone() first.`,
			);
		}
		if (seen.has(parameter))
			throw new ArgumentError(`parameters: ${what}, ${formatShape(parameter.shape)}, was named before. Name shared parameters once.`);
		seen.add(parameter);
	}
}

/**
 * Puts tensors into one parameter block; they become leaves with gradients and keep their identity.
 *
 * @example
 * const weight = randomNormal([10, 784], stream, { std: 0.01 });
 * const block = parameters([weight, bias]);
 */
export function parameters(tensors: NamedTensors): ParameterBlock {
	return new ParameterBlock(tensors);
}
