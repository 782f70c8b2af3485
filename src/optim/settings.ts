/** What every optimizer can do besides its own rule: regularization, clipping, accumulation, groups of parameters. */
import { ArgumentError } from "../core/errors.ts";
import { atLeastZero, choiceOption, integerOption, type OptionSpecs, positive, type Resolved, resolveOptions } from "../core/options.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Settings that groups of parameters may have for themselves. */
export interface Regularization {
	/** Decoupled weight decay (Loshchilov & Hutter 2019, arXiv:1711.05101): p ← p − lr · λ · p beside the update. Default 0, in AdamW 0.01. */
	readonly weightDecay?: number;
	/** λ of the loss term ½ λ ‖W‖²: adds λ · p to the gradient. Default 0. */
	readonly l2?: number;
	/** λ of the loss term λ ‖W‖₁: adds λ · sign(p) to the gradient. With `l2` an elastic net. Default 0. */
	readonly l1?: number;
	/**
	 * Largest norm of the weights that enter one unit; larger ones are scaled down after each step (Srivastava et al. 2014). Never acts on
	 * parameters of fewer than two axes: no weights enter through them. Default none.
	 */
	readonly maxNorm?: number | null;
}

/** Parameters that are treated differently. */
export interface ParameterGroup<O = object> extends Regularization {
	/** Which: a name with `*` for any part, such as `*.bias`, an expression, or a function. The first group that matches counts. */
	readonly match: string | RegExp | ((name: string, parameter: Tensor) => boolean);
	/** Factor of the learning rate, ≥ 0; 0 keeps the parameters as they are. Default 1. */
	readonly lrScale?: number;
	/** Options of the optimizer's own rule, such as `betas`, that differ in this group. A momentum (or β₁) of its own stays: schedules move the common one. */
	readonly options?: Partial<O>;
}

/** Options of all optimizers. */
export interface CommonOptions<O = object> extends Regularization {
	/** Learning rate, ≥ 0. The default is each optimizer's own. */
	readonly lr?: number;
	/**
	 * What decay, L1 and L2 act on: "matrices" leaves out parameters of fewer than two axes, which are biases and scales of
	 * normalisation; "all" is PyTorch's way. Default "matrices".
	 */
	readonly regularize?: "matrices" | "all";
	/** Bound on each element of the gradient: clipped to ±clipValue. Default none. */
	readonly clipValue?: number | null;
	/** Bound on the joint L2 norm of all gradients (Pascanu et al. 2013, arXiv:1211.5063), regularization terms included. Default none. */
	readonly clipNorm?: number | null;
	/** Bound on the L2 norm of each parameter's gradient. Default none. */
	readonly clipTensorNorm?: number | null;
	/** Calls of `step()` whose gradients are averaged into one update. Default 1. */
	readonly accumulate?: number;
	/** Parameters that are treated differently. Default none. */
	readonly groups?: readonly ParameterGroup<O>[];
}

const regularization = {
	weightDecay: atLeastZero("decoupled weight decay λ: p ← p − lr · λ · p", 0),
	l2: atLeastZero("λ of the loss term ½ λ ‖W‖²", 0),
	l1: atLeastZero("λ of the loss term λ ‖W‖₁", 0),
	maxNorm: positive("largest norm of the weights that enter one unit", null),
} as const;

/** Specs of the common options, with an optimizer's own defaults. */
export function commonOptions(defaults: { lr: number; weightDecay?: number }): OptionSpecs<CommonOptions> {
	return {
		lr: { ...atLeastZero("learning rate", defaults.lr), alsoCalled: ["learningRate", "rate", "stepSize"] },
		...regularization,
		weightDecay: { ...regularization.weightDecay, default: defaults.weightDecay ?? 0 },
		regularize: choiceOption("whether decay, L1 and L2 leave out biases and scales of normalisation", ["matrices", "all"], "matrices"),
		clipValue: positive("bound on each element of the gradient", null),
		clipNorm: positive("bound on the joint L2 norm of all gradients", null),
		clipTensorNorm: positive("bound on the L2 norm of each parameter's gradient", null),
		accumulate: integerOption("steps whose gradients are averaged into one update", 1, { min: 1 }),
		groups: { kind: "list", about: "parameters that are treated differently", items: { kind: "code", about: "a group" }, default: [] },
	};
}

/** What holds for one parameter. */
export interface ParameterSettings {
	readonly lrScale: number;
	readonly weightDecay: number;
	readonly l2: number;
	readonly l1: number;
	readonly maxNorm: number | null;
	/** Which declared group it belongs to; −1 for none. */
	readonly group: number;
}

const groupSpecs: OptionSpecs<Omit<ParameterGroup, "match" | "options">> = {
	lrScale: atLeastZero("factor of the learning rate", 1),
	...regularization,
};

/**
 * The settings of one parameter, from the common options and the first group that matches.
 *
 * @throws ArgumentError for a group without a usable `match` or with options that make no sense
 */
export function settingsOf(where: string, options: Resolved<CommonOptions>, name: string, parameter: Tensor): ParameterSettings {
	const group = options.groups.findIndex(({ match }) => matches(where, match, name, parameter));
	const { match: _, options: __, ...own } = group < 0 ? { match: "", options: {} } : options.groups[group];
	const resolved = resolveOptions(`${where}: group ${group}`, groupSpecs, own);
	const counts = options.regularize === "all" || parameter.rank >= 2;
	const value = (key: "weightDecay" | "l1" | "l2"): number => {
		// What a group states counts for whatever it matches; the common options leave out biases and scales.
		if (Object.hasOwn(own, key)) return resolved[key];
		return counts ? options[key] : 0;
	};
	return {
		lrScale: resolved.lrScale,
		weightDecay: value("weightDecay"),
		l2: value("l2"),
		l1: value("l1"),
		maxNorm: parameter.rank < 2 ? null : Object.hasOwn(own, "maxNorm") ? resolved.maxNorm : options.maxNorm,
		group,
	};
}

/** Whether a name pattern, an expression or a function means this parameter. */
export function matches(where: string, match: ParameterGroup["match"], name: string, parameter: Tensor): boolean {
	if (typeof match === "function") return match(name, parameter);
	if (match instanceof RegExp) return match.test(name);
	if (typeof match !== "string") {
		throw new ArgumentError(
			`${where}: expected each group's match to be a name with *, an expression or a function, received ${typeof match}.`,
		);
	}
	const pattern = match.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
	return new RegExp(`^${pattern.join(".*")}$`).test(name);
}
