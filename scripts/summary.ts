/** The last lines of a test run, from counts and the list of skipped tests. */

export interface SkippedTest {
	file: string;
	name: string;
	/** What `context.skip(note)` was given. */
	note?: string | undefined;
}

export interface Outcome {
	passedCount: number;
	failedCount: number;
	skipped: SkippedTest[];
}

/** `12 passed, 0 failed`, with `, 3 skipped` only where tests were skipped. */
export function summaryLine({ passedCount, failedCount, skipped }: Outcome): string {
	const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : "";
	return `${passedCount} passed, ${failedCount} failed${tail}`;
}

/** A heading and one line per skipped test with the reason and the remedy; nothing where none was skipped. */
export function skippedLines(skipped: readonly SkippedTest[]): string[] {
	if (skipped.length === 0) return [];
	return ["Skipped tests:", ...skipped.map(describe), ""];
}

/** Splits the name that `describeIf` of test/requires.ts gives: `name (skipped: reason; remedy)`. */
function describe({ file, name, note }: SkippedTest): string {
	const [, title, reason] = /^(.*?)\s*\(skipped: (.*)\)$/s.exec(name) ?? [undefined, name, note];
	return `  ${file} > ${title}\n    ${reason ?? "no reason given: state it with describeIf or context.skip(reason)"}`;
}
