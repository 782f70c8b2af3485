import { expect, test } from "vitest";
import { RandomStream } from "../core/random/index.ts";
import { arrayDataset } from "../data/datasets/array-dataset.ts";
import { epochLoader } from "./epoch-loader.ts";
import type { TrainerOptions } from "./options.ts";

const [size, blockSize, window] = [1000, 10, 4];

const train = {
	...arrayDataset({
		x: new Float32Array(size),
		y: new Int32Array(size),
		inputShape: [1],
		target: { kind: "classes", classes: ["a", "b"] },
	}),
	blocks: { blockSize, window },
};

/** How many blocks the first window's worth of examples comes from. */
function blocksTouched(shuffle: TrainerOptions["shuffle"]): number {
	const options = { train, rng: new RandomStream(1), shuffle } as TrainerOptions;
	const first = epochLoader(options, blockSize * window, 0).indices(0);
	return new Set(Array.from(first, (row) => Math.floor(row / blockSize))).size;
}

test("examples in a file are shuffled by its blocks, so that none is read twice", () => {
	expect(blocksTouched(undefined)).toBe(window);
	expect(blocksTouched(true)).toBe(window);
});

test("an order that was asked for is kept", () => {
	expect(blocksTouched(false)).toBe(window);
	expect(blocksTouched({ blockSize: 1, window: size })).toBeGreaterThan(3 * window);
});
