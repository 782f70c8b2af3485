/** Every activation of the shelf: conformance, facts, limits, gains, and one of a user's own. */
import { describe, expect, test } from "vitest";
import { type Scalar, scalars } from "../src/index.ts";
import * as nn from "../src/nn/index.ts";
import { activationRegistry, activations } from "../src/nn/index.ts";
import * as g from "../src/tensor/index.ts";
import { ConformanceError, checkActivation, checkGradient } from "../src/testing/index.ts";
import { executors } from "./executors.ts";

const all = executors.map(({ executor }) => executor);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Options to check besides the defaults, and the value of one number where a closed form is at hand. */
const rows: Record<string, { options?: object; reference?: (x: number) => number }[]> = {
	identity: [{ reference: (x) => x }],
	step: [{ reference: (x) => Number(x > 0) }],
	sigmoid: [{ reference: sigmoid }],
	tanh: [{ reference: Math.tanh }],
	relu: [{ reference: (x) => Math.max(x, 0) }],
	leakyReLU: [{ reference: (x) => (x > 0 ? x : 0.01 * x) }, { options: { slope: 0.3 } }],
	pReLU: [{}, { options: { init: 0.5 } }],
	elu: [{ reference: (x) => (x > 0 ? x : Math.expm1(x)) }],
	selu: [{}],
	celu: [{}],
	softplus: [
		{ reference: (x) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0) },
		{ options: { beta: 3 } },
		{ options: { threshold: 2 } },
	],
	softsign: [{ reference: (x) => x / (1 + Math.abs(x)) }],
	gelu: [{}, { options: { approximate: "tanh" } }],
	silu: [{ reference: (x) => x * sigmoid(x) }],
	mish: [{ reference: (x) => x * Math.tanh(Math.log1p(Math.exp(x))) }],
	hardSigmoid: [{ reference: (x) => Math.min(Math.max(x + 3, 0), 6) / 6 }],
	hardSwish: [{ reference: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6 }],
	relu6: [{ reference: (x) => Math.min(Math.max(x, 0), 6) }],
	logSigmoid: [{ reference: (x) => -Math.log1p(Math.exp(-x)) }],
	softmax: [{}],
	logSoftmax: [{}],
	glu: [{}],
};

test("every activation of the shelf has a row", () => {
	expect(Object.keys(rows).sort()).toEqual([...activationRegistry.names].sort());
});

const cases = Object.entries(rows).flatMap(([name, settings]) => settings.map((one) => ({ name, ...one })));

test.each(cases)("$name with $options does what an activation must, and its facts are true", ({ name, options, reference }) => {
	const report = checkActivation(activationRegistry.get(name), { options, reference, executors: all });
	expect(report.passed).toContain("saturation");
	expect(report.comparedCount).toBeGreaterThan(100);
});

/** The derivative of a step is the constant 0, which has none. */
const curved = activationRegistry.names.filter((name) => name !== "step");

test.each(curved)("%s has a second derivative that is the limit of differences", (name) => {
	const slope = (x: g.Tensor): g.Tensor =>
		g.gradients(activationRegistry.get(name).layer().forward(x).square().sum(), [x], { createGraph: true })[0];
	expect(checkGradient(slope, [[-4.1, -1.3, -0.4, 0.3, 1.7, 3.9].map((x) => [x, x / 2])], { tolerance: 1e-5 }).comparedCount).toBe(12);
});

test("those whose derivative follows from the result are fused, the others are not", () => {
	const fused = [...activationRegistry].filter((one) => one.layer().fusible !== null).map(({ name }) => name);
	const plain = ["gelu", "glu", "hardSwish", "logSoftmax", "mish", "pReLU", "silu", "softmax", "softsign"];
	expect(fused.sort()).toEqual(activationRegistry.names.filter((name) => !plain.includes(name)).sort());
});

describe.each(executors)("$name", ({ executor }) => {
	/** Values and derivatives at −∞ and ∞. */
	const limits: Record<string, [values: [number, number], slopes: [number, number]]> = {
		silu: [
			[0, Number.POSITIVE_INFINITY],
			[0, 1],
		],
		gelu: [
			[0, Number.POSITIVE_INFINITY],
			[0, 1],
		],
		mish: [
			[0, Number.POSITIVE_INFINITY],
			[0, 1],
		],
		hardSwish: [
			[0, Number.POSITIVE_INFINITY],
			[0, 1],
		],
		softsign: [
			[-1, 1],
			[0, 0],
		],
	};

	test.each(Object.entries(limits))("%s has its limits at ±∞, where PyTorch gives NaN", (name, [values, slopes]) => {
		g.withExecutor(executor, () =>
			g.scope(() => {
				const x = g.tensor([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]).requireGrad();
				const y = activationRegistry.get(name)(x);
				y.backward({ gradient: g.ones([2]) });
				// Adding 0 turns −0 into 0.
				expect([...y.dataSync()].map((value) => value + 0)).toEqual(values);
				expect([...(x.grad as g.Tensor).dataSync()].map((value) => value + 0)).toEqual(slopes);
			}),
		);
	});

	test("step has the derivative 0, and learns nothing", () => {
		g.withExecutor(executor, () =>
			g.scope(() => {
				const x = g.tensor([-2, -0, 0, 0.5, Number.POSITIVE_INFINITY]).requireGrad();
				const y = activations.step(x);
				y.sum().backward();
				expect([...y.dataSync()]).toEqual([0, 0, 0, 1, 1]);
				expect([...(x.grad as g.Tensor).dataSync()]).toEqual([0, 0, 0, 0, 0]);
			}),
		);
	});
});

