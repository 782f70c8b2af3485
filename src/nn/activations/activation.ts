/** What an activation is: a formula with facts about its shape, usable as a function, as a layer and fused into the layer before. */
import { anyOptions, type OptionSpecs, type Resolved, resolveOptions } from "../../core/options.ts";
import { type Callable, callable, type Technique } from "../../core/technique.ts";
import { type Formula, formula, type Scalar, withGradient } from "../../kernels/formula.ts";
import { applyFormula } from "../../tensor/ops/elementwise.ts";
import { isFusible } from "../../tensor/ops/fused-activation.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { secondMomentGain } from "./gain.ts";

/** Facts that every activation declares, for its default options where they depend on them. */
export interface ActivationShape {
	/** Bounds of its values; ±Infinity where it has none. */
	readonly range: readonly [low: number, high: number];
	/** Whether its mean over standard normal inputs is 0. */
	readonly zeroCentred: boolean;
	/** Where its derivative goes to 0. */
	readonly saturates: "nowhere" | "left" | "right" | "both sides" | "everywhere";
}

/** An activation of the shelf. */
export interface ActivationTechnique extends Technique, ActivationShape {
	readonly kind: "activation";
	/**
	 * Factor by which initial weights before it are scaled, or a function that gives it for some options. As `nn.init.calculate_gain`
	 * where PyTorch has it, else 1 / √E f(z)² for standard normal z unless its file names a source. See `gainOf`.
	 */
	readonly gain: number | ((options: object) => number);
	/** The layer that applies it. */
	layer(options?: object): Module;
}

/** `leakyReLU(x, { slope: 0.2 })` applies it; `leakyReLU.range` tells of it. */
export type ActivationFunction<O> = Callable<(x: Tensor, options?: O) => Tensor, ActivationTechnique>;

/** The gain that suits an activation with these options. */
export function gainOf({ gain }: Pick<ActivationTechnique, "gain">, options: object = {}): number {
	return typeof gain === "number" ? gain : gain(options);
}

interface CommonFacts<O> extends Omit<ActivationTechnique, "kind" | "options" | "layer" | "formula" | "gain"> {
	/** How it is computed, in one line. */
	readonly formula: string;
	readonly options: OptionSpecs<O>;
}

/** An activation that works element by element. */
export interface ElementwiseFacts<O> extends CommonFacts<O> {
	/** Default: 1 / √E f(z)² for standard normal z, computed from the formula. */
	readonly gain?: number | ((options: Resolved<O>) => number);
	/** Its formula; broadcast, derivative and speed follow from it. */
	build(x: Scalar, options: Resolved<O>): Scalar;
	/**
	 * Its derivative from its result y and its input x, where the one by rule is less stable, or where y alone will do: then the
	 * activation is fused into the layer before. It may not be infinite, nor NaN for numbers.
	 */
	derivative?(y: Scalar, x: Scalar, options: Resolved<O>): Scalar;
}

/** The layer of an activation without parameters. */
export class Activation extends Module {
	readonly name: string;
	readonly #apply: (x: Tensor) => Tensor;
	readonly #fusible: Formula | null;
	/** Bounds of its values. */
	readonly range: readonly [low: number, high: number];
	/** Bounds near which it saturates; null unless it does at both. */
	readonly saturationRange: readonly [low: number, high: number] | null;

	/** Not for users: see `activation`. */
	constructor(
		{ name, range, saturates }: Pick<ActivationTechnique, "name" | "range" | "saturates">,
		apply: (x: Tensor) => Tensor,
		fusible: Formula | null = null,
	) {
		super();
		this.name = name;
		this.range = range;
		this.saturationRange = saturates === "both sides" && range.every(Number.isFinite) ? range : null;
		this.#apply = apply;
		this.#fusible = fusible;
	}

	override get fusible(): Formula | null {
		return this.#fusible;
	}

	override forward(x: Tensor): Tensor {
		return this.#apply(x);
	}

	override describe(): string {
		return this.name;
	}
}

/**
 * Makes an elementwise activation from its formula.
 *
 * @example
 * const hardTanh = defineActivation({
 *   name: "hardTanh", formula: "min(max(x, −1), 1)", source: "Collobert 2004", torch: "nn.Hardtanh", options: {},
 *   range: [-1, 1], zeroCentred: true, saturates: "both sides",
 *   build: (x) => scalars.select(x.gt(1), 1, scalars.select(x.lt(-1), -1, x)),
 * });
 */
export function defineActivation<O extends object>(facts: ElementwiseFacts<O>): ActivationFunction<O> {
	const { build: _build, derivative: _derivative, gain, ...technique } = facts;
	const resolve = (options: O | undefined): Resolved<O> => resolveOptions(facts.name, facts.options, options);
	const formulas = new Map<string, Formula>();
	const formulaFor = (options: O | undefined): Formula => {
		const key = JSON.stringify(options ?? {});
		let found = formulas.get(key);
		if (found === undefined) {
			found = formulaOf(facts, resolve(options));
			formulas.set(key, found);
		}
		return found;
	};
	const gainFor = (options: object): number =>
		typeof gain === "function" ? gain(resolve(options as O)) : secondMomentGain(formulaFor(options as O));
	const layer = (options?: O): Module => {
		const made = formulaFor(options);
		return new Activation(facts, (x) => applyFormula(made, [x]), isFusible(made) ? made : null);
	};
	return callable((x: Tensor, options?: O): Tensor => applyFormula(formulaFor(options), [x]), {
		...technique,
		kind: "activation" as const,
		options: anyOptions(facts.options),
		gain: typeof gain === "number" ? gain : gainFor,
		layer,
	});
}

function formulaOf<O>({ name, build, derivative }: ElementwiseFacts<O>, options: Resolved<O>): Formula {
	const made = formula(name, (x) => build(x, options), 1);
	if (derivative === undefined) return made;
	return withGradient(made, (grad, [x], y) => [grad.mul(derivative(y, x, options))]);
}

/** An activation that needs more than one element at a time, such as softmax. */
export interface WholeFacts<O> extends CommonFacts<O> {
	readonly gain: number;
	apply(x: Tensor, options: Resolved<O>): Tensor;
}

/** Makes an activation from a function of tensors. */
export function defineWholeActivation<O extends object>(facts: WholeFacts<O>): ActivationFunction<O> {
	const { apply, ...technique } = facts;
	const resolve = (options: O | undefined): Resolved<O> => resolveOptions(facts.name, facts.options, options);
	const layer = (options?: O): Module => {
		const resolved = resolve(options);
		return new Activation(facts, (x) => apply(x, resolved));
	};
	return callable((x: Tensor, options?: O) => apply(x, resolve(options)), {
		...technique,
		kind: "activation" as const,
		options: anyOptions(facts.options),
		layer,
	});
}
