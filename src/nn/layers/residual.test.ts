/** Residual blocks: the sum and its activation in one pass, shortcuts, drop-path, messages. */
import { beforeAll, describe, expect, test } from "vitest";
import { executors } from "../../../test/executors.ts";
import { RandomStream } from "../../core/random/index.ts";
import { ones, randomNormal, setExecutor } from "../../tensor/index.ts";
import { activation } from "../activations/index.ts";
import { buildNetwork } from "../build.ts";
import { Sequential } from "../sequential.ts";
import { summary } from "../summary.ts";
import { BasicBlock } from "./basic-block.ts";
import { Linear } from "./linear.ts";
import { Residual } from "./residual.ts";

const rng = (): RandomStream => new RandomStream(3);

describe.each(executors)("$name", ({ executor }) => {
	beforeAll(() => {
		setExecutor(executor);
	});

	test("is the activation of body and shortcut added, whichever way the activation comes", () => {
		const x = randomNormal([5, 3], rng().split("x"));
		const body = new Linear(3, 3, { rng: rng() });
		const expected = body.forward(x).add(x).relu().dataSync();
		expect(new Residual(body, { activation: "relu" }).forward(x).dataSync()).toEqual(expected);
		expect(new Sequential([new Residual(body), activation("relu")]).forward(x).dataSync()).toEqual(expected);
		const observed = new Residual(body, { activation: "relu" });
		observed.activation?.observe(() => {});
		expect(observed.forward(x).dataSync()).toEqual(expected);
	});

	test("with drop-path an example is the shortcut alone, or the shortcut and twice the body", () => {
		const x = randomNormal([200, 2], rng().split("x"));
		const body = new Linear(2, 2, { rng: rng() });
		const y = new Residual(body, { dropPath: 0.5, rng: rng() }).forward(x).toArray() as number[][];
		const [alone, both] = [x, x.add(body.forward(x).mul(2))].map((one) => one.toArray() as number[][]);
		const kept = y.map((row, i) => (row.every((value, c) => value === alone[i][c]) ? 0 : 1));
		y.forEach((row, i) => {
			row.forEach((value, c) => {
				expect(value).toBeCloseTo(kept[i] === 1 ? both[i][c] : alone[i][c], 5);
			});
		});
		expect(Math.abs(kept.reduce<number>((sum, one) => sum + one, 0) - 100)).toBeLessThan(5 * Math.sqrt(50));
	});
});

test("a shortcut that does not fit is refused with both shapes and what to do", () => {
	const model = new Sequential([new Residual(new Linear(3, 2, { rng: rng() }))]);
	expect(() => model.forward(ones([4, 3]))).toThrow(
		/^model\.0 \(residual, identity shortcut\) got input \[4, 3\]\.\n.*received \[4, 2\] and \[4, 3\]\.\n {2}Try: \{ shortcut:/s,
	);
});

test("a config builds body and shortcut for their place", () => {
	const model = buildNetwork(
		[
			{
				residual: {
					body: [{ conv2d: { out: 4, kernel: 3, padding: 1, stride: 2 } }, "batchNorm"],
					shortcut: [{ conv2d: { out: 4, kernel: 1, stride: 2 } }],
					activation: "relu",
					dropPath: 0.1,
				},
			},
			{ residual: [{ conv2d: { out: 4, kernel: 3, padding: 1 } }] },
			{ basicBlock: { out: 8, stride: 2 } },
			"globalAvgPool",
		],
		{ inputShape: [3, 8, 8], rng: rng() },
	);
	expect(model.forward(ones([2, 3, 8, 8])).shape).toEqual([2, 8]);
	expect(Object.keys(model.state().tensors)).toContain("0.shortcut.0.weight");
	expect(Object.keys(model.state().streams)).toEqual(["0.dropPath.stream"]);
	expect(Object.keys(model.state().tensors).filter((path) => path.startsWith("2.shortcut"))).toEqual([
		...["2.shortcut.0.weight", "2.shortcut.1.scale", "2.shortcut.1.shift"],
		...["2.shortcut.1.runningMean", "2.shortcut.1.runningVariance"],
	]);
});

test("a basic block costs what its convolutions cost", () => {
	const { parameterCount, multiplyAdds } = summary(new BasicBlock(16, 32, { stride: 2, rng: rng() }), [16, 8, 8]);
	expect(parameterCount).toBe(16 * 32 * 9 + 32 * 32 * 9 + 16 * 32 + 3 * 2 * 32);
	expect(multiplyAdds).toBe(16 * (16 * 32 * 9 + 32 * 32 * 9 + 16 * 32));
});
