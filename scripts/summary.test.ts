import { expect, test } from "vitest";
import { skippedLines, summaryLine } from "./summary.ts";

test("the last line names skipped tests only where there are some", () => {
	expect(summaryLine({ passedCount: 12, failedCount: 0, skipped: [] })).toBe("12 passed, 0 failed");
	const skipped = [{ file: "a.test.ts", name: "a" }];
	expect(summaryLine({ passedCount: 1, failedCount: 2, skipped })).toBe("1 passed, 2 failed, 1 skipped");
});

test("a skipped test is listed with its reason and remedy", () => {
	const lines = skippedLines([
		{ file: "a.test.ts", name: "native > matmul (skipped: no BLAS found; install libopenblas0-pthread)" },
		{ file: "b.test.ts", name: "plain", note: "too slow here" },
		{ file: "c.test.ts", name: "mute" },
	]);
	expect(lines).toEqual([
		"Skipped tests:",
		"  a.test.ts > native > matmul\n    no BLAS found; install libopenblas0-pthread",
		"  b.test.ts > plain\n    too slow here",
		"  c.test.ts > mute\n    no reason given: state it with describeIf or context.skip(reason)",
		"",
	]);
	expect(skippedLines([])).toEqual([]);
});
