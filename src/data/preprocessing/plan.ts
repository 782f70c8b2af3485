/** Which transforms a column gets. */
import { ArgumentError } from "../../core/errors.ts";
import { choiceOption, type OptionSpecs, resolveOptions, show } from "../../core/options.ts";
import { fitFill, type Impute } from "./impute.ts";
import type { FittedTransform, InputColumn } from "./preprocessor.ts";
import { transformNamed } from "./preprocessor.ts";
import { listed, quoted, refuseColumn } from "./refuse.ts";
import { type ColumnSummary, categoryCounts, type NominalSummary, type NumericSummary } from "./summary.ts";
import type { Transform } from "./transform.ts";
import { transforms } from "./transforms/index.ts";

/** What is to be done with a column, where the defaults are not wanted. */
export interface ColumnOptions {
	/** Of numbers. Default "standardize". */
	readonly scale?: "standardize" | "minMax" | "robust" | "log" | "none" | null;
	/** For missing cells. Default "median" for numbers that are scaled; else they stay missing, which encoders can express. */
	readonly impute?: Impute | null;
	/** Whether a feature says where cells were missing. Default: if some were in training and no other feature shows it. */
	readonly indicator?: boolean | null;
	/**
	 * Of names; default "oneHot" up to `maxOneHot` categories, "embedding" beyond. Numbers that have one are taken as names, or as both if they
	 * have a `scale` too.
	 */
	readonly encode?: "oneHot" | "ordinal" | "embedding" | null;
	/** For "ordinal": the categories, lowest first. Default: numbers by size, then names by alphabet. */
	readonly order?: readonly string[] | null;
	/** Leaves the column out. */
	readonly drop?: boolean;
}

const namesOf = (role: Transform["role"]): string[] => transforms.filter((transform) => transform.role === role).map(({ name }) => name);

const columnSpecs: OptionSpecs<ColumnOptions> = {
	scale: { ...choiceOption("how numbers are scaled", namesOf("scale")), default: null },
	impute: { kind: "code", about: '"median", "mean", "mostFrequent" or { constant: value }', default: null },
	indicator: { kind: "truth", about: "whether a feature says where cells were missing", default: null },
	encode: { ...choiceOption("how names become features", namesOf("encode")), default: null },
	order: { kind: "list", about: "categories, lowest first", items: { kind: "text", about: "a category" }, default: null },
	drop: { kind: "truth", about: "whether to leave the column out", default: false },
};

/** Checks a column's options. */
export function checkColumnOptions(column: string, options: ColumnOptions): ColumnOptions {
	const where = `columns.${column}`;
	const checked = resolveOptions(where, columnSpecs, options) as ColumnOptions;
	const { impute } = checked;
	const isConstant = typeof impute === "object" && impute !== null && Object.hasOwn(impute, "constant");
	if (impute === null || isConstant || ["median", "mean", "mostFrequent"].includes(impute as string)) return checked;
	throw new ArgumentError(`${where}: expected impute to be ${columnSpecs.impute.about}, received ${show(impute)}.`);
}

/** What becomes of a column: what the model reads, or why it reads nothing. */
export type Plan = { readonly kind: "input"; readonly input: InputColumn } | { readonly kind: "dropped"; readonly remark: string };

/** Decides by what the training rows hold and fits the transforms. */
export function planColumn(summary: ColumnSummary, options: ColumnOptions, { maxOneHot }: { maxOneHot: number }): Plan {
	const { name } = summary;
	if (summary.kind === "text") {
		return dropped(name, `is free text. columns: { ${quoted(name)}: { encode: "embedding" } } takes it as names`);
	}
	if (summary.missingCount === summary.rowCount) return dropped(name, "has no value in any training row");
	const isConstant = summary.kind === "numeric" ? summary.min === summary.max : summary.counts.size === 1;
	if (isConstant && summary.missingCount === 0) return dropped(name, "has the same value in all training rows");

	if (summary.kind === "nominal" && options.scale) {
		return refuseColumn(name, {
			expected: "numbers to scale",
			received: `names: ${listed(categoryCounts(summary).map(([category]) => category))}`,
			advice: `encode: ${namesOf("encode").map(quoted).join(", ")}, or read the column as numbers.`,
		});
	}
	const chosen = summary.kind === "nominal" || options.encode ? encodeSteps(summary, options, maxOneHot) : numberSteps(summary, options);
	const impute = options.impute ?? (chosen.some(({ role }) => role === "scale") ? "median" : null);
	const fill = impute === null ? null : fitFill(summary, impute);
	const shown = fill === null && chosen.some(({ showsMissing }) => showsMissing);
	if (options.indicator ?? (summary.missingCount > 0 && !shown)) chosen.push(named("missingIndicator"));
	return fitted(summary, fill, options, chosen);
}

/**
 * Grades such as pclass or cylinders stay numbers. Small networks (two layers of 32, three times five folds, three seeds) with one-hot features
 * besides them were right for 81.0 % of the Titanic's passengers instead of 81.9 % (deviation between seeds 0.3 %); the loss came with sibsp and
 * parch, whose high counts are rare. On Auto MPG the error fell from 2.70 to 2.63 (deviation 0.04).
 */
function numberSteps({ min, max, temporal }: NumericSummary, { scale }: ColumnOptions): Transform[] {
	if (min === max) return [];
	const scaler = named(scale ?? "standardize");
	return temporal ? [scaler, named("cyclical")] : [scaler];
}

function encodeSteps(summary: NumericSummary | NominalSummary, options: ColumnOptions, maxOneHot: number): Transform[] {
	const few = summary.counts !== null && summary.counts.size <= maxOneHot;
	const encoder = named(options.encode ?? (few ? "oneHot" : "embedding"));
	return options.scale ? [named(options.scale), encoder] : [encoder];
}

function fitted(
	summary: NumericSummary | NominalSummary,
	fill: number | string | null,
	options: ColumnOptions,
	chosen: readonly Transform[],
): Plan {
	const { kind, name } = summary;
	const steps = chosen.map((transform): FittedTransform => {
		return { transform: transform.name, state: transform.fit(summary, { fill, order: options.order ?? undefined }) };
	});
	const useful = steps.filter(({ state }, i) => {
		const size = chosen[i].embedding?.(state);
		return (size === undefined || size.count > 1) && chosen[i].featureNames(state, name).length > 0;
	});
	if (useful.length === 0) return dropped(name, "has a different value in nearly every training row");
	const temporal = summary.kind === "numeric" && summary.temporal;
	return { kind: "input", input: { name, kind, temporal, fill, steps: useful } };
}

const named = (name: string): Transform => transformNamed(name)!;

function dropped(column: string, reason: string): Plan {
	return { kind: "dropped", remark: `Column ${quoted(column)} is left out: it ${reason}.` };
}
