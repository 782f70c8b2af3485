/** Losses that are sums over elements: one formula each, computed and summed in one pass. */
import type { OptionSpecs, Resolved } from "../../core/options.ts";
import { type Formula, formula, type Scalar, type StatedGradient, withGradient } from "../../kernels/formula.ts";
import { checkPair } from "../../tensor/ops/regression-losses.ts";
import {
	type CommonLossOptions,
	commonOptions,
	defineLoss,
	type Loss,
	type LossFacts,
	type UnitOptions,
	unitOptions,
	unitScale,
} from "./loss.ts";
import { reduceElements } from "./reduce.ts";
import { expectRule, type LossRule, targetRules } from "./rules.ts";

/** What a file of such a loss states. */
export interface ElementwiseLossFacts<O> extends Omit<LossFacts<O>, "compute" | "target"> {
	readonly target: Exclude<LossFacts<O>["target"], "classes">;
	/** Whether it is a log-likelihood in nats; it then has the option `unit`. Default false. */
	readonly inNats?: boolean;
	/** What predictions must be; none if absent. */
	readonly predictions?: LossRule;
	/** What targets must be for some options. Default: by `target`. */
	targets?(options: Resolved<O>): LossRule;
	/** The loss of one element from its prediction x and its target t; speed and derivative follow from it. */
	build(x: Scalar, t: Scalar, options: Resolved<O>): Scalar;
	/** Derivative in x and t where the one by rule will not do. */
	readonly gradient?: StatedGradient;
}

type AllOptions<O> = O & CommonLossOptions & UnitOptions;

/**
 * Makes a loss of single elements from its formula, with reductions and sample weights.
 *
 * @example
 * const quartic = defineElementwiseLoss<object>({
 *   name: "quartic", formula: "(x − t)⁴", source: "—", torch: null, target: "values", takesLogits: false, options: {},
 *   build: (x, t) => x.sub(t).square().square(),
 * });
 */
export function defineElementwiseLoss<O extends object>(facts: ElementwiseLossFacts<O>): Loss<O & CommonLossOptions & UnitOptions> {
	const { build: _build, gradient: _gradient, targets, predictions, inNats = false, options, ...rest } = facts;
	const formulas = new Map<string, Formula>();
	/** The same by the options' identity: a loss with its options set asks again and again. */
	const known = new WeakMap<object, Formula>();
	const specs = { ...commonOptions, ...(inNats ? unitOptions : {}), ...options } as unknown as OptionSpecs<AllOptions<O>>;
	const names = Object.keys(options) as (keyof O)[];
	return defineLoss<AllOptions<O>>({
		...rest,
		options: specs,
		compute(prediction, target, given) {
			const { reduction, sampleWeights, unit = "nats" } = given as unknown as Resolved<CommonLossOptions & UnitOptions>;
			const own = given as unknown as Resolved<O>;
			checkPair(facts.name, prediction, target);
			if (given.checksValues) {
				if (predictions !== undefined) expectRule(facts.name, "prediction", prediction, predictions);
				expectRule(facts.name, "target", target, targets?.(own) ?? targetRules[facts.target]);
			}
			let of = known.get(given);
			if (of === undefined) {
				of = formulaFor(facts, own, { formulas, names });
				known.set(given, of);
			}
			return reduceElements(of, [prediction, target], { reduction, sampleWeights, scale: unitScale(unit) });
		},
	});
}

function formulaFor<O>(
	{ name, build, gradient }: ElementwiseLossFacts<O>,
	options: Resolved<O>,
	known: { formulas: Map<string, Formula>; names: readonly (keyof O)[] },
): Formula {
	const key = known.names.length === 0 ? "" : JSON.stringify(known.names.map((option) => options[option]));
	let found = known.formulas.get(key);
	if (found === undefined) {
		found = formula(name, (x, t) => build(x, t, options), 2);
		if (gradient !== undefined) found = withGradient(found, gradient);
		known.formulas.set(key, found);
	}
	return found;
}
