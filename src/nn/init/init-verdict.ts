/** One word on a network's start, by stated thresholds, with the numbers it rests on. */
import type { InitReportEntry } from "./init-report.ts";

/** What may be wrong with a start; "healthy" if nothing is found. */
export type InitVerdictKind = "exploding" | "dead" | "saturated" | "vanishing" | "healthy";

/** A number that a verdict rests on. */
export interface InitEvidence {
	/** Where it was measured. */
	readonly path: string;
	/** What was measured, such as "share of zeros". */
	readonly quantity: string;
	readonly value: number;
	/** The bound that it crosses; for "healthy", the bound that it keeps. */
	readonly threshold: number;
}

/** What a report comes to. */
export interface InitVerdict {
	readonly kind: InitVerdictKind;
	/** One line for people. */
	readonly text: string;
	readonly evidence: readonly InitEvidence[];
}

/** Bounds of the verdicts. */
export const initThresholds = {
	/** dead: a module's output is 0 in at least this part. A ReLU's on centred inputs is 0.5. */
	zeroShare: 0.9,
	/** saturated: a module's output is near the ends of its range in at least this part. */
	saturatedShare: 0.5,
	/** exploding: variance grows by more than this factor, of values from the first output to the last or of gradients from the last to the first. */
	growth: 1e4,
	/** vanishing: it shrinks to less than this part: a hundredth in standard deviations. */
	decay: 1e-4,
} as const;

type Entries = readonly Pick<InitReportEntry, "path" | "forward" | "gradient">[];

/** The first that applies of: not finite, dead, saturated, exploding, vanishing; the causes come before what they cause. */
export function judge(entries: Entries): InitVerdict {
	const changes = [valueChange(entries), gradientChange(entries)].filter((change) => change !== null);
	const findings: [kind: InitVerdictKind, says: string, evidence: InitEvidence[]][] = [
		["exploding", "there are values that are not finite", nonFinite(entries)],
		["dead", "units give 0 for nearly every input", shares(entries, "share of zeros", initThresholds.zeroShare)],
		["saturated", "units stay at the ends of their range", shares(entries, "share near the ends", initThresholds.saturatedShare)],
		[
			"exploding",
			"variance grows from layer to layer",
			changes.filter(({ value }) => value > initThresholds.growth).map(against("growth")),
		],
		[
			"vanishing",
			"variance shrinks from layer to layer",
			changes.filter(({ value }) => value < initThresholds.decay).map(against("decay")),
		],
	];
	for (const [kind, says, evidence] of findings) if (evidence.length > 0) return verdict(kind, says, evidence);
	return verdict("healthy", "values and gradients keep their size", changes.map(against("decay")));
}

function verdict(kind: InitVerdictKind, says: string, evidence: InitEvidence[]): InitVerdict {
	const shown = evidence[0];
	const example = shown === undefined ? "" : ` (${shown.quantity} at "${shown.path}": ${Number(shown.value.toPrecision(3))})`;
	return { kind, text: `${kind}: ${says}${example}`, evidence };
}

const against =
	(bound: "growth" | "decay") =>
	(change: Omit<InitEvidence, "threshold">): InitEvidence => ({ ...change, threshold: initThresholds[bound] });

function nonFinite(entries: Entries): InitEvidence[] {
	return entries.flatMap(({ path, forward, gradient }) => [
		...(forward.nonFiniteCount > 0 ? [{ path, quantity: "values that are not finite", value: forward.nonFiniteCount, threshold: 0 }] : []),
		...(gradient !== null && !Number.isFinite(gradient.variance)
			? [{ path, quantity: "variance of gradients", value: gradient.variance, threshold: initThresholds.growth }]
			: []),
	]);
}

const shareOf = {
	"share of zeros": ({ forward }: Entries[number]) => forward.zeroShare,
	"share near the ends": ({ forward }: Entries[number]) => forward.saturatedShare ?? 0,
} as const;

/** Outputs in which a share reaches its bound. */
function shares(entries: Entries, quantity: keyof typeof shareOf, threshold: number): InitEvidence[] {
	return entries
		.map((entry) => ({ path: entry.path, quantity, value: shareOf[quantity](entry), threshold }))
		.filter(({ value }) => value >= threshold);
}

type Change = Omit<InitEvidence, "threshold">;

/** Variance of the last output over that of the first. */
function valueChange(entries: Entries): Change | null {
	const [first, last] = [entries[0], entries.at(-1)];
	if (entries.length < 2 || first === undefined || last === undefined) return null;
	const value = last.forward.variance / first.forward.variance;
	return Number.isNaN(value) ? null : { path: last.path, quantity: "variance of values, last over first", value };
}

/** Variance of the gradient at the first output over that at the last. */
function gradientChange(entries: Entries): Change | null {
	const reached = entries.filter(({ gradient }) => gradient !== null);
	const [first, last] = [reached[0], reached.at(-1)];
	if (reached.length < 2 || first === undefined || last === undefined) return null;
	const value = (first.gradient?.variance ?? Number.NaN) / (last.gradient?.variance ?? Number.NaN);
	return Number.isNaN(value) ? null : { path: first.path, quantity: "variance of gradients, first over last", value };
}
