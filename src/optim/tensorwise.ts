/**
 * Optimizers whose rule looks at whole tensors: norms, factors, orthogonal matrices. Clipping, decay, groups and accumulation come with
 * the class; a rule that needs one element at a time is an `UpdateRule` and costs a single pass.
 */
import type { Resolved } from "../core/options.ts";
import type { Shape } from "../core/shape.ts";
import type { Operand } from "../kernels/contracts.ts";
import { type Formula, formula } from "../kernels/formula.ts";
import { withExecutor } from "../tensor/context.ts";
import { zeros } from "../tensor/create.ts";
import { broadcastOperand } from "../tensor/ops/elementwise.ts";
import { scope } from "../tensor/scope.ts";
import { noGrad } from "../tensor/tape.ts";
import { allocate, type Tensor } from "../tensor/tensor.ts";
import { type GradientSteps, gradientNumberCount, range, repeated, transformed } from "./gradient.ts";
import { type GroupedRange, Optimizer, type Run, type Trainable } from "./optimizer.ts";
import type { CommonOptions, ParameterSettings } from "./settings.ts";

/** What a rule gets for one parameter. */
export interface TensorStep {
	readonly name: string;
	/** The parameter; the rule writes the new values into it. */
	readonly value: Tensor;
	/** Its gradient after accumulation, regularization and clipping, in the parameter's shape. */
	readonly gradient: Tensor;
	/** What the rule keeps for this parameter; it writes the new values into them. */
	readonly slots: Readonly<Record<string, Tensor>>;
	/** From 1. */
	readonly step: number;
	/** Learning rate of the group. */
	readonly lr: number;
	/** The optimizer's momentum now; 0 for rules that have none. */
	readonly momentum: number;
	readonly settings: ParameterSettings;
}

/** What distinguishes one whole-tensor optimizer from another. */
export interface TensorRule {
	/** Momentum or β₁ that schedules may change; absent where there is none. */
	readonly momentum?: number;
	/** Whether `update` takes care of `settings.weightDecay`. Default false: p ← (1 − lr · λ) p goes before it. */
	readonly ownDecay?: boolean;
	/** Names and shapes of the state of one parameter; it starts at 0. */
	slots(name: string, parameter: Tensor): Readonly<Record<string, Shape>>;
	/** Moves one parameter and its slots. Runs in a scope, unrecorded: any tensor operation will do; results go home by `mapInto` or `assign`. */
	update(given: TensorStep): void;
}

/**
 * Computes a formula and writes each output into its target, all in one pass; a target may stand among the inputs.
 *
 * @param inputs - tensors or numbers, broadcast to the targets' common shape
 */
export function mapInto(of: Formula, inputs: readonly (Tensor | number)[], targets: readonly Tensor[]): void {
	const [{ executor, shape, size }] = targets;
	const numbers = inputs.filter((input) => typeof input === "number");
	const held = numbers.length === 0 ? null : allocate(executor, "float32", [numbers.length]);
	if (held !== null) executor.write(held.block, "float32", held.offset, numbers);
	let at = 0;
	const operands = inputs.map((input): Operand => {
		if (typeof input !== "number") return broadcastOperand(input, shape);
		const { block, offset } = held as Tensor;
		return { block, dtype: "float32", shape, strides: shape.map(() => 0), offset: offset + at++, size, contiguous: false };
	});
	executor.kernels.map(of, operands, targets);
	held?.dispose();
}

/** Writes a tensor's values into another of the same shape. */
export function assign(target: Tensor, source: Tensor): void {
	if (target !== source) target.executor.kernels.copy(broadcastOperand(source, target.shape), target);
}

/** An optimizer with a whole-tensor rule. */
export class TensorwiseOptimizer<O extends object> extends Optimizer {
	readonly #rules: readonly TensorRule[];
	readonly #slots: readonly Readonly<Record<string, Tensor>>[];
	readonly #ownSteps: GradientSteps;
	/** Null where gradients reach the rule as they are. */
	readonly #seenFormula: Formula | null;

