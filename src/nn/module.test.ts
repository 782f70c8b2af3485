import { describe, expect, it } from "vitest";
import { RandomStream } from "../core/random/index.ts";
import { ones } from "../tensor/create.ts";
import { buildNetwork } from "./build.ts";
import { summary } from "./summary.ts";

const network = () => buildNetwork([{ linear: 3 }, "relu", { linear: 2 }], { inputShape: [4], rng: new RandomStream(1) });

describe("Module", () => {
	it("names parameters by their path", () => {
		expect(Object.keys(network().parameters())).toEqual(["0.weight", "0.bias", "2.weight", "2.bias"]);
	});

	it("says in which module an error arose, and on what input", () => {
		expect(() => network().forward(ones([32, 5]))).toThrow(/^model\.0 \(linear 4 → 3\) got input \[32, 5\]\.\n/);
	});

	it("says so where it was given no tensor", () => {
		const given = (x: unknown) => () => network().forward(x as never);
		expect(given([1, 2, 3, 4])).toThrow(
			/^model\.0 \(linear 4 → 3\) got no tensor\.\n {2}Expected a Tensor, received a list that begins with 1\./,
		);
		expect(given(undefined)).toThrow(/received nothing/);
		expect(given(null)).toThrow(/received null/);
	});

	it("changes nothing where a saved state does not fit", () => {
		const model = network();
		const before = model.state();
		const { "2.bias": _, ...tensors } = before.tensors;
		expect(() => model.load({ ...before, tensors })).toThrow('"2.bias" [2] is missing');
		expect(model.state()).toEqual(before);
	});
});

describe("buildNetwork", () => {
	it("names the place of a layer that does not exist", () => {
		const build = () => buildNetwork([{ linear: 3 }, "reluu"], { inputShape: [4], rng: new RandomStream(1) });
		expect(build).toThrow(/^layers\[1\] reluu, on input \[batch, 3\]: There is no layer "reluu"\. Did you mean .*"relu"/);
		const dense = () => buildNetwork([{ Dense: 3 }], { inputShape: [4], rng: new RandomStream(1) });
		expect(dense).toThrow('There is no layer "Dense". Did you mean "linear"?');
		expect(() => buildNetwork(["relu"], { rng: new RandomStream(1) } as never)).toThrow(/expected inputShape, lengths of one example/);
		let stack = "";
		try {
			build();
		} catch (error) {
			stack = (error as Error).stack ?? "";
		}
		expect(stack.split("\n")[0]).toMatch(/: layers\[1\] reluu, on input/);
	});
});

describe("summary", () => {
	it("counts parameters, multiply-adds and bytes of one example", () => {
		const found = summary(network(), [4]);
		// 4·3 + 3 and 3·2 + 2; outputs 3, 3 and 2 numbers of 4 bytes.
		expect(found).toMatchObject({ parameterCount: 23, multiplyAdds: 18, parameterBytes: 92, activationBytes: 32 });
	});
});
