import { describe, expect, it } from "vitest";
import { RandomStream } from "../core/random/index.ts";
import { ones, tensor } from "../tensor/create.ts";
import { activation } from "./activations/index.ts";
import { Linear } from "./layers/linear.ts";
import { Sequential } from "./sequential.ts";

const x = tensor([[1, -2, 3]]);
const make = () => {
	const rng = new RandomStream(1);
	const layers = [new Linear(3, 8, { rng }), activation("relu"), activation("tanh"), new Linear(8, 2, { rng })];
	return { layers, model: new Sequential(layers) };
};

describe("Sequential", () => {
	it("feeds each module's output to the next, whether an activation is fused or not", () => {
		const { layers, model } = make();
		const [first, relu, tanh, last] = layers;
		const expected = last.forward(tanh.forward(relu.forward(first.forward(x)))).dataSync();
		expect([...model.forward(x).dataSync()]).toEqual([...expected].map((value) => expect.closeTo(value, 6)));
	});

	it("runs a layer on its own where somebody looks at what it returns, and fuses again when nobody does", () => {
		const { layers, model } = make();
		const seen: number[] = [];
		const end = layers[0].observe(({ output }) => seen.push(...(output as typeof x).dataSync()));
		model.forward(x);
		// Values before the activation: some are negative, which relu's are not.
		expect(seen).toHaveLength(8);
		expect(Math.min(...seen)).toBeLessThan(0);
		end();
		model.forward(x);
		expect(seen).toHaveLength(8);
	});

	it("of nothing returns its input", () => {
		expect(new Sequential([]).forward(x)).toBe(x);
	});

	it("names a module at fault by its number, fused or not", () => {
		const { model } = make();
		expect(() => model.forward(ones([1, 4]))).toThrow(/^model\.0 \(linear 3 → 8\) got input \[1, 4\]/);
	});
});
