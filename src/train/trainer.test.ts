import { describe, expect, it } from "vitest";
import { RandomStream } from "../core/random/index.ts";
import { digits } from "../data/builtin/digits.ts";
import { arrayDataset } from "../data/datasets/array-dataset.ts";
import { subset } from "../data/datasets/subset.ts";
import { buildNetwork } from "../nn/build.ts";
import { losses } from "../nn/index.ts";
import { adam } from "../optim/optimizers/adam.ts";
import { cosine } from "../optim/schedules/cosine.ts";
import type { RunEvent } from "../runs/events.ts";
import { crossEntropy } from "../tensor/ops/cross-entropy.ts";
import type { Callback } from "./callback.ts";
import { logLoss } from "./metrics/log-loss.ts";
import type { TrainerOptions } from "./options.ts";
import type { TrainingState } from "./state.ts";
import { Trainer } from "./trainer.ts";

const { features, labels, classNames } = await digits();
const all = arrayDataset({
	x: features.map((pixel) => pixel / 16),
	y: labels,
	inputShape: [64],
	target: { kind: "classes", classes: classNames },
});
const rows = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const [train, validation] = [subset(all, rows(0, 500)), subset(all, rows(500, 700))];

function makeTrainer(options: Partial<TrainerOptions> & { lr?: number } = {}): Trainer {
	const model = buildNetwork([{ linear: 32 }, "relu", { dropout: 0.2 }, { linear: 10 }], { inputShape: [64], rng: new RandomStream(1) });
	const optimizer = adam(model.parameters(), { lr: options.lr ?? 3e-3 });
	const { lr: _, ...rest } = options;
	return new Trainer({ model, optimizer, loss: crossEntropy, rng: new RandomStream(2), train, validation, epochs: 3, ...rest });
}

async function eventsOf(trainer: Trainer, until: (event: RunEvent) => boolean = () => false): Promise<RunEvent[]> {
	const events: RunEvent[] = [];
	for await (const event of trainer.run()) {
		events.push(event);
		if (until(event)) break;
	}
	return events;
}

/** What a resumed run must repeat: everything but times. */
function bits(events: readonly RunEvent[]): unknown[] {
	return events.flatMap((event) => {
		if (event.kind === "step") return [[event.step, event.loss, event.lr, event.gradNorm]];
		return event.kind === "epoch" ? [[event.epoch, event.train, event.validation]] : [];
	});
}

