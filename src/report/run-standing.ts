/** Whether a run is over, and how it ended, in words. */
import type { EndReason } from "../runs/events.ts";
import type { RunRecord } from "../runs/read-run.ts";
import type { Gravity } from "./diagnosis/finding.ts";
import { formatCount } from "./format.ts";

/** How a run stands. */
export interface RunStanding {
	/** Two or three words. */
	readonly label: string;
	readonly gravity: Gravity;
	/** A sentence. */
	readonly text: string;
	/** Whether more will come of it. */
	readonly isOver: boolean;
}

const ends: Readonly<Record<EndReason, Omit<RunStanding, "text"> & { readonly why: string }>> = {
	finished: { label: "finished", gravity: "open", isOver: true, why: "All epochs were done" },
	"early stopping": { label: "stopped early", gravity: "open", isOver: true, why: "Stopped early, for the scores no longer improved" },
	stopped: { label: "stopped", gravity: "open", isOver: true, why: "Stopped before its end" },
	interrupted: { label: "unfinished", gravity: "open", isOver: false, why: "Interrupted; gradus resume goes on with it" },
	"not finite": { label: "broken off", gravity: "bad", isOver: true, why: "Broken off, for values were no numbers any more" },
	"disk full": {
		label: "unfinished",
		gravity: "warning",
		isOver: false,
		why: "Broken off, for the disk was full; gradus resume goes on with it",
	},
};

/** How a run stands. */
export function runStanding(run: RunRecord): RunStanding {
	const { start, end } = run;
	if (start === null)
		return { label: "not begun", gravity: "open", isOver: false, text: "Nothing was recorded yet; gradus resume begins it." };
	if (end === null) {
		const text = `It is running, or was killed; gradus resume goes on with a killed one. ${progressOf(run)}`;
		return { label: "unfinished", gravity: "open", isOver: false, text };
	}
	const { why, ...state } = ends[end.reason];
	return { ...state, text: `${why}. ${progressOf(run)}` };
}

/** How far it came: `7 of 40 epochs, step 120 of 640.` */
function progressOf({ start, epochs, steps, end }: RunRecord): string {
	const step = Math.max(end?.step ?? 0, steps.at(-1)?.step ?? 0, epochs.at(-1)?.step ?? 0);
	if (start === null) return "";
	return `${formatCount(epochs.length)} of ${formatCount(start.epochs)} epochs, step ${formatCount(step)} of ${formatCount(start.totalSteps)}.`;
}
