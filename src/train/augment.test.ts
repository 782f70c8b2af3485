import { expect, it } from "vitest";
import { RandomStream } from "../core/random/index.ts";
import { flip } from "../data/augmentation/index.ts";
import { ImageDataset } from "../data/images/image-dataset.ts";
import { augmentationOf } from "./augment.ts";

const train = new ImageDataset({
	pixels: Uint8Array.of(0, 51, 102, 153, 204, 255),
	shape: [1, 1, 3],
	labels: Int32Array.of(0, 1),
	classes: ["a", "b"],
});
const rng = new RandomStream(1);
const context = { indices: [0, 1], epoch: 0, rng };

it("takes augmentations of the shelf by name, with options, or ready-made", async () => {
	for (const augmentation of [[{ flip: { horizontal: 1 } }], [flip({ horizontal: 1 })]]) {
		const batch = await train.read([0, 1]);
		const augmented = await augmentationOf({ augmentation, train, rng })?.(batch, context);
		// Both rows of three pixels from right to left.
		expect([...(augmented?.x ?? [])]).toEqual([2, 1, 0, 5, 4, 3].map((fifth) => expect.closeTo(fifth / 5, 6)));
	}
});

it("leaves a function as it is, and makes none of nothing", () => {
	const own = (batch: Awaited<ReturnType<typeof train.read>>) => batch;
	expect(augmentationOf({ augmentation: own, train, rng })).toBe(own);
	expect(augmentationOf({ augmentation: [], train, rng })).toBeNull();
	expect(augmentationOf({ train, rng })).toBeNull();
});

it("refuses an unknown name before training begins", () => {
	expect(() => augmentationOf({ augmentation: ["flipp"], train, rng })).toThrow(/no augmentation "flipp"\. Did you mean "flip"/);
});