describe("Trainer", () => {
	it("learns, and tells of it in order", async () => {
		const events = await eventsOf(makeTrainer({ logEvery: 1 }));
		expect(events[0]).toMatchObject({ kind: "start", exampleCount: 500, stepsPerEpoch: 16, totalSteps: 48, parameterCount: 2410 });
		expect(events.filter(({ kind }) => kind === "step").length).toBe(48);
		const epochs = events.filter((event) => event.kind === "epoch");
		expect(epochs.map(({ epoch, step }) => [epoch, step])).toEqual([
			[0, 16],
			[1, 32],
			[2, 48],
		]);
		expect(epochs[2].validation?.loss).toBeLessThan(0.8 * (epochs[0].validation?.loss ?? 0));
		expect(events.at(-1)).toMatchObject({ kind: "end", reason: "finished", step: 48, bestEpoch: 2 });
	});

	it.each([0, 1, 15, 16, 17, 30])("goes on after %i steps with the bits of an uninterrupted run", async (interruptAt) => {
		const options = { logEvery: 1, schedule: cosine({ steps: 48 }) };
		const whole = bits(await eventsOf(makeTrainer(options)));
		const saved: TrainingState[] = [];
		const controller = new AbortController();
		const first = makeTrainer({
			...options,
			signal: controller.signal,
			checkpoints: { save: async (state) => String(saved.push(structuredClone(state))) },
			callbacks: [{ name: "abort", onEvent: (event) => void (event.kind === "step" && event.step === interruptAt && controller.abort()) }],
		});
		if (interruptAt === 0) controller.abort();
		const before = bits(await eventsOf(first));
		const second = makeTrainer(options);
		second.load(saved.at(-1) as TrainingState);
		expect([...before, ...bits(await eventsOf(second))]).toEqual(whole);
	});

	it("names the layer in which a number first stopped being one", async () => {
		const events = await eventsOf(makeTrainer({ lr: 1e30, logEvery: 1 }));
		const found = events.find(({ kind }) => kind === "nonFinite");
		expect(found).toMatchObject({ where: expect.stringMatching(/gradient of \d\.weight|output of \d \(linear/) });
		expect(events.at(-1)).toMatchObject({ kind: "end", reason: "not finite" });
	});

	it("stops when a callback asks, says who, and puts the best weights back", async () => {
		const patience: Callback = {
			name: "enough",
			onEvent: (event) => (event.kind === "epoch" && event.epoch === 1 ? { kind: "stop", why: "two are enough" } : undefined),
		};
		const events = await eventsOf(makeTrainer({ callbacks: [patience], epochs: 10 }));
		expect(events).toContainEqual({ kind: "action", step: 32, by: "enough", action: "stop", why: "two are enough" });
		expect(events.at(-1)).toMatchObject({ reason: "stopped", epoch: 2 });
	});

	it("does full-batch, single-example and mini-batch descent with the same call", async () => {
		const small = subset(all, rows(0, 20));
		for (const [batchSize, steps] of [
			[Number.POSITIVE_INFINITY, 2],
			[1, 40],
			[8, 6],
		] as const) {
			const result = await makeTrainer({ train: small, batchSize, epochs: 2 }).fit();
			expect(result.steps).toBe(steps);
		}
		expect((await makeTrainer({ train: small, batchSize: 8, dropLast: true, epochs: 2 }).fit()).steps).toBe(4);
	});

	it.each([
		["ENOSPC", /the disk is full\. The last good one stands/],
		["EDQUOT", /your quota of disk space is used up/],
		["EFBIG", /the file would be larger than this system allows/],
	])("ends with the last good checkpoint when there is no room for the next (%s)", async (code, message) => {
		let count = 0;
		const save = async (): Promise<string> => {
			if (++count === 2) throw Object.assign(new Error("no room"), { code });
			return "first";
		};
		const events = await eventsOf(makeTrainer({ checkpoints: { save } }));
		expect(events.at(-1)).toMatchObject({ kind: "end", reason: "disk full" });
		expect(events.find(({ kind }) => kind === "remark")).toMatchObject({ text: expect.stringMatching(message) });
	});

	it("passes on any other error of a checkpoint", async () => {
		const save = (): Promise<string> => Promise.reject(Object.assign(new Error("no right"), { code: "EACCES" }));
		await expect(makeTrainer({ checkpoints: { save } }).fit()).rejects.toThrow("no right");
	});

	it("averages weights after each update, also after the one that ends an epoch with what has gathered", async () => {
		let updateCount = 0;
		const average = { update: () => void updateCount++, swap: () => {}, state: () => null, load: () => {} };
		const model = buildNetwork([{ linear: 10 }], { inputShape: [64], rng: new RandomStream(1) });
		const optimizer = adam(model.parameters(), { accumulate: 2 });
		// 5 batches an epoch: two updates of two batches each and one of one.
		await makeTrainer({ model, optimizer, average, train: subset(all, rows(0, 20)), batchSize: 4, epochs: 3 }).fit();
		expect([updateCount, optimizer.stepCount]).toEqual([9, 9]);
	});

	it.each<[string, object, RegExp]>([
		[
			"model",
			{ model: [{ linear: 3 }] },
			/expected model to be a module, such as buildNetwork.* received a list that begins with an object with "linear"/,
		],
		["loss", { loss: "crossEntropy" }, /expected loss to be a function, such as losses\.crossEntropy.* received "crossEntropy"/],
		["optimizer", { optimizer: adam }, /expected optimizer to be an optimizer, such as adam\(model\.parameters\(\)\), received a function/],
		["rng", { rng: 42 }, /expected rng to be a RandomStream, such as new RandomStream\(42\), received 42/],
		["train", { train: undefined }, /expected train to be a data set, .* received nothing/],
		["validation", { validation: new Float32Array(3) }, /expected validation to be a data set, .* or null, received a Float32Array/],
		["known option", { epoch: 3 }, /there is no option "epoch"\. Did you mean "epochs"\?/],
		["schedule", { schedule: "cosine" }, /expected schedule to be a schedule, such as .* received "cosine"/],
		[
			"metric",
			{ metrics: ["accuracy"] },
			/expected metrics to be a list of metrics, such as \[metrics\.accuracy\], received a list that begins with "accuracy"/,
		],
		[
			"loss of classes, with options",
			{ loss: losses.meanSquaredError.withOptions({ half: true }) },
			/is for numbers, and the data has classes/,
		],
		["loss of classes", { loss: losses.meanSquaredError }, /the loss meanSquaredError is for numbers, and the data has classes: 0, 1, 2/],
		[
			"validation data",
			{ validation: arrayDataset({ x: [[1]], y: Int32Array.of(0) }) },
			/validation examples \[64\], as those of training, received \[1\]/,
		],
	])("refuses what is no %s", (_, options, message) => {
		expect(() => makeTrainer(options)).toThrow(message);
	});

	it("gives metrics probabilities where the loss takes logits", async () => {
		const { best } = await makeTrainer({ metrics: [logLoss], loss: losses.crossEntropy }).fit();
		// Of probabilities the log-loss is the cross-entropy itself.
		expect(best?.logLoss).toBeCloseTo(best?.loss ?? 0, 5);
	});

	it("refuses what makes no sense", () => {
		expect(() => makeTrainer({ batchSize: 0 })).toThrow(/batchSize to be an integer ≥ 1 or Infinity, received 0/);
		expect(() => makeTrainer({ epochs: -1 })).toThrow(/epochs to be an integer ≥ 0/);
		expect(() => makeTrainer({ monitor: "accuracy" })).toThrow(/no score "accuracy" to monitor. Known: loss/);
	});
});
