/** Layers by name: options, defaults, short forms, sizes inferred, cost, and messages of what does not fit. */
import { expect, test } from "vitest";
import { executors } from "../../../test/executors.ts";
import { RandomStream } from "../../core/random/index.ts";
import { ones, setExecutor, tensor } from "../../tensor/index.ts";
import { buildNetwork, type LayerConfig } from "../build.ts";
import { summary } from "../summary.ts";
import { Conv2d } from "./conv2d.ts";
import { Embedding } from "./embedding.ts";
import { layerRegistry } from "./index.ts";
import { LayerNorm } from "./layer-norm.ts";

setExecutor(executors[1].executor);

const rng = (): RandomStream => new RandomStream(1);
const build = (config: LayerConfig, inputShape: readonly number[]) => buildNetwork([config], { inputShape, rng: rng() });

const built: [config: LayerConfig, inputShape: number[], description: string, outputShape: number[]][] = [
	[{ linear: 5 }, [3], "linear 3 → 5", [5]],
	[{ conv2d: { out: 32, kernel: 3 } }, [1, 28, 28], "conv2d 1 → 32, 3×3", [32, 26, 26]],
	[{ conv2d: { out: 8, kernel: [3, 5], stride: 2, padding: "same", dilation: 1 } }, [4, 8, 8], "", []],
	[{ conv2d: { out: 8, kernel: 3, padding: "same", groups: "depthwise" } }, [4, 8, 8], "conv2d 4 → 8, 3×3, groups 4", [8, 8, 8]],
	[{ conv2d: { out: 8, kernel: 3, stride: [2, 1], dilation: 2 } }, [4, 9, 9], "conv2d 4 → 8, 3×3, stride 2×1, dilation 2", [8, 3, 5]],
	[{ conv1d: { out: 6, kernel: 5, padding: "same" } }, [2, 10], "conv1d 2 → 6, 5", [6, 10]],
	[{ convTranspose2d: { out: 2, kernel: 4, stride: 2, padding: 1 } }, [3, 4, 4], "convTranspose2d 3 → 2, 4×4, stride 2", [2, 8, 8]],
	[{ convTranspose1d: { out: 2, kernel: 2, stride: 2 } }, [3, 4], "convTranspose1d 3 → 2, 2, stride 2", [2, 8]],
	[{ maxPool2d: 2 }, [3, 8, 6], "max pool 2×2", [3, 4, 3]],
	[{ avgPool2d: { kernel: [2, 3], stride: 1 } }, [3, 8, 6], "average pool 2×3", [3, 7, 4]],
	[{ maxPool1d: 2 }, [3, 8], "max pool 2", [3, 4]],
	[{ avgPool1d: { kernel: 4, stride: 2 } }, [3, 8], "average pool 4", [3, 3]],
	[{ adaptiveAvgPool2d: 2 }, [3, 7, 5], "adaptive average pool to 2×2", [3, 2, 2]],
	[{ adaptiveMaxPool2d: [3, 1] }, [3, 7, 5], "adaptive max pool to 3×1", [3, 3, 1]],
	["globalAvgPool", [3, 7, 5], "global average pool", [3]],
	["flatten", [3, 2, 2], "flatten", [12]],
	[{ reshape: [1, 2, 6] }, [12], "reshape to [1, 2, 6]", [1, 2, 6]],
	[{ embedding: { count: 10, dim: 4 } }, [6], "embedding 10 × 4", [6, 4]],
	[{ embeddingBag: { count: 10, dim: 4 } }, [6], "embedding bag 10 × 4, mean", [4]],
	[{ upsample: 2 }, [1, 3, 3], "upsample 2×2, nearest", [1, 6, 6]],
	[{ dropout: 0.15 }, [4], "dropout 0.15", [4]],
	["dropout", [4], "dropout 0.5", [4]],
	[{ spatialDropout: 0.2 }, [4, 3, 3], "spatial dropout 0.2", [4, 3, 3]],
	[{ alphaDropout: 0.2 }, [4], "alpha dropout 0.2", [4]],
	[{ dropPath: 0.2 }, [4], "drop path 0.2", [4]],
	["batchNorm", [7], "batch norm 7", [7]],
	[{ batchNorm: { momentum: "cumulative" } }, [7, 2, 2], "batch norm 7", [7, 2, 2]],
	[{ layerNorm: {} }, [3, 4], "layer norm 4", [3, 4]],
	[{ layerNorm: { axes: 2 } }, [3, 4], "layer norm 3×4", [3, 4]],
	[{ groupNorm: 2 }, [4, 3, 3], "group norm 4 in 2", [4, 3, 3]],
	["instanceNorm", [4, 3, 3], "instance norm 4", [4, 3, 3]],
	["rmsNorm", [4], "rms norm 4", [4]],
	[{ basicBlock: 8 }, [4, 6, 6], "basic block 4 → 8", [8, 6, 6]],
];

