/** Every loss of the shelf: conformance, known answers, weights, targets of all kinds, messages, and one of a user's own. */
import { describe, expect, test } from "vitest";
import { ArgumentError, IndexError, ShapeError, scalars } from "../src/index.ts";
import * as nn from "../src/nn/index.ts";
import { losses, lossRegistry, toLoss } from "../src/nn/index.ts";
import * as g from "../src/tensor/index.ts";
import { type CheckedLoss, ConformanceError, checkLoss, type LossCheck } from "../src/testing/index.ts";
import { executors } from "./executors.ts";

const all = executors.map(({ executor }) => executor);
const log1pExp = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Settings to check, and the loss of one element where a closed form is at hand. */
const rows: Record<string, LossCheck[]> = {
	meanSquaredError: [{ reference: (x, t) => (x - t) ** 2 }, { options: { half: true }, reference: (x, t) => (x - t) ** 2 / 2 }],
	rootMeanSquaredError: [{ additive: false }],
	meanAbsoluteError: [{ reference: (x, t) => Math.abs(x - t) }],
	huber: [{}, { options: { delta: 0.5 }, reference: (x, t) => (Math.abs(x - t) <= 0.5 ? (x - t) ** 2 / 2 : (Math.abs(x - t) - 0.25) / 2) }],
	logCosh: [{ reference: (x, t) => Math.log(Math.cosh(x - t)) }],
	binaryCrossEntropy: [{ reference: (p, t) => -t * Math.log(p) - (1 - t) * Math.log(1 - p) }],
	binaryCrossEntropyWithLogits: [{ reference: (x, t) => t * log1pExp(-x) + (1 - t) * log1pExp(x) }],
	crossEntropy: [{}, { options: { labelSmoothing: 0.1 } }],
	negativeLogLikelihood: [{}],
	klDivergence: [{ reference: (x, t) => t * (Math.log(t) - x) }],
	hinge: [{ reference: (x, t) => Math.max(0, 1 - t * x) }],
	multiMargin: [{}, { options: { margin: 0.7, power: 2 } }],
	focal: [
		{ reference: (x, t) => (1 / (1 + Math.exp(t === 1 ? x : -x))) ** 2 * log1pExp(t === 1 ? -x : x) },
		{ options: { gamma: 0.5, alpha: 0.25 } },
	],
};

test("every loss of the shelf has a row", () => {
	expect(Object.keys(rows).sort()).toEqual([...lossRegistry.names].sort());
});

const cases = Object.entries(rows).flatMap(([name, settings]) => settings.map((setting) => ({ name, options: setting.options, setting })));

test.each(cases)("$name with $options does what a loss must", ({ name, setting }) => {
	const report = checkLoss(lossRegistry.get(name) as CheckedLoss, { ...setting, executors: all, tidy: true });
	expect(report.passed).toContain("refusal of bad inputs");
});

const column = (...values: number[]): g.Tensor => g.tensor(values.map((value) => [value]));
const indices = (...values: number[]): g.Tensor => g.tensor(Int32Array.from(values));

/** Half a unit in the fourth decimal. */
const HALF_DIGIT = 0.5e-4;

