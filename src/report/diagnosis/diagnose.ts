/** What a run's curves say about it: rules over its records, each with a threshold and the reason for it. Not advice from experience of other runs. */
import { formatCounted, formatNumber } from "../format.ts";
import { divergence } from "./divergence.ts";
import type { Diagnosed, Finding } from "./finding.ts";
import { deadUnits, vanishingGradients } from "./inside-layers.ts";
import { instability } from "./instability.ts";
import { nothingLearnt } from "./nothing-learnt.ts";
import { overFitting } from "./over-fitting.ts";
import { slowConvergence } from "./slow-convergence.ts";
import { LEAST_EPOCHS } from "./trends.ts";
import { underFitting } from "./under-fitting.ts";

/**
 * What the records of a run show, the gravest first; "fine" alone if no rule applies, "too early to tell" alone before there are epochs to judge.
 *
 * @example
 * for (const { kind, evidence } of diagnose(await reportData(run))) console.log(`${kind}: ${evidence}`);
 */
export function diagnose(report: Diagnosed): Finding[] {
	const { epochs, nonFinite, end } = report.run;
	const isOver = end !== null && end.reason !== "interrupted";
	if (nonFinite === null && (epochs.length === 0 || (!isOver && epochs.length < LEAST_EPOCHS))) return [tooEarly(epochs.length)];
	const inside = [deadUnits(report), vanishingGradients(report)];
	const apart = divergence(report);
	// What a network has learnt can be told only if training did not tear it apart.
	if (apart !== null) return [apart, ...present(inside)];
	const unstable = instability(report);
	const unlearnt = unstable === null ? nothingLearnt(report) : null;
	const findings = present([
		...[unstable, unlearnt],
		...inside,
		// Who knows nothing about other examples has not learnt too much or too little of them.
		unlearnt === null ? overFitting(report) : null,
		unlearnt === null ? underFitting(report) : null,
		slowConvergence(report),
	]);
	return findings.length > 0 ? findings : [fine(report)];
}

function present(findings: readonly (Finding | null)[]): Finding[] {
	return findings.filter((finding) => finding !== null);
}

function tooEarly(count: number): Finding {
	const evidence = count === 0 ? "No epoch was completed, so there is nothing to judge." : `${formatCounted(count, "epoch")} so far.`;
	return { kind: "too early to tell", evidence, advice: "Trends can be read from four epochs on." };
}

/** Examples with which a rate is known to ± 14 points. */
const FEW_EXAMPLES = 50;

function fine({ run: { epochs }, judged }: Diagnosed): Finding {
	const last = epochs[epochs.length - 1];
	const validation = last.validation === null ? "" : `, validation ${formatNumber(last.validation.loss)}`;
	const evidence = `After ${formatCounted(epochs.length, "epoch")}: training loss ${formatNumber(last.train.loss)}${validation}. No rule found anything wrong.`;
	return { kind: "fine", evidence, advice: adviceFor(epochs.length, judged?.exampleCount ?? Number.POSITIVE_INFINITY) };
}

function adviceFor(epochCount: number, exampleCount: number): string {
	if (epochCount < LEAST_EPOCHS) return "Trends can be read from four epochs on.";
	if (exampleCount >= FEW_EXAMPLES) return "Nothing needs to change.";
	return `Only ${formatCounted(exampleCount, "example")} judged it, so that chance has a large part in this; cross-validation (--folds 5) says more.`;
}
