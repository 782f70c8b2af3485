/** Optimizers whose update is a formula per element: one pass over the parameter block whatever the number of tensors. */
import { ArgumentError } from "../core/errors.ts";
import type { Operand } from "../kernels/contracts.ts";
import type { Formula } from "../kernels/formula.ts";
import { zeros } from "../tensor/create.ts";
import { ParameterBlock } from "../tensor/parameters.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** What distinguishes one elementwise optimizer from another. */
export interface UpdateRule {
	readonly name: string;
	/** Names of the per-parameter state, all 0 at the start. */
	readonly slots: readonly string[];
	/**
	 * Inputs: parameter, gradient, slots in order, then the numbers of `numbers`. Outputs: parameter, slots.
	 */
	readonly formula: Formula;
	/** The scalars of step `step` (from 1), given the learning rate. */
	numbers(step: number, lr: number): readonly number[];
}

/** An optimizer over one parameter block. */
export class Optimizer {
	readonly name: string;
	/** Learning rate of the next step; schedules write it. */
	lr: number;
	readonly parameters: ParameterBlock;
	readonly #rule: UpdateRule;
	readonly #slots: readonly Tensor[];
	readonly #numbers: Tensor;
	#stepCount = 0;

	constructor(parameters: ParameterBlock | readonly Tensor[], rule: UpdateRule, lr: number) {
		if (!Number.isFinite(lr) || lr < 0) throw new ArgumentError(`${rule.name}: expected a learning rate ≥ 0, received ${lr}.`);
		this.name = rule.name;
		this.lr = lr;
		this.parameters = parameters instanceof ParameterBlock ? parameters : new ParameterBlock(parameters);
		this.#rule = rule;
		this.#slots = rule.slots.map(() => this.parameters.slot());
		const count = rule.formula.arity - 2 - rule.slots.length;
		this.#numbers = zeros([Math.max(1, count)], { executor: this.parameters.executor }).keep();
	}

	/** Steps done. */
	get stepCount(): number {
		return this.#stepCount;
	}

	/** Forgets all gradients. */
	zeroGrad(): void {
		this.parameters.zeroGrad();
	}

	/** Updates every parameter that has a gradient. */
	step(): void {
		const { executor, values, gradients } = this.parameters;
		this.#stepCount++;
		const numbers = this.#rule.numbers(this.#stepCount, this.lr);
		executor.write(this.#numbers.block, "float32", 0, numbers);
		for (const { start, end } of this.parameters.filledRuns()) {
			const size = end - start;
			const state = [values, ...this.#slots].map((x) => range(x, start, size));
			const scalars = numbers.map((_, i) => repeated(this.#numbers, i, size));
			const [value, ...slots] = state;
			executor.kernels.map(this.#rule.formula, [value, range(gradients, start, size), ...slots, ...scalars], state);
		}
	}

	/** Everything needed to go on later as if nothing had happened. */
	state(): { stepCount: number; lr: number; slots: Record<string, Float32Array> } {
		const slots = Object.fromEntries(this.#rule.slots.map((name, i) => [name, this.#slots[i].dataSync() as Float32Array]));
		return { stepCount: this.#stepCount, lr: this.lr, slots };
	}

	/**
	 * Takes up a saved state.
	 *
	 * @throws ArgumentError if it belongs to other parameters or another optimizer
	 */
	load(state: { stepCount: number; lr: number; slots: Record<string, Float32Array> }): void {
		this.#rule.slots.forEach((name, i) => {
			const saved = state.slots[name];
			if (saved === undefined || saved.length !== this.#slots[i].size) {
				throw new ArgumentError(
					`${this.name}: the saved state has ${saved === undefined ? `no "${name}"` : `${saved.length} elements in "${name}"`}; expected ${this.#slots[i].size}.`,
				);
			}
		});
		this.#rule.slots.forEach((name, i) => {
			this.parameters.executor.write(this.#slots[i].block, "float32", 0, state.slots[name]);
		});
		this.#stepCount = state.stepCount;
		this.lr = state.lr;
	}
}

function range(x: Tensor, start: number, size: number): Operand {
	return { block: x.block, dtype: x.dtype, shape: [size], strides: [1], offset: start, size, contiguous: true };
}

/** Element `at` as if it stood in every place. */
function repeated(x: Tensor, at: number, size: number): Operand {
	return { block: x.block, dtype: x.dtype, shape: [size], strides: [0], offset: at, size, contiguous: false };
}