describe.each(executors)("known answers on $name", ({ executor }) => {
	const on = <R>(run: () => R): R => g.withExecutor(executor, () => g.scope(run));

	/** Loss and its gradient in w of a unit σ(w x + b) at x = 1.5 with target 0. */
	const unit = (w: number, b: number, loss: (z: g.Tensor, target: g.Tensor) => g.Tensor): { value: number; slope: number } => {
		const weight = g.tensor([[w]]).requireGrad();
		const value = loss(weight.mul(1.5).add(b), g.tensor([[0]]));
		value.backward();
		return { value: value.item(), slope: (weight.grad as g.Tensor).item() };
	};

	test("the worse sigmoid unit has the smaller gradient with squared error, and the larger one with cross-entropy", () => {
		on(() => {
			const squared = (z: g.Tensor, t: g.Tensor): g.Tensor => losses.meanSquaredError(z.sigmoid(), t, { half: true });
			const [good, bad] = [unit(0.4, 0.5, squared), unit(1.9, 3, squared)];
			// ½ σ(1.1)² = 0.281445; the published 0.2815 is ½ · 0.7503², of the output rounded to four digits.
			expect(good.value).toBeCloseTo(0.5 / (1 + Math.exp(-1.1)) ** 2, 6);
			expect(Math.abs(good.value - 0.2815)).toBeLessThan(0.75 * HALF_DIGIT + HALF_DIGIT);
			expect(bad.value).toBeCloseTo(0.4971, 4);
			expect(good.slope).toBeGreaterThan(bad.slope);
			for (const entropy of [
				losses.binaryCrossEntropyWithLogits,
				(z: g.Tensor, t: g.Tensor) => losses.binaryCrossEntropy(z.sigmoid(), t),
			]) {
				expect(unit(1.9, 3, entropy).slope).toBeGreaterThan(unit(0.4, 0.5, entropy).slope);
			}
		});
	});

	test("binary cross-entropy in bits: 0.98 costs 0.0291 and 0.0001 costs 13.2877", () => {
		on(() => {
			const each = losses.binaryCrossEntropy(g.tensor([0.98, 0.0001]), g.tensor([1, 1]), { reduction: "none", unit: "bits" });
			expect(each.dataSync()[0]).toBeCloseTo(0.0291, 4);
			expect(each.dataSync()[1]).toBeCloseTo(13.2877, 4);
		});
	});

	test("log-likelihoods of the logits 2.0, 1.2, 4.0 are 3.1443, 4.2990 and 0.2584 bits", () => {
		on(() => {
			const logits = g.tensor([
				[2, 1.2, 4],
				[2, 1.2, 4],
				[2, 1.2, 4],
			]);
			const softmax = nn.activations.softmax(logits).dataSync();
			[0.1131, 0.0508, 0.836].forEach((p, i) => {
				expect(softmax[i]).toBeCloseTo(p, 4);
			});
			const scale = Math.log(Math.exp(2) + Math.exp(1.2) + Math.exp(4));
			const published = [3.1443, 4.299, 0.2584];
			const wanted = [2, 1.2, 4].map((x) => (scale - x) / Math.LN2);
			const options = { reduction: "none", unit: "bits" } as const;
			const some = [
				losses.crossEntropy(logits, indices(0, 1, 2), options),
				losses.crossEntropy(logits, g.eye(3), options),
				losses.negativeLogLikelihood(logits.logSoftmax(), indices(0, 1, 2), options),
			];
			for (const each of some) {
				wanted.forEach((bits, i) => {
					expect(each.dataSync()[i]).toBeCloseTo(bits, 5);
					// The published numbers are logarithms of probabilities rounded to four digits: 0.1131 stands for 0.11314.
					const rounding = HALF_DIGIT / (2 ** -bits * Math.LN2) + HALF_DIGIT;
					expect(Math.abs(each.dataSync()[i] - published[i])).toBeLessThan(rounding);
				});
			}
			const rounded = losses.negativeLogLikelihood(
				g
					.tensor([[0.1131, 0.0508, 0.836]])
					.log()
					.expand([3, 3]),
				indices(0, 1, 2),
				options,
			);
			published.forEach((bits, i) => {
				expect(rounded.dataSync()[i]).toBeCloseTo(bits, 4);
			});
		});
	});

	test("an infinite logit on the right side costs nothing where only one term counts", () => {
		on(() => {
			const each = losses.focal(g.tensor([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]), g.tensor([1, 0]), { reduction: "none" });
			expect([...each.dataSync()]).toEqual([0, 0]);
		});
	});

	test("a divergence ignores classes of target 0, even of predicted probability 0", () => {
		on(() => {
			const x = g.tensor([[0, Number.NEGATIVE_INFINITY]]).requireGrad();
			const loss = losses.klDivergence(x, g.tensor([[1, 0]]));
			loss.backward();
			expect(loss.item()).toBe(0);
			expect([...(x.grad as g.Tensor).dataSync()].map((value) => value + 0)).toEqual([-1, 0]);
		});
	});

	test("log cosh keeps the digits of small errors", () => {
		on(() => {
			// ½ d² − d⁴/12 …
			const loss = losses.logCosh(g.tensor([1e-4]), g.tensor([0])).item();
			expect(loss / 5e-9).toBeCloseTo(1, 5);
		});
	});

	test("a root mean squared error of 0 has the derivative 0", () => {
		on(() => {
			const x = g.tensor([1, 2]).requireGrad();
			losses.rootMeanSquaredError(x, g.tensor([1, 2])).backward();
			expect([...(x.grad as g.Tensor).dataSync()]).toEqual([0, 0]);
		});
	});
});

