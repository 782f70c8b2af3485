/** Optimizers whose rule is a formula per element: one pass over the parameter block, whatever the number of tensors. */
import { ArgumentError } from "../core/errors.ts";
import type { Resolved } from "../core/options.ts";
import type { Operand } from "../kernels/contracts.ts";
import { type Formula, formula, substitute } from "../kernels/formula.ts";
import { zeros } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { gradientNumberCount, range, repeated, transformed } from "./gradient.ts";
import { Optimizer, type Run, type Trainable } from "./optimizer.ts";
import type { CommonOptions } from "./settings.ts";

/** What a rule's numbers may depend on. */
export interface StepFacts {
	/** From 1. */
	readonly step: number;
	/** Learning rate of the group. */
	readonly lr: number;
	/** The optimizer's momentum now; 0 for rules that have none. */
	readonly momentum: number;
	/** Numbers that the rule keeps from step to step; it may change them. */
	readonly memory: Record<string, number>;
}

/** What distinguishes one elementwise optimizer from another. */
export interface UpdateRule {
	/** Names of the per-element state and their values at the start. */
	readonly slots: Readonly<Record<string, number>>;
	/** Inputs: parameter, gradient, slots in order, then the numbers of `numbers`. Outputs: parameter, slots. */
	readonly formula: Formula;
	/** Momentum or β₁ that schedules may change; absent where there is none. */
	readonly momentum?: number;
	/** Start of the numbers that the rule keeps from step to step. */
	readonly memory?: Readonly<Record<string, number>>;
	/** The scalars of a step. */
	numbers(given: StepFacts): readonly number[];
}

/** What the formula reads and writes in a run. */
interface RunOperands extends Pick<Run, "start" | "end" | "group"> {
	readonly inputs: readonly Operand[];
	readonly state: readonly Operand[];
}

/** An optimizer with an elementwise rule. */
export class ElementwiseOptimizer<O extends object> extends Optimizer {
	readonly #rules: readonly UpdateRule[];
	/** Momentum of groups that state one of their own; null in those that follow the optimizer's. */
	readonly #ownMomentums: readonly (number | null)[];
	readonly #memory: Record<string, number>[];
	readonly #slots: Readonly<Record<string, Tensor>>;
	readonly #formula: Formula;
	readonly #numbers: Tensor;
	readonly #numberCount: number;
	/** Of the step before, by the run's place. */
	readonly #operands: RunOperands[] = [];

	/** `makeRule` is called once for each group, with that group's options. */
	constructor(name: string, trainable: Trainable, options: Resolved<O & CommonOptions<O>>, makeRule: (options: Resolved<O>) => UpdateRule) {
		super(name, trainable, options as Resolved<CommonOptions>);
		this.#rules = this.groups.map(({ group }) => makeRule({ ...options, ...options.groups[group]?.options }));
		const [rule] = this.#rules;
		for (const other of this.#rules) {
			if (other.formula.key === rule.formula.key) continue;
			throw new ArgumentError(
				`${name}: a group's options ask for another formula than the rest. Try: an optimizer of its own for that group.`,
			);
		}
		this.momentum = makeRule(options).momentum ?? null;
		this.#ownMomentums = this.#rules.map(({ momentum }) => (momentum === undefined || momentum === this.momentum ? null : momentum));
		this.#memory = this.#rules.map(({ memory = {} }) => ({ ...memory }));
		this.#slots = Object.fromEntries(Object.keys(rule.slots).map((slot) => [slot, this.#makeSlot(slot)]));
		this.#formula = this.#compose(rule);
		const slotCount = Object.keys(rule.slots).length;
		this.#numberCount = gradientNumberCount(this.steps) + rule.formula.arity - 2 - slotCount;
		this.#numbers = zeros([Math.max(1, this.#numberCount * this.groups.length)], { executor: this.parameters.executor }).keep();
	}

	#makeSlot(name: string): Tensor {
		const slot = this.parameters.slot();
		// Only the parameters' own places: the gaps between them stay 0.
		for (const { parameter, start: at, group } of this.ranges) {
			const start = this.#rules[group].slots[name];
			if (start !== 0) this.parameters.executor.write(slot.block, "float32", at, new Float32Array(parameter.size).fill(start));
		}
		return slot;
	}

	/** Gradient steps, then the rule: inputs parameter, gradient, slots, numbers, and the clipping factor if there is one. */
	#compose(rule: UpdateRule): Formula {
		const { steps } = this;
		const slotCount = Object.keys(rule.slots).length;
		const own = gradientNumberCount(steps);
		return formula(
			this.name,
			(p, g, ...rest) => {
				const slots = rest.slice(0, slotCount);
				const numbers = rest.slice(slotCount, slotCount + own);
				const ruleNumbers = rest.slice(slotCount + own, rule.formula.arity - 2 + own);
				const factor = steps.factor ? rest[rule.formula.arity - 2 + own] : null;
				const seen = transformed(steps, p, g, numbers, factor);
				const replacements = [seen.p, seen.g, ...slots, ...ruleNumbers];
				return rule.formula.outputs.map((output) => substitute(output, replacements));
			},
			rule.formula.arity + own + (steps.factor ? 1 : 0),
		);
	}

	protected override update(): void {
		const { executor } = this.parameters;
		const numbers = this.#rules.flatMap((rule, group) => this.#numbersFor(rule, group));
		executor.write(this.#numbers.block, "float32", 0, numbers);
		const runs = this.runs();
		const factors = this.clipFactors(runs);
		for (const [i, run] of runs.entries()) {
			const { inputs, state } = this.#operandsOf(run, i);
			executor.kernels.map(this.#formula, factors.length === 0 ? inputs : [...inputs, factors[i](run.end - run.start)], state);
		}
	}

	/** The operands of the i-th run: those of the step before, if it was the same run. */
	#operandsOf({ start, end, group }: Run, i: number): RunOperands {
		const { values, gradients } = this.parameters;
		const known = this.#operands[i];
		// Asking for the blocks also finds out parameters that were disposed of.
		const lieThere = values.block === known?.state[0].block && gradients.block === known.inputs[1].block;
		if (lieThere && known.start === start && known.end === end && known.group === group) return known;
		const size = end - start;
		const state = [values, ...Object.values(this.#slots)].map((x) => range(x, start, size));
		const [value, ...slots] = state;
		const numbers = Array.from({ length: this.#numberCount }, (_, k) => repeated(this.#numbers, group * this.#numberCount + k, size));
		this.#operands[i] = { start, end, group, state, inputs: [value, range(gradients, start, size), ...slots, ...numbers] };
		return this.#operands[i];
	}

	#numbersFor(rule: UpdateRule, group: number): number[] {
		const settings = this.groups[group];
		const given = {
			step: this.stepCount,
			lr: this.lr * settings.lrScale,
			momentum: this.#ownMomentums[group] ?? this.momentum ?? 0,
			memory: this.#memory[group],
		};
		return [...this.numbersOf(settings), ...rule.numbers(given)];
	}

	protected override slots(): Readonly<Record<string, Tensor>> {
		return this.#slots;
	}

	protected override memory(): Record<string, number>[] {
		return this.#memory;
	}
}
