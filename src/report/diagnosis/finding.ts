/** What diagnosis says and what it reads. */
import type { RunReportData } from "../run-report-data.ts";

/** What can be said of a run. */
export type FindingKind =
	| "divergence"
	| "instability"
	| "nothing learnt"
	| "over-fitting"
	| "under-fitting"
	| "slow convergence"
	| "dead units"
	| "vanishing gradients"
	| "too early to tell"
	| "fine";

/** One thing that the records show. */
export interface Finding {
	readonly kind: FindingKind;
	/** The numbers that show it, as a sentence. */
	readonly evidence: string;
	/** What to try. */
	readonly advice: string;
}

/** How grave a finding is: the run is of no use, could be better, is good, or nothing can be said. */
export type Gravity = "bad" | "warning" | "good" | "open";

/** Of each kind. */
export const gravityOf: Readonly<Record<FindingKind, Gravity>> = {
	divergence: "bad",
	instability: "warning",
	"nothing learnt": "bad",
	"over-fitting": "warning",
	"under-fitting": "warning",
	"slow convergence": "warning",
	"dead units": "warning",
	"vanishing gradients": "warning",
	"too early to tell": "open",
	fine: "good",
};

/** What diagnosis reads. */
export type Diagnosed = Pick<RunReportData, "run" | "data" | "judged" | "scores" | "layerKinds">;
