import { describe, expect, it } from "vitest";
import type { RunEvent } from "./events.ts";
import { journalLine, readJournal } from "./journal.ts";
import { readRun } from "./read-run.ts";

const start: RunEvent = {
	kind: "start",
	time: "2026-01-01T00:00:00.000Z",
	config: { seed: 1 },
	exampleCount: 10,
	stepsPerEpoch: 2,
	totalSteps: 6,
	epochs: 3,
	batchSize: 5,
	executor: "wasm",
	parameterCount: 3,
	monitor: { name: "loss", goal: "min" },
};
const step = (number: number, loss = number / 10): RunEvent => ({
	kind: "step",
	step: number,
	epoch: Math.floor((number - 1) / 2),
	loss,
	lr: 0.1,
	gradNorm: 1,
	examplesPerSecond: 5,
});
const epoch = (number: number, loss = 1): RunEvent => ({
	kind: "epoch",
	epoch: number,
	step: 2 * (number + 1),
	train: { loss },
	validation: null,
	lr: 0.1,
	best: true,
	seconds: 1,
	examplesPerSecond: 5,
});
const end = (reason: "finished" | "interrupted", at: number): RunEvent => ({
	kind: "end",
	time: "",
	reason,
	step: at,
	epoch: 0,
	bestEpoch: null,
	best: null,
	seconds: 2,
});
const resume = (at: number, epochNumber: number): RunEvent => ({
	kind: "resume",
	time: "",
	step: at,
	epoch: epochNumber,
	executor: "wasm",
});
const checkpoint = (at: number): RunEvent => ({ kind: "checkpoint", step: at, file: "x", reason: "time" });

const textOf = (events: readonly RunEvent[]): string => events.map(journalLine).join("");

describe("a journal", () => {
	it("keeps numbers that JSON has not", () => {
		const events = [step(1, Number.NaN), { kind: "nonFinite", step: 2, where: "loss", value: "NaN" } as const];
		expect(readJournal(textOf(events))).toEqual({ events, unreadable: [] });
	});

	it("cut anywhere gives the events before the cut", () => {
		const events = [start, step(1), epoch(0), step(2, Number.POSITIVE_INFINITY)];
		const text = textOf(events);
		for (let length = 0; length <= text.length; length++) {
			const whole = text.slice(0, length).split("\n").length - 1;
			expect(readJournal(text.slice(0, length))).toEqual({ events: events.slice(0, whole), unreadable: [] });
		}
	});

	it("names lines that are no events and passes over kinds of later versions", () => {
		const lines = [
			"garbage",
			'{"kind":"step"}',
			'{"kind":"weather","rain":1}',
			'{"kind":"__proto__"}',
			"[]",
			'{"kind":"step","step":null}',
		];
		const { events, unreadable } = readJournal(`${textOf([start])}${lines.join("\n")}\n${textOf([step(1)])}`);
		expect(events).toEqual([start, step(1)]);
		expect(unreadable).toEqual([2, 3, 6, 7]);
	});
});

describe("readRun", () => {
	it("counts what was done twice once", () => {
		const events = [
			...[start, step(1), step(2), epoch(0, 7), checkpoint(2), step(3, 8), step(4, 8), epoch(1, 8), end("interrupted", 4)],
			...[resume(3, 1), step(4, 9), epoch(1, 9), end("finished", 4)],
		];
		const run = readRun(events);
		expect(run.steps.map((event) => [event.step, event.loss])).toEqual([
			[1, 0.1],
			[2, 0.2],
			[3, 8],
			[4, 9],
		]);
		expect(run.epochs.map((event) => [event.epoch, event.train.loss])).toEqual([
			[0, 7],
			[1, 9],
		]);
		expect(run.checkpoints).toHaveLength(1);
		expect(run.end?.reason).toBe("finished");
		expect(run.seconds).toBe(4);
	});

	it("sums the time of all sittings, of a killed one that of its epochs", () => {
		expect(readRun([start, epoch(0), epoch(1), resume(2, 1), epoch(1), end("finished", 4)]).seconds).toBe(4);
		expect(readRun([start, epoch(0), end("interrupted", 2), resume(2, 1), epoch(1)]).seconds).toBe(3);
	});

	it("has no end after a resume that was killed, and begins anew with a second start", () => {
		expect(readRun([start, step(1), end("interrupted", 1), resume(1, 0)]).end).toBeNull();
		expect(readRun([start, step(1), start, step(1, 5)]).steps).toEqual([step(1, 5)]);
		expect(readRun([])).toMatchObject({ start: null, steps: [], end: null });
	});
});
