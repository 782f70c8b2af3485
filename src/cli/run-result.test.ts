import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunResult } from "../project/session.ts";
import { interruptedText, resultText } from "./run-result.ts";

const result: RunResult = {
	run: join(process.cwd(), "runs", "wine-1"),
	reason: "finished",
	validation: { loss: 0.5, accuracy: 0.875 },
	test: { loss: 0.25, accuracy: 0.9 },
	measuredOn: {
		validation: { exampleCount: 1, data: "wine.csv", heldBack: true },
		test: { exampleCount: 12_345, data: "new wine.csv", heldBack: false },
	},
	seconds: 12.4,
	sittingSeconds: 12.4,
};
const context = { report: join(result.run, "report.html"), input: "table" } as const;

describe("resultText", () => {
	it("says how long it took, what each score is of, where everything lies and what can be done next", () => {
		expect(resultText(result, context).split("\n")).toEqual([
			"Done in 12.4 s.",
			"  validation  loss 0.5, accuracy 87.50 %  (1 example held back from wine.csv)",
			"  test        loss 0.25, accuracy 90.00 %  (12,345 examples of new wine.csv)",
			"  model       runs/wine-1/model.json and model.safetensors",
			"  report      runs/wine-1/report.html",
			"",
			"Next:",
			"  gradus predict runs/wine-1 new-rows.csv",
			"  gradus report runs/wine-1 --text",
			"  gradus runs",
		]);
	});

	it("tells the last sitting from the whole of a resumed run", () => {
		expect(resultText({ ...result, seconds: 187 }, context)).toContain("Done in 12.4 s (3:07 with the time before the interruption).");
	});

	it("of a run that broke proposes no prediction", () => {
		const text = resultText({ ...result, reason: "not finite", test: null }, { ...context, report: null });
		expect(text).toMatch(
			/^Ended: not finite in .*\n {2}validation .*\n {2}The journal .*gradus runs show runs\/wine-1\n {2}Try: a smaller --lr/,
		);
		expect(text).not.toContain("gradus predict");
	});
});

it("a run in a folder with spaces is named so that it can be typed", () => {
	expect(interruptedText({ ...result, run: join(process.cwd(), "my runs", "wine-1") })).toBe(
		'Saved. Go on with: gradus resume "my runs/wine-1"',
	);
});
