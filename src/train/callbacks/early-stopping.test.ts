import { describe, expect, it } from "vitest";
import type { EpochEvent } from "../../runs/events.ts";
import type { TrainingView } from "../callback.ts";
import { earlyStopping } from "./early-stopping.ts";

const epoch = (number: number, best: boolean): EpochEvent => ({
	kind: "epoch",
	epoch: number,
	step: number,
	train: { loss: 1 },
	validation: { loss: 1 },
	lr: 1,
	best,
	seconds: 1,
	examplesPerSecond: 1,
});

function stopsAt(bests: readonly boolean[], options: { patience?: number; minEpochs?: number }): number | null {
	const callback = earlyStopping(options);
	const epochs: EpochEvent[] = [];
	for (const [i, best] of bests.entries()) {
		epochs.push(epoch(i, best));
		if (callback.onEvent(epochs[i], { epochs } as unknown as TrainingView) !== undefined) return i;
	}
	return null;
}

describe("early stopping", () => {
	it("waits as many epochs as it has patience, counted from the last best", () => {
		expect(stopsAt([true, false, false, true, false, false, false, false], { patience: 3 })).toBe(6);
	});

	it("does not stop while bests keep coming, nor before minEpochs", () => {
		expect(stopsAt([true, false, true, false, true, false], { patience: 2 })).toBeNull();
		expect(stopsAt([true, false, false, false, false, false], { patience: 1, minEpochs: 5 })).toBe(4);
	});

	it("refuses a patience that is no number of epochs", () => {
		expect(() => earlyStopping({ patience: -1 })).toThrow(/patience to be an integer ≥ 0, received -1/);
	});
});