describe("targets of classes", () => {
	const logits = g.tensor([
		[2, 1.2, 4],
		[0.5, -1, 0],
	]);
	const byIndex = losses.crossEntropy(logits, indices(2, 0)).item();

	test.each(["float32", "int32", "uint8", "bool"] as const)("one-hot rows of %s are as good as indices", (dtype) => {
		const hot = g.tensor([0, 0, 1, 1, 0, 0], { shape: [2, 3], dtype });
		expect(losses.crossEntropy(logits, hot).item()).toBeCloseTo(byIndex, 6);
	});

	const mistakes: [what: string, run: () => unknown, kind: new (message: string) => Error, words: string[]][] = [
		["an index too large", () => losses.crossEntropy(logits, indices(0, 3)), IndexError, ["row 1 is 3", "0 to 2", "count classes from 0"]],
		["indices as float32", () => losses.crossEntropy(logits, g.tensor([0, 1])), ShapeError, ["float32 targets [2]", 'target.to("int32")']],
		["a column of indices", () => losses.crossEntropy(logits, column(0, 1).to("int32")), ShapeError, ["target.reshape([2])"]],
		["a column of float indices", () => losses.crossEntropy(logits, column(0, 1)), ShapeError, ['target.reshape([2]).to("int32")']],
		["rows of other classes", () => losses.crossEntropy(logits, g.zeros([2, 4])), ShapeError, ["give the last layer 4 outputs"]],
		[
			"several labels",
			() =>
				losses.crossEntropy(
					logits,
					g.tensor([
						[1, 1, 0],
						[0, 1, 0],
					]),
				),
			ArgumentError,
			["example 0 add up to 2", "binaryCrossEntropyWithLogits"],
		],
		[
			"no distribution",
			() =>
				losses.crossEntropy(
					logits,
					g.tensor([
						[2, -1, 0],
						[0, 1, 0],
					]),
				),
			ArgumentError,
			["target at [0, 0] is 2"],
		],
		[
			"only ignored labels",
			() => losses.crossEntropy(logits, indices(-100, -100)),
			ShapeError,
			["every label of the batch is ignoreIndex -100"],
		],
		["an empty batch", () => losses.crossEntropy(g.zeros([0, 3]), indices()), ShapeError, ["the batch is empty"]],
		["no axis of classes", () => losses.crossEntropy(g.zeros([3]), indices(1)), ShapeError, ["expected scores [n, classes]"]],
		[
			"class weights of other classes",
			() => losses.crossEntropy(logits, indices(0, 1), { classWeights: g.ones([2]) }),
			ShapeError,
			["classWeights"],
		],
		[
			"one-hot rows for NLL",
			() => losses.negativeLogLikelihood(logits, g.eye(3).to("int32").narrow(0, [0, 2])),
			ShapeError,
			["one index for each place"],
		],
	];

	test.each(mistakes)("%s: the message says what was expected and what to try", (_, run, kind, words) => {
		expect(run).toThrow(kind);
		for (const word of words) expect(run).toThrow(word);
	});
});

