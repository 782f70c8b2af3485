/** What a network does to values and gradients before its first step, layer by layer. */
import { ArgumentError } from "../../core/errors.ts";
import { momentsOf } from "../../core/moments.ts";
import { RandomStream } from "../../core/random/index.ts";
import type { Shape } from "../../core/shape.ts";
import { gradients } from "../../tensor/backward.ts";
import { mul, sum } from "../../tensor/ops/methods.ts";
import { randomNormal } from "../../tensor/random.ts";
import { scope } from "../../tensor/scope.ts";
import { enableGrad, type TapeNode } from "../../tensor/tape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { type LossLike, toLoss } from "../losses/index.ts";
import type { AnyModule, Module } from "../module.ts";
import { type InitVerdict, judge } from "./init-verdict.ts";
import { observed, undisturbed } from "./undisturbed.ts";
import { summarize, type ValueSummary } from "./value-summary.ts";

/** Options of `initReport`. */
export interface InitReportOptions {
	/** A loss by name, or a function of the model's output and the target. Default: Σ output · v with v fixed and normal. */
	readonly loss?: LossLike | ((output: never, target: Tensor) => Tensor);
	/** What the loss compares with; a loss that has no use for it may be given none. */
	readonly target?: Tensor;
}

/** One output of one module. */
export interface InitReportEntry {
	/** The module's path; "" for the model itself. */
	readonly path: string;
	/** What it is, as in `linear 784 → 100`. */
	readonly description: string;
	/** Whether the module has parameters of its own, not only those of modules in it. */
	readonly hasParameters: boolean;
	/** Which of the module's passes: 0 unless it runs several times. */
	readonly call: number;
	readonly shape: Shape;
	readonly forward: ValueSummary;
	/** The gradient that arrives at this output; null where none does. */
	readonly gradient: { readonly mean: number; readonly variance: number } | null;
}

/** What `initReport` returns: plain data, in the order in which the outputs were computed. */
export interface InitReport {
	readonly loss: number;
	readonly entries: readonly InitReportEntry[];
	readonly verdict: InitVerdict;
}

/**
 * Runs a model once forward and once backward as in training, and describes values and gradients by depth.
 *
 * Every module that returns a tensor has an entry; one that only hands on another's output, such as `Sequential`, has none. Nothing of the model changes:
 * parameters, their gradients, running statistics, random streams and modes are as before.
 *
 * @param x - input of the model, batch axis first
 * @throws ArgumentError if the model returns no tensor and no loss is given, or the loss is no scalar
 * @example
 * const { verdict, entries } = initReport(model, images, { loss: "crossEntropy", target: labels });
 * console.log(verdict.text);
 */
export function initReport(model: Module<unknown>, x: Tensor, options: InitReportOptions = {}): InitReport {
	if (options.target !== undefined && options.loss === undefined) {
		throw new ArgumentError('initReport: a target needs a loss that compares with it. Try: { loss: "crossEntropy", target }.');
	}
	return scope(() =>
		undisturbed(model, { training: true }, () =>
			enableGrad(() => {
				const { seen, result } = record(model, x);
				const loss = lossOf(result, options);
				const summaries = seen.map(({ module, output }) => summarize(output.dataSync(), saturationRangeOf(module)));
				const lossValue = loss.item();
				const arriving = gradientsAt(
					loss,
					seen.map(({ output }) => output),
				);
				const entries = seen.map(({ path, module, call, output }, i) => {
					const gradient = arriving.get(output) ?? null;
					return {
						path,
						description: module.describe(),
						hasParameters: hasOwnParameters(module),
						call,
						shape: output.shape,
						forward: summaries[i],
						gradient,
					};
				});
				return { loss: lossValue, entries, verdict: judge(entries) };
			}),
		),
	);
}

/** An output as it came. */
interface SeenOutput {
	readonly path: string;
	readonly module: AnyModule;
	readonly call: number;
	readonly output: Tensor;
}

function record(model: Module<unknown>, x: Tensor): { seen: SeenOutput[]; result: unknown } {
	const paths = new Map([...model.modules()].map(([path, module]) => [module, path]));
	const seen: SeenOutput[] = [];
	const outputs = new Set<Tensor>();
	const callCounts = new Map<AnyModule, number>();
	const result = observed(
		paths.keys(),
		({ module, output }) => {
			const call = callCounts.get(module) ?? 0;
			callCounts.set(module, call + 1);
			if (!(output instanceof Tensor) || outputs.has(output)) return;
			outputs.add(output);
			seen.push({ path: paths.get(module) ?? "", module, call, output });
		},
		() => model.forward(x),
	);
	return { seen, result };
}

function hasOwnParameters(module: AnyModule): boolean {
	return Object.values(module).some((value) => value instanceof Tensor && value.requiresGrad);
}

/** A module states the ends at which its values saturate in a field of this name. */
function saturationRangeOf(module: AnyModule): readonly [low: number, high: number] | null {
	if (!("saturationRange" in module) || !Array.isArray(module.saturationRange)) return null;
	return module.saturationRange as [low: number, high: number];
}

function lossOf(output: unknown, { loss, target }: InitReportOptions): Tensor {
	if (loss !== undefined) {
		const compute = toLoss(loss as LossLike) as (output: unknown, target: Tensor | undefined) => Tensor;
		const value = compute(output, target);
		if (value instanceof Tensor && value.size === 1) return value;
		throw new ArgumentError('initReport: expected the loss to be a tensor of one element. Try: reduction "mean".');
	}
	if (!(output instanceof Tensor)) {
		throw new ArgumentError("initReport: the model returns no tensor. Expected a loss that makes one number of its output.");
	}
	const { executor, dtype, shape } = output;
	return sum(mul(output, randomNormal(shape, new RandomStream("init report"), { executor, dtype })));
}

/** The gradients that arrive at outputs; those that did not contribute to the loss, or cannot be differentiated, are missing. */
function gradientsAt(loss: Tensor, outputs: readonly Tensor[]): Map<Tensor, { mean: number; variance: number }> {
	const taken = loss.node === null ? [] : contributors(loss.node, outputs);
	const found = taken.length === 0 ? [] : gradients(loss, taken);
	return new Map(
		taken.map((output, i) => {
			const { mean, variance } = momentsOf(found[i].dataSync());
			return [output, { mean, variance }];
		}),
	);
}

function contributors(root: TapeNode, outputs: readonly Tensor[]): Tensor[] {
	const nodes = new Set([root]);
	for (const node of nodes) for (const input of node.inputs) if (input.node !== null) nodes.add(input.node);
	return outputs.filter(({ node }) => node !== null && nodes.has(node));
}
