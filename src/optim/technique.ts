/** What an optimizer of the shelf is: a function that makes it, with facts about it. One file each in optimizers/. */
import { anyOptions, type OptionSpecs, type Resolved, resolveOptions } from "../core/options.ts";
import { type Callable, callable, type Technique } from "../core/technique.ts";
import { ElementwiseOptimizer, type UpdateRule } from "./elementwise.ts";
import type { Optimizer, Trainable } from "./optimizer.ts";
import { type CommonOptions, commonOptions } from "./settings.ts";

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

/** An optimizer of any build. */
export interface OptimizerFacts<O> extends CommonFacts<O> {
	make(trainable: Trainable, options: Resolved<O & CommonOptions<O>>): Optimizer;
}

/** Makes an optimizer from a class of its own. */
export function defineAnyOptimizer<O extends object>(facts: OptimizerFacts<O>): OptimizerMaker<O> {
	const { make, defaults, options: own, ...technique } = facts;
	const specs = { ...commonOptions(defaults), ...own } as OptionSpecs<O & CommonOptions<O>>;
	const run = (trainable: Trainable, options?: O & CommonOptions<O>): Optimizer =>
		make(trainable, resolveOptions<O & CommonOptions<O>>(facts.name, specs, options));
	return callable(run, { ...technique, kind: "optimizer" as const, options: anyOptions(specs), ownOptions: Object.keys(own) });
}