describe("messages of other losses", () => {
	const mistakes: [what: string, run: () => unknown, words: string[]][] = [
		[
			"a logit as probability",
			() => losses.binaryCrossEntropy(g.tensor([0.5, 1.5]), g.tensor([0, 1])),
			["prediction at [1] is 1.5", "the loss that takes logits"],
		],
		[
			"signs as binary targets",
			() => losses.binaryCrossEntropyWithLogits(g.tensor([0.5, 1.5]), g.tensor([-1, 1])),
			["target at [0] is -1", "hinge"],
		],
		["binary targets as signs", () => losses.hinge(g.tensor([0.5, 1.5]), g.tensor([0, 1])), ["−1 or 1", "target.mul(2).sub(1)"]],
		["a missing value", () => losses.meanSquaredError(column(1, 2, 3), column(1, Number.NaN, 3)), ["target at [1, 0] is NaN", "impute"]],
		["a row against a column", () => losses.meanSquaredError(column(1, 2), g.tensor([1, 2])), ["[2, 1]", "[2]", "reshape"]],
		["an empty batch", () => losses.huber(g.zeros([0, 2]), g.zeros([0, 2])), ["huber: the batch is empty, [0, 2]"]],
		["weights of nothing", () => losses.huber(column(1), column(2), { sampleWeights: g.zeros([1]) }), ["sum to 0"]],
		["a weight too few", () => losses.huber(column(1, 2), column(2, 3), { sampleWeights: g.ones([1]) }), ["sample weights [1]", "[2]"]],
		["an unknown option", () => losses.huber(column(1), column(2), { delt: 1 } as object), ['no option "delt". Did you mean "delta"?']],
		[
			"a posWeight that does not fit",
			() => losses.binaryCrossEntropyWithLogits(column(1), column(0), { posWeight: g.ones([3]) }),
			["posWeight [3]"],
		],
	];

	test.each(mistakes)("%s", (_, run, words) => {
		for (const word of words) expect(run).toThrow(word);
	});

	test("a large target is searched for the first wrong number too", () => {
		const target = g.zeros([40, 50]).toArray() as number[][];
		target[17][3] = 1.25;
		expect(() => losses.binaryCrossEntropyWithLogits(g.zeros([40, 50]), g.tensor(target))).toThrow("target at [17, 3] is 1.25");
	});
});

test("the rules of targets say the same of a number in both spellings", async () => {
	const { targetRules, zeroOrOneRule, logProbabilityRule } = await import("../src/nn/losses/rules.ts");
	const points = [0, -0, 1, -1, 0.5, 2, -2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
	for (const { broken, isRight } of [...Object.values(targetRules), zeroOrOneRule, logProbabilityRule]) {
		expect([...g.applyFormula(broken, [g.tensor(points)]).dataSync()]).toEqual(points.map((x) => Number(!isRight(x))));
	}
});

test("a loss of a config has its options set", () => {
	const loss = toLoss({ huber: { delta: 2 } });
	expect(loss(column(0), column(5)).item()).toBeCloseTo(2 * (5 - 1), 6);
	expect(() => toLoss({ huber: { delta: -2 } })).toThrow("huber: expected delta to be a number > 0");
});

test("a loss with its options set looks at targets in the first 32 calls and in every 32nd after", () => {
	const loss = losses.hinge.withOptions();
	const refused = Array.from({ length: 100 }, (_, call) => call).filter(() => {
		try {
			loss(column(1), column(0));
			return false;
		} catch {
			return true;
		}
	});
	expect(refused).toEqual([...Array.from({ length: 33 }, (_, call) => call), 64, 96]);
});

describe("a loss of a user's own", () => {
	const quartic = nn.defineElementwiseLoss<object>({
		name: "quartic",
		formula: "(x − t)⁴",
		source: "—",
		torch: null,
		target: "values",
		takesLogits: false,
		options: {},
		build: (x, t) => x.sub(t).square().square(),
	});

	test("passes the suite and is found by name", () => {
		expect(checkLoss(quartic as CheckedLoss, { reference: (x, t) => (x - t) ** 4, executors: all, tolerance: 1e-5 }).passed).toContain(
			"reductions",
		);
		expect(toLoss("quartic", lossRegistry.with(quartic))(column(3), column(1)).item()).toBe(16);
	});

	test("fails the suite where it does not do what losses must", () => {
		const careless = nn.defineLoss<object>({
			...{ name: "careless", formula: "Σ (x − t)²", source: "—", torch: null, target: "values", takesLogits: false, options: {} },
			compute: (x, t) => x.sub(t).square().sum(),
		});
		expect(() => checkLoss(careless as CheckedLoss)).toThrow(ConformanceError);
		expect(() => checkLoss(careless as CheckedLoss)).toThrow('careless fails the check "refusal of bad inputs"');
		expect(() => checkLoss(quartic as CheckedLoss, { reference: (x, t) => (x - t) ** 2 })).toThrow("values by the reference function");
		const doubled = nn.defineElementwiseLoss<object>({
			...{ name: "doubled", formula: "x t", source: "—", torch: null, target: "values", takesLogits: false, options: {} },
			build: (x, t) => scalars.mul(x, t),
			gradient: (grad, [x, t]) => [grad.mul(t).mul(2), grad.mul(x)],
		});
		expect(() => checkLoss(doubled as CheckedLoss)).toThrow('"derivatives by differences"');
	});
});
