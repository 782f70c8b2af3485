/** How scores are called and written in reports: what their metrics declare. */
import { formatScore } from "./format.ts";
import type { ScoreFacts } from "./run-report-data.ts";

/** Facts of scores by their names in the records; "loss" and unknown ones need none. */
export type ScoreTable = Readonly<Record<string, ScoreFacts>>;

/** As a heading: what the metric says, else its name in words, `meanAbsoluteError` → `Mean absolute error`. */
export function titleOf(scores: ScoreTable, name: string): string {
	const title = factsOf(scores, name)?.title;
	if (title !== undefined) return title;
	const words = name.replace(/([a-z])([A-Z])/g, (_, before: string, letter: string) => `${before} ${letter.toLowerCase()}`);
	return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Inside a sentence: abbreviations such as `ROC AUC` and `R²` stay as they are. */
export function inSentence(title: string): string {
	return /^[A-Z][a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}

/** A value in the metric's unit. */
export function scoreText(scores: ScoreTable, name: string, value: number): string {
	return formatScore(factsOf(scores, name)?.unit ?? "none", value);
}

/** A difference between values of a score: of shares in percentage points, for 3 % could be read as a part of the score. */
export function scoreChangeText(scores: ScoreTable, name: string, value: number): string {
	const text = scoreText(scores, name, value);
	return isShare(scores, name) ? text.replace("%", "points") : text;
}

/** Whether a score is a share, drawn in percent. */
export function isShare(scores: ScoreTable, name: string): boolean {
	return factsOf(scores, name)?.unit === "share";
}

/** Own entries alone: a name from a journal may be "constructor". */
export function factsOf(scores: ScoreTable, name: string): ScoreFacts | undefined {
	return Object.hasOwn(scores, name) ? scores[name] : undefined;
}