test.each(built.filter(([, , description]) => description !== ""))("%j on %j", (config, inputShape, description, outputShape) => {
	const model = build(config, inputShape);
	expect(model.layers[0].describe()).toBe(description);
	expect(model.forward(ones([2, ...inputShape])).shape).toEqual([2, ...outputShape]);
});

test.each([
	[
		{ conv2d: { out: 8, kernel: 3 } },
		[784],
		/conv2d: expected examples of shape \[channels, height, width\] before it, received \[784\].*Try: a reshape/s,
	],
	[{ conv2d: { out: 8, kernel: 3, stride: 2, padding: "same" } }, [4, 8, 8], /padding "same" needs stride 1/],
	[{ conv2d: { out: 8, kernel: 3, padding: "smae" } }, [4, 8, 8], /expected padding to be .* or "same", or "valid"/],
	[{ conv2d: { out: 8, kernel: 3, groups: 3 } }, [4, 8, 8], /groups to divide inChannels 4 and outChannels 8, received 3/],
	[{ conv2d: { out: 8, kernal: 3 } }, [4, 8, 8], /kernel/],
	[{ conv2d: { out: 8, kernel: 3 } }, [4, 2, 8], /kernel does not fit/],
	[{ maxPool2d: 0 }, [4, 8, 8], /expected kernel to be a whole number ≥ 1/],
	[{ groupNorm: 3 }, [4, 3, 3], /groups to divide the channels/],
	[{ layerNorm: { axes: 3 } }, [4, 3], /at most 2 axes/],
	[{ reshape: [5] }, [4], /examples of 5 values, received 4/],
	[{ batchNorm: { momentum: 2 } }, [4], /momentum to be a number ≥ 0 and ≤ 1, or "cumulative"/],
	[{ dropout: 1 }, [4], /expected p to be a number ≥ 0 and < 1/],
] as [LayerConfig, number[], RegExp][])("%j on %j is refused", (config, inputShape, message) => {
	expect(() => build(config, inputShape)).toThrow(message);
});

test("every layer states its formula, source and options in words", () => {
	for (const { name, formula, source, options, shorthand } of layerRegistry) {
		expect(formula.length * source.length, name).toBeGreaterThan(0);
		for (const [option, { about }] of Object.entries(options)) expect(about, `${name}.${option}`).not.toBe("");
		if (shorthand !== undefined) expect(Object.keys(options), name).toContain(shorthand);
	}
});

test("one 5×5 kernel has 25 weights and two 3×3 have 18, and cost accordingly", () => {
	const cost = (...kernels: number[]) => {
		const layers = kernels.map((kernel) => ({ conv2d: { out: 1, kernel, padding: "same", bias: false } }));
		const { parameterCount, multiplyAdds } = summary(buildNetwork(layers, { inputShape: [1, 10, 10], rng: rng() }), [1, 10, 10]);
		return { parameterCount, multiplyAdds };
	};
	expect(cost(5)).toEqual({ parameterCount: 25, multiplyAdds: 2500 });
	expect(cost(3, 3)).toEqual({ parameterCount: 18, multiplyAdds: 1800 });
});

test("a depthwise convolution sees one channel a filter, in weights and in cost", () => {
	const layer = new Conv2d(8, 8, { kernel: 3, padding: "same", groups: 8, rng: rng() });
	expect(layer.weight.shape).toEqual([8, 1, 3, 3]);
	expect(layer.multiplyAdds([1, 8, 5, 5], [1, 8, 5, 5])).toBe(8 * 25 * 9);
});

test("tokens may come as whole numbers in float32, and fractions are refused", () => {
	const layer = new Embedding(4, 2, { rng: rng() });
	expect(layer.forward(tensor([[1, 3]])).dataSync()).toEqual(layer.forward(tensor(Int32Array.of(1, 3))).dataSync());
	expect(() => layer.forward(tensor([1.5]))).toThrow(/^embedding 4 × 2 got input \[1\]\.\n {2}Expected tokens, whole numbers/);
	expect(() => layer.forward(tensor([Number.NaN]))).toThrow(/whole numbers/);
	expect(() => layer.forward(tensor([4]))).toThrow(/expected 0 to 3/);
});

test("layers of one shape refuse another in words that name both", () => {
	expect(() => new LayerNorm([2, 3]).forward(ones([4, 3, 2]))).toThrow(
		/^layer norm 2×3 got input \[4, 3, 2\]\.\n {2}Expected the last axes to be \[2, 3\]/,
	);
});
