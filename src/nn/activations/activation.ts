/** What an activation is: a formula with facts about its shape, usable as a function, as a layer and fused into the layer before. */
import { anyOptions, type OptionSpecs, type Resolved, resolveOptions } from "../../core/options.ts";
import { type Callable, callable, type Technique } from "../../core/technique.ts";
import { type Formula, formula, type Scalar } from "../../kernels/formula.ts";
import { applyFormula } from "../../tensor/ops/elementwise.ts";
import { isFusible } from "../../tensor/ops/fused-activation.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";

/** Facts that every activation declares. */
export interface ActivationShape {
	/** Bounds of its values; ±Infinity where it has none. */
	readonly range: readonly [low: number, high: number];
	/** Whether its values spread around 0 for inputs that do. */
	readonly zeroCentred: boolean;
	/** Where its derivative goes to 0. */
	readonly saturates: "nowhere" | "left" | "right" | "both sides" | "everywhere";
	/** Factor by which initial weights are scaled before it, as `nn.init.calculate_gain` where PyTorch has it; 1 where nobody says. */
	readonly gain: number;
}

/** An activation of the shelf. */
export interface ActivationTechnique extends Technique, ActivationShape {
	readonly kind: "activation";
	/** The layer that applies it. */
	layer(options?: object): Module;
}

/** `leakyReLU(x, { slope: 0.2 })` applies it; `leakyReLU.range` tells of it. */
export type ActivationFunction<O> = Callable<(x: Tensor, options?: O) => Tensor, ActivationTechnique>;

interface CommonFacts<O> extends Omit<ActivationTechnique, "kind" | "options" | "layer" | "formula"> {
	/** How it is computed, in one line. */
	readonly formula: string;
	readonly options: OptionSpecs<O>;
}

/** An activation that works element by element. */
export interface ElementwiseFacts<O> extends CommonFacts<O> {
	/** Its formula; broadcast, derivative and speed follow from it. */
	build(x: Scalar, options: Resolved<O>): Scalar;
}

/** The layer of an activation without parameters. */
export class Activation extends Module {
	readonly name: string;
	readonly #apply: (x: Tensor) => Tensor;
	readonly #fusible: Formula | null;

	/** Not for users: see `activationLayer`. */
	constructor(name: string, apply: (x: Tensor) => Tensor, fusible: Formula | null = null) {
		super();
		this.name = name;
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
 * const swish2 = defineActivation({
 *   name: "swish2", formula: "x · σ(2x)", source: "—", torch: null, options: {},
 *   range: [-0.14, Infinity], zeroCentred: false, saturates: "left", gain: 1,
 *   build: (x) => x.mul(scalars.sigmoid(x.mul(2))),
 * });
 */
export function defineActivation<O extends object>(facts: ElementwiseFacts<O>): ActivationFunction<O> {
	const { build, ...technique } = facts;
	const formulas = new Map<string, Formula>();
	const formulaFor = (options: O | undefined): Formula => {
		const key = JSON.stringify(options ?? {});
		let found = formulas.get(key);
		if (found === undefined) {
			const resolved = resolveOptions(facts.name, facts.options, options);
			found = formula(facts.name, (x) => build(x, resolved), 1);
			formulas.set(key, found);
		}
		return found;
	};
	const apply = (x: Tensor, options?: O): Tensor => applyFormula(formulaFor(options), [x]);
	const layer = (options?: O): Module => {
		const made = formulaFor(options);
		return new Activation(facts.name, (x) => applyFormula(made, [x]), isFusible(made) ? made : null);
	};
	return callable(apply, { ...technique, kind: "activation" as const, options: anyOptions(facts.options), layer });
}

/** An activation that needs more than one element at a time, such as softmax. */
export interface WholeFacts<O> extends CommonFacts<O> {
	apply(x: Tensor, options: Resolved<O>): Tensor;
}

/** Makes an activation from a function of tensors. */
export function defineWholeActivation<O extends object>(facts: WholeFacts<O>): ActivationFunction<O> {
	const { apply, ...technique } = facts;
	const resolve = (options: O | undefined): Resolved<O> => resolveOptions(facts.name, facts.options, options);
	const layer = (options?: O): Module => {
		const resolved = resolve(options);
		return new Activation(facts.name, (x) => apply(x, resolved));
	};
	return callable((x: Tensor, options?: O) => apply(x, resolve(options)), {
		...technique,
		kind: "activation" as const,
		options: anyOptions(facts.options),
		layer,
	});
}
