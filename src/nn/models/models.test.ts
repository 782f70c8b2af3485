import { describe, expect, it } from "vitest";
import { modelLayers } from "./index.ts";

const task = { inputShape: [13], outputCount: 3 };
const units = (config: string) => modelLayers(config, task).flatMap((layer) => (typeof layer === "object" ? [layer.linear] : []));

describe("modelLayers", () => {
	it("reads mlp:256x3 and mlp:256,128", () => {
		const hidden = (out: number) => ({ out, bias: true });
		expect(units("mlp:256x3")).toEqual([hidden(256), hidden(256), hidden(256), 3]);
		expect(units("mlp:256,128")).toEqual([hidden(256), hidden(128), 3]);
	});

	it("says what is wrong after the colon, with the depth and with the shape", () => {
		expect(() => modelLayers("mlp:8x5000", task)).toThrow('"mlp:8x5000": expected at most 1000 layers, received 5000. Try: mlp:8x3.');
		expect(() => modelLayers("mlp:8x600,4x600", task)).toThrow("received 1200");
		expect(() => modelLayers("mlp:big", task)).toThrow('"mlp:big": expected numbers after the colon');
		expect(() => modelLayers("cnn", task)).toThrow("received examples of shape [13]. Try: mlp.");
		expect(() => modelLayers("resnet:18", { inputShape: [3, 8, 8], outputCount: 2 })).toThrow("such as 20, received 18");
	});
});
