/** Conformance of a loss: what `checkOp` asks, and what reductions, weights and bad targets must do. For users' own losses as for ours. */
import type { Executor } from "../kernels/contracts.ts";
import type { LossTechnique } from "../nn/losses/loss.ts";
import { currentExecutor, withExecutor } from "../tensor/context.ts";
import { tensor } from "../tensor/create.ts";
import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkOp } from "./check-op.ts";
import { type ConformanceReport, Examination, errorOf } from "./conformance.ts";
import { type LossSample, rowsOf, sampleFor, targetOf } from "./loss-samples.ts";

/** A loss of the shelf or of a user's own, as a function with facts. */
export type CheckedLoss = LossTechnique & ((prediction: Tensor, target: Tensor, options?: never) => Tensor);

/** What to check a loss with. */
export interface LossCheck {
	/** Options besides reduction, sample weights and unit. Default none. */
	readonly options?: object;
	/** Where to run. Default: the current executor. */
	readonly executors?: readonly Executor[];
	/** As in `checkOp`. */
	readonly tolerance?: number;
	/** The right loss of one element, in float64; for losses of single elements. */
	readonly reference?: (prediction: number, target: number) => number;
	/** Whether the mean is the mean of single losses; false for a root of a mean. Default true. */
	readonly additive?: boolean;
	/** Predictions and targets. Default: by `target` and `takesLogits`. */
	readonly sample?: LossSample;
	/** As in `checkOp`. */
	readonly tidy?: boolean;
}

/** Roundings of float32 in sums of a dozen losses. */
const ROUNDING = 3e-6;

/**
 * Checks a loss with each reduction that it has: all that `checkOp` asks; mean and sum are those of single losses; an example of weight 0 is
 * as if it were not there; bits are nats / ln 2; and unequal shapes, empty batches and NaN targets are refused.
 *
 * @throws ConformanceError at the first check that fails
 */
export function checkLoss(technique: CheckedLoss, settings: LossCheck = {}): ConformanceReport {
	const { executors = [currentExecutor()], tolerance, additive = true, tidy, sample = sampleFor(technique) } = settings;
	const examination = new Examination(technique.name);
	const ownTarget = keptTargets(sample);
	const call = (x: Tensor, more: object = {}, target = ownTarget(x)): Tensor =>
		technique(x, target, { ...settings.options, ...more } as never);
	const reports: ConformanceReport[] = [];
	for (const reduction of reductionsOf(technique)) {
		const name = `${technique.name}, reduction ${reduction ?? "of its own"}`;
		const run = (x: Tensor): Tensor => call(x, reduction === null ? {} : { reduction });
		reports.push(checkOp({ name, run, samples: [[() => tensor(sample.prediction, { shape: sample.shape })]], executors, tolerance, tidy }));
	}
	for (const executor of executors) {
		withExecutor(executor, () =>
			scope(() => {
				const subject: Subject = { technique, sample, call, x: tensor(sample.prediction, { shape: sample.shape }) };
				const has = (option: string): boolean => Object.hasOwn(technique.options, option);
				const { reference } = settings;
				if (reference !== undefined)
					examination.check("values by the reference function", () => checkValues(examination, subject, reference));
				if (additive && has("reduction")) examination.check("reductions", () => checkReductions(examination, subject));
				if (has("sampleWeights")) examination.check("sample weights", () => checkWeights(examination, subject));
				if (has("unit")) examination.check("units", () => checkUnits(examination, subject));
				examination.check("refusal of bad inputs", () => checkRefusals(examination, subject));
			}),
		);
	}
	const own = examination.report();
	return {
		...own,
		passed: [...new Set([...reports.flatMap(({ passed }) => passed), ...own.passed])],
		comparedCount: own.comparedCount + reports.reduce((sum, { comparedCount }) => sum + comparedCount, 0),
		largestError: Math.max(...reports.map(({ largestError }) => largestError)),
	};
}

/** The sample's target where the predictions are, made once for each place and type, so that it is not taken for a leak. */
function keptTargets(sample: LossSample): (x: Tensor) => Tensor {
	const made = new Map<Executor, Tensor[]>();
	return (x) => {
		const known = made.get(x.executor) ?? [];
		made.set(x.executor, known);
		let target = known.find(({ dtype }) => dtype === x.dtype || sample.isIndex);
		if (target === undefined) {
			target = targetOf(sample, x).keep();
			known.push(target);
		}
		return target;
	};
}