	/** `makeRule` is called once for each group, with that group's options. */
	constructor(name: string, trainable: Trainable, options: Resolved<O & CommonOptions<O>>, makeRule: (options: Resolved<O>) => TensorRule) {
		super(name, trainable, options as Resolved<CommonOptions>);
		this.#rules = this.groups.map(({ group }) => makeRule({ ...options, ...options.groups[group]?.options }));
		const [{ momentum = null, ownDecay = false }] = this.#rules;
		this.momentum = momentum;
		const steps = { ...this.steps, decay: this.steps.decay && !ownDecay };
		this.#ownSteps = steps;
		const isPlain = !(steps.average || steps.l2 || steps.l1 || steps.clipValue !== null || steps.factor || steps.decay);
		this.#seenFormula = isPlain ? null : seenFormula(steps);
		const { executor } = this.parameters;
		this.#slots = this.ranges.map(({ name, parameter, group }) => {
			const shapes = Object.entries(this.#rules[group].slots(name, parameter));
			return Object.fromEntries(shapes.map(([slot, shape]) => [slot, zeros(shape, { executor }).keep()]));
		});
	}

	protected override update(): void {
		const { executor } = this.parameters;
		const work = (): void => {
			const gradients = this.#seenGradients();
			this.ranges.forEach((one, i) => {
				if (one.parameter.slot?.filled && one.parameter.size > 0) this.#updateOne(one, this.#slots[i], gradients);
			});
		};
		withExecutor(executor, () => scope(() => noGrad(work), { name: `${this.name} step` }));
	}

	#updateOne({ name, parameter, start, group }: GroupedRange, slots: Readonly<Record<string, Tensor>>, gradients: Tensor): void {
		const settings = this.groups[group];
		const { shape, strides } = parameter;
		const gradient = gradients.view({ shape, strides, offset: start }, true);
		// Intermediate results of one parameter are given back before the next.
		scope(() => {
			this.#rules[group].update({
				name,
				value: parameter,
				gradient,
				slots,
				step: this.stepCount,
				lr: this.lr * settings.lrScale,
				momentum: this.momentum ?? 0,
				settings,
			});
		});
	}

	/** Decays parameters and returns the gradients as the rule sees them; those of the block stay as they are. */
	#seenGradients(): Tensor {
		const { executor, values, gradients } = this.parameters;
		const [steps, of] = [this.#ownSteps, this.#seenFormula];
		if (of === null) return gradients;
		const seen = allocate(executor, "float32", gradients.shape);
		const runs = this.runs();
		const factors = this.clipFactors(runs);
		const count = gradientNumberCount(steps);
		runs.forEach((run, i) => {
			const size = run.end - run.start;
			const inputs = [range(values, run.start, size), range(gradients, run.start, size), ...this.#numberOperands(run, count)];
			if (factors.length > 0) inputs.push(factors[i](size));
			const targets = [range(seen, run.start, size)];
			if (steps.decay) targets.push(range(values, run.start, size));
			executor.kernels.map(of, inputs, targets);
		});
		return seen;
	}

	#numberOperands({ settings, start, end }: Run, count: number): Operand[] {
		if (count === 0) return [];
		const { executor } = this.parameters;
		const numbers = allocate(executor, "float32", [count]);
		// The number of the decay is the last; it is left out where the rule decays by itself.
		executor.write(numbers.block, "float32", numbers.offset, this.numbersOf(settings).slice(0, count));
		return Array.from({ length: count }, (_, k) => repeated(numbers, numbers.offset + k, end - start));
	}

	protected override slots(): Readonly<Record<string, Tensor>> {
		const named = this.ranges.flatMap(({ name }, i) => Object.entries(this.#slots[i]).map(([slot, x]) => [`${slot}.${name}`, x] as const));
		return Object.fromEntries(named);
	}
}

/** Inputs: parameter, gradient, numbers, and the clipping factor if there is one. Outputs: gradient, and the parameter if it decays. */
function seenFormula(steps: GradientSteps): Formula {
	const count = gradientNumberCount(steps);
	return formula(
		"seenGradient",
		(p, g, ...rest) => {
			const seen = transformed(steps, p, g, rest.slice(0, count), steps.factor ? rest[count] : null);
			return steps.decay ? [seen.g, seen.p] : [seen.g];
		},
		2 + count + (steps.factor ? 1 : 0),
	);
}
