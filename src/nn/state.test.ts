import { describe, expect, it } from "vitest";
import { RandomStream } from "../core/random/index.ts";
import { ones } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Dropout } from "./layers/dropout.ts";
import { Linear } from "./layers/linear.ts";
import { Module } from "./module.ts";
import type { ModelState } from "./state.ts";

class Counting extends Module {
	readonly linear: Linear;
	readonly dropout: Dropout;
	callCount = 0;
	constructor(seed: number) {
		super();
		const rng = new RandomStream(seed);
		this.linear = new Linear(3, 2, { rng: rng.split("linear") });
		this.dropout = new Dropout({ rng: rng.split("dropout") });
	}
	override forward(x: Tensor): Tensor {
		this.callCount++;
		return this.dropout.forward(this.linear.forward(x));
	}
	override numbers(): Record<string, number> {
		return { callCount: this.callCount };
	}
	override loadNumbers({ callCount }: Record<string, number>): void {
		this.callCount = callCount;
	}
}

const outputOf = (model: Counting): number[] => [...model.forward(ones([4, 3])).dataSync()];

describe("a state", () => {
	it("holds weights, streams and numbers by path", () => {
		const { tensors, streams, numbers } = new Counting(1).state();
		expect(Object.keys(tensors)).toEqual(["linear.weight", "linear.bias"]);
		expect(tensors["linear.weight"]).toMatchObject({ dtype: "float32", shape: [2, 3] });
		expect(Object.keys(streams)).toEqual(["dropout.stream"]);
		expect(numbers).toEqual({ "": { callCount: 0 } });
	});

	it("brings another model to where the first one stood, its masks to come included", () => {
		const first = new Counting(1);
		outputOf(first);
		const saved = structuredClone(first.state());
		const second = new Counting(2);
		second.load(saved);
		expect(second.callCount).toBe(1);
		expect(outputOf(second)).toEqual(outputOf(first));
	});

	it("is a copy: training on leaves it as it was", () => {
		const model = new Counting(1);
		const saved = model.state();
		const before = structuredClone(saved);
		model.load(new Counting(2).state());
		expect(saved).toEqual(before);
	});

	it("without streams and numbers, as of other libraries, leaves those as they are", () => {
		const model = new Counting(1);
		outputOf(model);
		model.load({ tensors: new Counting(2).state().tensors, streams: {}, numbers: {} });
		expect(model.callCount).toBe(1);
	});

	it("that does not fit is refused with all that is wrong, the nearest name among it, and changes nothing", () => {
		const model = new Counting(1);
		const before = model.state();
		const { "linear.weight": weight, "linear.bias": bias } = before.tensors;
		const wrong: ModelState = {
			...before,
			tensors: { "linear.weihgt": weight, "linear.bias": { ...bias, shape: [3], data: new Float32Array(3) } },
		};
		expect(() => model.load(wrong)).toThrow(
			/"linear\.weight" \[2, 3\] is missing; the state has "linear\.weihgt"[\s\S]*"linear\.bias" is \[3\] in the state; the model has \[2\][\s\S]*"linear\.weihgt" is in the state; the model has no such tensor/,
		);
		const short = { ...before, tensors: { ...before.tensors, "linear.bias": { ...bias, data: new Float32Array(1) } } };
		expect(() => model.load(short)).toThrow(/"linear\.bias" has 1 values in the state; its shape needs 2/);
		expect(model.state()).toEqual(before);
	});

	it("that misses many entries names eight of them and counts the rest", () => {
		const tensors = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`x${i}`, new Counting(1).state().tensors["linear.bias"]]));
		expect(() => new Counting(1).load({ tensors, streams: {}, numbers: {} })).toThrow(/… and 6 more/);
	});
});
