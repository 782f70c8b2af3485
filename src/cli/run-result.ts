/** What a run came to, in words. */
import { relative } from "node:path";
import type { MeasuredPart, RunResult } from "../project/session.ts";
import { counted, duration } from "./format.ts";
import { shellWord } from "./own-name.ts";
import { scoresText } from "./progress.ts";

/** What is said besides the result itself. */
export interface ResultContext {
	/** Path of the report; null if there is none. */
	readonly report: string | null;
	/** What the model takes: something like it is named where predicting is proposed. */
	readonly input: "table" | "images";
}

/** The scores, what they are of, where everything lies, and what can be done next. */
export function resultText(result: RunResult, { report, input }: ResultContext): string {
	const run = shortPath(result.run);
	const lines = [`${result.reason === "finished" ? "Done" : `Ended: ${result.reason}`} in ${timeText(result)}.`, ...scoreLines(result)];
	if (result.reason === "not finite") {
		lines.push(`  The journal says where it began: gradus runs show ${shellWord(run)}`, "  Try: a smaller --lr, or clipNorm in a config.");
		return lines.join("\n");
	}
	lines.push(`  model       ${run}/model.json and model.safetensors`);
	if (report !== null) lines.push(`  report      ${shortPath(report)}`);
	lines.push("", "Next:");
	lines.push(`  gradus predict ${shellWord(run)} ${input === "table" ? "new-rows.csv" : "image.png"}`);
	lines.push(`  gradus report ${shellWord(run)} --text`, "  gradus runs");
	return lines.join("\n");
}

/** How an interrupted run goes on. */
export function interruptedText({ run }: Pick<RunResult, "run">): string {
	return `Saved. Go on with: gradus resume ${shellWord(shortPath(run))}`;
}

/** How a run goes on that found no room for its files. */
export function noRoomText({ run }: Pick<RunResult, "run">): string {
	return `Once there is room, go on with: gradus resume ${shellWord(shortPath(run))}`;
}

function timeText({ seconds, sittingSeconds }: RunResult): string {
	const whole = seconds === sittingSeconds ? "" : ` (${duration(seconds)} with the time before the interruption)`;
	return `${duration(sittingSeconds)}${whole}`;
}

function scoreLines({ validation, test, measuredOn }: RunResult): string[] {
	const parts = [
		["validation", validation, measuredOn.validation],
		["test", test, measuredOn.test],
	] as const;
	return parts.flatMap(([name, scores, part]) => {
		if (scores === null) return [];
		return [`  ${name.padEnd(10)}  ${scoresText(scores)}${part === null ? "" : `  (${partText(part)})`}`];
	});
}

/** `30 examples held back from iris.csv`, `200 examples of test.csv` */
function partText({ exampleCount, data, heldBack }: MeasuredPart): string {
	return `${counted(exampleCount, "example")} ${heldBack ? "held back from" : "of"} ${data}`;
}

/** As short as it can be typed. */
export function shortPath(path: string): string {
	const short = relative(process.cwd(), path);
	return short.startsWith("..") ? path : short;
}