test("gains are those of torch.nn.init.calculate_gain", () => {
	const gain = (name: "leakyReLU" | "pReLU", options?: object) => nn.gainOf(activations[name], options);
	expect(nn.gainOf(activations.identity)).toBe(1);
	expect(nn.gainOf(activations.sigmoid)).toBe(1);
	expect(nn.gainOf(activations.tanh)).toBe(5 / 3);
	expect(nn.gainOf(activations.relu)).toBe(Math.SQRT2);
	expect(nn.gainOf(activations.selu)).toBe(0.75);
	expect(gain("leakyReLU")).toBeCloseTo(1.4141428569978354, 14);
	expect(gain("leakyReLU", { slope: 0.2 })).toBeCloseTo(1.3867504905630728, 14);
	expect(gain("pReLU", { init: 0.2 })).toBeCloseTo(1.3867504905630728, 14);
});

test("other gains keep the second moment of standard normal values", () => {
	// E z²Φ(z)² = 1/3 + 1/(2√3π).
	expect(nn.gainOf(activations.gelu)).toBeCloseTo((1 / 3 + 1 / (2 * Math.sqrt(3) * Math.PI)) ** -0.5, 6);
	// ½ + e²Φ(−2) − 2√e Φ(−1) + ½, with Φ(−2) = 0.0227501319482 and Φ(−1) = 0.158655253931.
	const moment = 1 + Math.exp(2) * 0.0227501319482 - 2 * Math.exp(0.5) * 0.158655253931;
	expect(nn.gainOf(activations.elu)).toBeCloseTo(moment ** -0.5, 5);
	expect(nn.gainOf(activations.elu, { alpha: 0 })).toBeCloseTo(Math.SQRT2, 5);
});

test("swish is found as silu", () => {
	expect(activationRegistry.get("swish")).toBe(activations.silu);
});

test("the slopes of pReLU are parameters and learn", () => {
	g.scope(() => {
		const layer = activations.pReLU.layer({ channels: 2 });
		expect(Object.keys(layer.parameters())).toEqual(["slope"]);
		layer
			.forward(
				g.tensor([
					[-2, -3],
					[4, -5],
				]),
			)
			.sum()
			.backward();
		// ∂/∂slope is the sum of the inputs below 0, channel by channel.
		expect([...(layer.parameters().slope.grad as g.Tensor).dataSync()]).toEqual([-2, -8]);
	});
});

describe("messages", () => {
	test("glu says which axis is odd", () => {
		expect(() => activations.glu(g.zeros([2, 5]))).toThrow("glu: expected axis 1 of [2, 5] to be even");
	});

	test("pReLU says what its slopes must fit", () => {
		expect(() => activations.pReLU(g.zeros([2, 5]), g.zeros([4]))).toThrow("one for each channel, axis 1");
		expect(() => activations.pReLU(g.zeros([2]), undefined as never)).toThrow("pReLU.layer()");
	});

	test("options are checked", () => {
		expect(() => activations.leakyReLU(g.zeros([1]), { slope: -1 })).toThrow("leakyReLU: expected slope to be a number ≥ 0");
		expect(() => activations.gelu(g.zeros([1]), { approximate: "erf" as never })).toThrow('one of "none", "tanh"');
	});
});

describe("an activation of a user's own", () => {
	const facts = {
		name: "swish2",
		formula: "x · σ(2x)",
		source: "—",
		torch: null,
		options: {},
		range: [-0.1393, Number.POSITIVE_INFINITY],
		zeroCentred: false,
		saturates: "left",
		build: (x: Scalar) => scalars.select(x.lt(-400), -400, x).mul(scalars.sigmoid(x.mul(2))),
		derivative: (_y: Scalar, x: Scalar) => {
			const near = scalars.select(x.gt(400), 400, scalars.select(x.lt(-400), -400, x));
			const gate = scalars.sigmoid(near.mul(2));
			return gate.add(near.mul(2).mul(gate).mul(gate.neg().add(1)));
		},
	} as const;

	test("passes the suite and is found by name", () => {
		const swish2 = nn.defineActivation<object>(facts);
		expect(checkActivation(swish2, { executors: all }).passed).toContain("extreme inputs");
		const mine = activationRegistry.with(swish2);
		expect(nn.activation("swish2", mine).describe()).toBe("swish2");
	});

	test("fails the suite where a fact is untrue, with the fact's name", () => {
		const check = (more: object) => () => checkActivation(nn.defineActivation<object>({ ...facts, ...more }));
		expect(check({ range: [0, Number.POSITIVE_INFINITY] })).toThrow('swish2 fails the check "range"');
		expect(check({ saturates: "nowhere" })).toThrow('"saturation"');
		expect(check({ zeroCentred: true })).toThrow(ConformanceError);
		expect(check({ derivative: (y: Scalar, x: Scalar) => facts.derivative(y, x).mul(1.01) })).toThrow('"derivatives by differences"');
		expect(check({ build: (x: Scalar) => x.mul(scalars.sigmoid(x.mul(2))) })).toThrow("Its value at -Infinity is NaN");
	});
});
