import { describe, expect, it } from "vitest";
import type { EpochEvent, RunEvent } from "../runs/events.ts";
import { Progress } from "./progress.ts";

const start: RunEvent = {
	kind: "start",
	time: "2026-01-01T00:00:00.000Z",
	config: {},
	exampleCount: 1200,
	stepsPerEpoch: 100,
	totalSteps: 400,
	epochs: 4,
	batchSize: 12,
	executor: "wasm",
	parameterCount: 34_567,
	monitor: { name: "loss", goal: "min" },
};
const epoch: EpochEvent = {
	kind: "epoch",
	epoch: 0,
	step: 100,
	train: { loss: 0.5, accuracy: 0.875 },
	validation: { loss: 0.25, accuracy: 0.9 },
	lr: 0.1,
	best: true,
	seconds: 1.5,
	examplesPerSecond: 800,
};
const step = (number: number, loss = 1): RunEvent => ({
	kind: "step",
	step: number,
	epoch: Math.floor((number - 1) / 100),
	loss,
	lr: 0.1,
	gradNorm: 1,
	examplesPerSecond: 1234,
});

/** A terminal that keeps what was written, and a clock that the test sets. */
function watched({ interactive = true, columns = 200 } = {}) {
	const written: string[] = [];
	const clock = { ms: 0 };
	const screen = { interactive, columns, write: (text: string) => void written.push(text) };
	return { written, clock, progress: new Progress(screen, () => clock.ms) };
}

describe("a run that nobody watches", () => {
	it("is told in whole lines: the start, each epoch with its best, remarks and actions; steps are not", () => {
		const { written, progress } = watched({ interactive: false });
		progress.onEvent(start);
		for (let i = 1; i <= 100; i++) progress.onEvent(step(i));
		progress.onEvent(epoch);
		progress.onEvent({ ...epoch, epoch: 1, best: false, validation: null });
		progress.onEvent({ kind: "action", step: 200, by: "early stopping", action: "stop", why: "no better for 3 epochs" });
		progress.onEvent({ kind: "action", step: 200, by: "user", action: "checkpoint", why: "asked for" });
		progress.onEvent({ kind: "remark", step: 200, text: "Something to know." });
		progress.clear();
		expect(written).toEqual([
			"1,200 examples, batches of 12, 4 epochs of 100 steps; 34,567 parameters; wasm\n",
			"epoch 1/4  │ train loss 0.5, accuracy 87.50 %  │ validation loss 0.25, accuracy 90.00 %  │ 1.5 s, 800/s  ★\n",
			"epoch 2/4  │ train loss 0.5, accuracy 87.50 %  │ 1.5 s, 800/s\n",
			"early stopping: no better for 3 epochs\n",
			"Something to know.\n",
		]);
	});

	it("says where a number was none, and what to try", () => {
		const { written, progress } = watched({ interactive: false });
		progress.onEvent({ kind: "nonFinite", step: 7, where: "output of 3 (relu)", value: "NaN" });
		expect(written).toEqual(["Step 7: output of 3 (relu) is NaN. Training stops. Try: a smaller learning rate, or clipNorm.\n"]);
	});
});

describe("the line of a watched run", () => {
	it("shows how far it is, the loss and its curve, the speed and the time left at this pace", () => {
		const { written, clock, progress } = watched();
		progress.onEvent(start);
		written.length = 0;
		clock.ms = 10_000;
		progress.onEvent(step(100, 2));
		// A quarter took ten seconds, so three quarters take thirty.
		expect(written).toEqual(["\r\x1b[K█████░░░░░░░░░░░░░░░ 25 %  epoch 1/4  loss 2 ▁  1,234/s  30.0 s left"]);
	});

	it("draws the curve of all losses so far", () => {
		const { written, clock, progress } = watched();
		progress.onEvent(start);
		for (let i = 1; i <= 8; i++) {
			clock.ms += 100;
			progress.onEvent(step(i, 9 - i));
		}
		expect(written.at(-1)).toContain("loss 1 █▇▆▅▄▃▂▁");
	});

	it("counts the time left of a resumed run from where it goes on", () => {
		const { written, clock, progress } = watched();
		progress.setTotals({ steps: 400, epochs: 4 });
		progress.onEvent({ kind: "resume", time: "", step: 300, epoch: 3, executor: "wasm" });
		clock.ms = 5000;
		progress.onEvent(step(350));
		expect(written.at(-1)).toContain("87 %  epoch 4/4");
		expect(written.at(-1)).toContain("5.0 s left");
	});

	it("is rewritten at most every 80 ms", () => {
		const { written, clock, progress } = watched();
		progress.onEvent(start);
		written.length = 0;
		for (let i = 1; i <= 100; i++) {
			clock.ms += 10;
			progress.onEvent(step(i));
		}
		expect(written).toHaveLength(13);
	});

	it("makes way for whole lines, and is no longer than the terminal is wide", () => {
		const { written, progress } = watched({ columns: 30 });
		progress.onEvent(start);
		written.length = 0;
		progress.onEvent(step(1));
		progress.onEvent(epoch);
		expect(written[0].replace("\r\x1b[K", "")).toHaveLength(29);
		expect(written[1]).toBe("\r\x1b[K");
		expect(written[2]).toMatch(/^epoch 1\/4 /);
		written.length = 0;
		progress.clear();
		expect(written).toEqual([]);
	});
});