interface Subject {
	readonly technique: CheckedLoss;
	readonly sample: LossSample;
	readonly x: Tensor;
	readonly call: (x: Tensor, more?: object, target?: Tensor) => Tensor;
}

/** The reductions of a loss; null for one without that option. */
function reductionsOf({ options }: LossTechnique): (string | null)[] {
	const spec = options.reduction;
	return spec?.kind === "choice" ? [...spec.choices] : [null];
}

function agree(examination: Examination, check: string, pairs: readonly [received: number, expected: number, what: string][]): void {
	for (const [received, expected, what] of pairs) {
		examination.expect(errorOf(received, expected) <= ROUNDING, check, `${what}: expected ${expected}, received ${received}.`);
	}
	examination.count(pairs.length);
}

function checkValues(examination: Examination, { call, x, sample }: Subject, reference: (x: number, t: number) => number): void {
	const received = call(x, { reduction: "none" }).dataSync();
	const target = targetOf(sample, x).dataSync();
	const pairs = Array.from(x.dataSync(), (value, i): [number, number, string] => [
		received[i],
		reference(value, target[i]),
		`the loss of prediction ${value} and target ${target[i]}`,
	]);
	agree(examination, "values by the reference function", pairs);
}

function checkReductions(examination: Examination, { call, x, technique }: Subject): void {
	const each = Array.from(call(x, { reduction: "none" }).dataSync());
	const total = each.reduce((sum, value) => sum + value, 0);
	const found = new Map(reductionsOf(technique).map((reduction) => [reduction, call(x, { reduction }).dataSync()[0]]));
	const pairs: [number, number, string][] = [
		[found.get("sum") ?? total, total, 'reduction "sum" and the sum of single losses'],
		[found.get("mean") ?? total / each.length, total / each.length, 'reduction "mean" and the mean of single losses'],
		[found.get("batchMean") ?? total / x.shape[0], total / x.shape[0], 'reduction "batchMean" and the sum by examples'],
	];
	agree(examination, "reductions", pairs);
}

function checkWeights(examination: Examination, { call, x, sample }: Subject): void {
	const n = x.shape[0];
	const weights = (last: number, others: number): Tensor =>
		tensor(Float32Array.from({ length: n }, (_, i) => (i === n - 1 ? last : others)));
	const without = rowsOf(sample, n - 1);
	const fewer = tensor(without.prediction, { shape: without.shape });
	const plain = call(x).item();
	agree(examination, "sample weights", [
		[call(x, { sampleWeights: weights(2.5, 2.5) }).item(), plain, "equal weights and none"],
		[
			call(x, { sampleWeights: weights(0, 3) }).item(),
			call(fewer, {}, targetOf(without, fewer)).item(),
			"weight 0 for the last example and a batch without it",
		],
	]);
	examination.refuses("sample weights", () => call(x, { sampleWeights: weights(-1, 1) }));
	examination.refuses("sample weights", () => call(x, { sampleWeights: tensor([1, 1]) }));
}

function checkUnits(examination: Examination, { call, x }: Subject): void {
	agree(examination, "units", [[call(x, { unit: "bits" }).item(), call(x, { unit: "nats" }).item() / Math.LN2, "bits and nats / ln 2"]]);
}

function checkRefusals(examination: Examination, { call, x, sample, technique }: Subject): void {
	const check = "refusal of bad inputs";
	const fewer = rowsOf(sample, x.shape[0] - 1);
	examination.refuses(check, () => call(x, {}, targetOf(fewer, x)));
	if (Object.hasOwn(technique.options, "reduction")) {
		const none = rowsOf(sample, 0);
		examination.refuses(check, () => call(tensor(none.prediction, { shape: none.shape }), {}, targetOf(none, x)));
	}
	if (technique.target === "classes") {
		examination.refuses(check, () => call(x, {}, tensor(Int32Array.from(sample.target, () => x.shape[1]))));
		return;
	}
	const broken = { ...sample, target: Array.from(sample.target, (value, i) => (i === 1 ? Number.NaN : value)) };
	examination.refuses(check, () => call(x, {}, targetOf(broken, x)));
}
