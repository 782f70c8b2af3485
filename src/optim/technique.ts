/** What an optimizer of the shelf is: a function that makes it, with facts about it. One file each in optimizers/. */
import { anyOptions, type OptionSpecs, type Resolved, resolveOptions } from "../core/options.ts";
import { type Callable, callable, type Technique } from "../core/technique.ts";
import { ElementwiseOptimizer, type UpdateRule } from "./elementwise.ts";
import type { Optimizer, Trainable } from "./optimizer.ts";
import { type CommonOptions, commonOptions } from "./settings.ts";
import { type TensorRule, TensorwiseOptimizer } from "./tensorwise.ts";

/** An optimizer of the shelf. */
export interface OptimizerTechnique extends Technique {
	readonly kind: "optimizer";
	/** Names of the options that are its own, not common to all. */
	readonly ownOptions: readonly string[];
}

/** `adam(model.parameters(), { lr: 1e-3 })` makes it; `adam.source` names its paper. */
export type OptimizerMaker<O> = Callable<(trainable: Trainable, options?: O & CommonOptions<O>) => Optimizer, OptimizerTechnique>;

/** What a file in optimizers/ states. */
interface CommonFacts<O> extends Omit<OptimizerTechnique, "kind" | "options" | "ownOptions"> {
	/** Published defaults of the common options. */
	readonly defaults: { readonly lr: number; readonly weightDecay?: number };
	/** Its own options. */
	readonly options: OptionSpecs<O>;
}

/** An optimizer with an elementwise rule. */
export interface ElementwiseFacts<O> extends CommonFacts<O> {
	rule(options: Resolved<O>): UpdateRule;
}

/**
 * Makes an optimizer from an elementwise rule; clipping, decay, groups and accumulation come with it, in the same pass.
 *
 * @example
 * const update = formula("signSgd", (p, g, lr) => p.sub(lr.mul(scalars.sign(g))));
 * export const signSgd = defineOptimizer<object>({
 *   name: "signSgd", formula: "p ← p − lr · sign(g)", source: "Bernstein et al. 2018, arXiv:1802.04434", torch: null,
 *   defaults: { lr: 1e-4 }, options: {},
 *   rule: () => ({ slots: {}, formula: update, numbers: ({ lr }) => [lr] }),
 * });
 */
export function defineOptimizer<O extends object>(facts: ElementwiseFacts<O>): OptimizerMaker<O> {
	const { rule, ...rest } = facts;
	return defineAnyOptimizer<O>({
		...rest,
		make: (trainable, options) => new ElementwiseOptimizer<O>(facts.name, trainable, options, rule),
	});
}

/** An optimizer with a whole-tensor rule. */
export interface TensorwiseFacts<O> extends CommonFacts<O> {
	/** @param options - its own options and the common ones, such as the `lr` that was given */
	rule(options: Resolved<O> & Resolved<CommonOptions>): TensorRule;
}

/**
 * Makes an optimizer from a rule that looks at whole tensors; clipping, decay, groups and accumulation come with it.
 *
 * @example
 * const update = formula("normalizedSgd", (p, g, norm, lr) => p.sub(lr.mul(g).div(norm)));
 * export const normalizedSgd = defineTensorOptimizer<object>({
 *   name: "normalizedSgd", formula: "p ← p − lr · g / (‖g‖ + 1e-8)", source: "—", torch: null,
 *   defaults: { lr: 1e-2 }, options: {},
 *   rule: () => ({
 *     slots: () => ({}),
 *     update: ({ value, gradient, lr }) => mapInto(update, [value, gradient, gradient.norm().add(1e-8), lr], [value]),
 *   }),
 * });
 */
export function defineTensorOptimizer<O extends object>(facts: TensorwiseFacts<O>): OptimizerMaker<O> {
	const { rule, ...rest } = facts;
	return defineAnyOptimizer<O>({
		...rest,
		make: (trainable, options) =>
			new TensorwiseOptimizer<O>(facts.name, trainable, options, (own) => rule(own as Resolved<O> & Resolved<CommonOptions>)),
	});
}

/** An optimizer of any build. */
export interface OptimizerFacts<O> extends CommonFacts<O> {
	make(trainable: Trainable, options: Resolved<O & CommonOptions<O>>): Optimizer;
}

/** Makes an optimizer from a class of its own. */
export function defineAnyOptimizer<O extends object>(facts: OptimizerFacts<O>): OptimizerMaker<O> {
	const { make, defaults, options: own, ...technique } = facts;
	const specs = { ...commonOptions(defaults), ...own } as OptionSpecs<O & CommonOptions<O>>;
	const run = (trainable: Trainable, options?: O & CommonOptions<O>): Optimizer => {
		const resolved = resolveOptions<O & CommonOptions<O>>(facts.name, specs, options);
		resolved.groups.forEach((group, i) => {
			// For its complaints only; what a group leaves out comes from the common options.
			resolveOptions<object>(`${facts.name}: options of group ${i}`, own, group?.options);
		});
		return make(trainable, resolved);
	};
	return callable(run, { ...technique, kind: "optimizer" as const, options: anyOptions(specs), ownOptions: Object.keys(own) });
}
