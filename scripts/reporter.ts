/**
 * Vitest's default report, then each skipped test with its reason and remedy, then `N passed, N failed` alone on the last line.
 * What fails outside a test (a file that does not load, an unhandled rejection) counts as a failure.
 */
import type { SerializedError } from "vitest";
import { DefaultReporter, type TestCase, type TestModule, type TestRunEndReason } from "vitest/node";
import { type Outcome, skippedLines, summaryLine } from "./summary.ts";

export class SummaryReporter extends DefaultReporter {
	override onTestRunEnd(
		testModules: ReadonlyArray<TestModule>,
		unhandledErrors: ReadonlyArray<SerializedError>,
		reason: TestRunEndReason,
	): void {
		super.onTestRunEnd(testModules, unhandledErrors, reason);
		const outcome = collect(testModules, unhandledErrors.length);
		for (const line of skippedLines(outcome.skipped)) this.log(line);
		this.log(summaryLine(outcome));
	}
}

function collect(testModules: ReadonlyArray<TestModule>, unhandledErrorCount: number): Outcome {
	const outcome: Outcome = { passedCount: 0, failedCount: unhandledErrorCount, skipped: [] };
	for (const testModule of testModules) {
		if (testModule.errors().length > 0) outcome.failedCount++;
		for (const suite of testModule.children.allSuites()) if (suite.errors().length > 0) outcome.failedCount++;
		for (const test of testModule.children.allTests()) {
			const result = test.result();
			if (result.state === "passed") outcome.passedCount++;
			else if (result.state === "skipped") {
				const note = setupFailed(test) ? "its setup failed" : result.note;
				outcome.skipped.push({ file: testModule.relativeModuleId, name: test.fullName, note });
			} else outcome.failedCount++;
		}
	}
	return outcome;
}

/** Whether a hook of the test's file or of a suite around it threw. */
function setupFailed(test: TestCase): boolean {
	for (let parent = test.parent; ; parent = parent.parent) {
		if (parent.errors().length > 0) return true;
		if (parent.type === "module") return false;
	}
}
