/** What all optimizers share: parameters in groups, clipping, accumulation, counting steps, saving. How they move parameters is theirs. */
import { ArgumentError } from "../core/errors.ts";
import type { Resolved } from "../core/options.ts";
import type { Operand } from "../kernels/contracts.ts";
import { type Formula, formula } from "../kernels/formula.ts";
import { zeros } from "../tensor/create.ts";
import type { ParameterBlock, ParameterRange } from "../tensor/parameters.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { arrange, type Trainable } from "./arrange.ts";
import {
	clipFactor,
	element,
	type GradientSteps,
	gradientNumberCount,
	gradientNumbers,
	range,
	readsParameters,
	repeated,
	squareFormula,
} from "./gradient.ts";
import { limitUnitNorms } from "./max-norm.ts";
import { expectFitting, markFilled, type OptimizerState } from "./optimizer-state.ts";
import type { CommonOptions, ParameterSettings } from "./settings.ts";

export type { OptimizerState, Trainable };

/** Forgets gradients, computes the loss, sends gradients back and returns the loss as a number: all of a step but the update. */
export type Closure = () => number;

/** Neighbouring parameters with equal settings. */
export interface Run {
	readonly settings: ParameterSettings;
	/** Which of the distinct settings. */
	readonly group: number;
	readonly start: number;
	readonly end: number;
}

/** A parameter in its group. */
export interface GroupedRange extends ParameterRange {
	readonly group: number;
}

const oneNumber = formula("same", (x) => x);

/** An optimizer over one parameter block. */
export abstract class Optimizer {
	readonly name: string;
	/** Learning rate of the next step; schedules write it. */
	lr: number;
	/** Momentum, or β₁, of the next step for rules that have one, else null; schedules may write it. */
	momentum: number | null = null;
	readonly parameters: ParameterBlock;
	/** Whether `step` must be given a closure, because it looks at the loss at several places. */
	readonly needsClosure: boolean = false;
	/** Distinct settings; each run points to one. */
	protected readonly groups: readonly ParameterSettings[];
	protected readonly ranges: readonly GroupedRange[];
	protected readonly steps: GradientSteps;
	protected readonly common: Resolved<CommonOptions>;
	#stepCount = 0;
	#pendingCount = 0;
	readonly #factors: Tensor | null;
	readonly #norms: Tensor;
	readonly #square: Formula;

	constructor(name: string, trainable: Trainable, common: Resolved<CommonOptions>) {
		this.name = name;
		this.lr = common.lr;
		this.common = common;
		if (common.clipNorm !== null && common.clipTensorNorm !== null) {
			throw new ArgumentError(`${name}: clipNorm and clipTensorNorm exclude each other. Try: clipNorm alone.`);
		}
		const { block, groups, groupOf } = arrange(name, trainable, common);
		this.parameters = block;
		this.groups = groups;
		this.ranges = block.ranges.map((one) => ({ ...one, group: groupOf.get(one.parameter) as number }));
		const any = (key: "l1" | "l2" | "weightDecay"): boolean => groups.some((settings) => settings[key] > 0);
		const { clipValue, clipNorm, clipTensorNorm, accumulate } = common;
		const factor = clipNorm !== null || clipTensorNorm !== null;
		this.steps = { average: accumulate > 1, l2: any("l2"), l1: any("l1"), clipValue, factor, decay: any("weightDecay") };
		this.#square = squareFormula(this.steps);
		const { executor } = block;
		this.#factors = factor ? zeros([block.ranges.length], { executor }).keep() : null;
		// A sum for each parameter, the numbers of the formula that is summed, and the bound.
		this.#norms = zeros([block.ranges.length + gradientNumberCount(this.steps) + 1], { executor }).keep();
	}

	/** Updates done. */
	get stepCount(): number {
		return this.#stepCount;
	}

	/** Calls of `step()` since the last update; 0 unless gradients accumulate. */
	get pendingCount(): number {
		return this.#pendingCount;
	}

	/** Forgets all gradients, unless some are being gathered for one update. */
	zeroGrad(): void {
		if (this.#pendingCount === 0) this.parameters.zeroGrad();
	}

	/**
	 * Updates every parameter that has a gradient. With `accumulate: k`, only each k-th call does; the others let gradients add up.
	 *
	 * @param closure - called first, once; optimizers that `needsClosure` call it as often as they like
	 * @returns whether parameters were updated
	 */
	step(closure?: Closure): boolean {
		closure?.();
		this.#pendingCount++;
		if (this.#pendingCount < this.common.accumulate) return false;
		this.flush();
		return true;
	}

	/**
	 * Updates with the gradients gathered so far, as at the end of an epoch; does nothing if there are none.
	 *
	 * @returns whether parameters were updated
	 */
	flush(): boolean {
		if (this.#pendingCount === 0) return false;
		this.#stepCount++;
		this.update();
		this.#limitNorms();
		this.#pendingCount = 0;
		return true;
	}

	/** Moves parameters and slots by one step. */
	protected abstract update(): void;

	/** Tensors that the rule keeps, by name. */
	protected abstract slots(): Readonly<Record<string, Tensor>>;

	/** Numbers that the rule keeps, for each group. */
	protected memory(): Record<string, number>[] {
		return [];
	}

	/** Runs of parameters with a gradient and equal settings: usually one or two, the whole block. */
	protected runs(): Run[] {
		const runs: { settings: ParameterSettings; group: number; start: number; end: number }[] = [];
		const separate = this.common.clipTensorNorm !== null;
		for (const { parameter, start, end, group } of this.ranges) {
			if (!parameter.slot?.filled) continue;
			const last = runs.at(-1);
			if (!separate && last !== undefined && last.end === start && last.group === group) last.end = end;
			else runs.push({ settings: this.groups[group], group, start, end });
		}
		return runs;
	}

	/** Numbers of the gradient steps for a group. */
	protected numbersOf(settings: ParameterSettings): number[] {
		return gradientNumbers(this.steps, settings, { lr: this.lr, count: this.#pendingCount });
	}

	/** For each run, where its clipping factor lies; computed now. Empty where nothing is clipped by norm. */
	protected clipFactors(runs: readonly Run[]): ((size: number) => Operand)[] {
		const factors = this.#factors;
		if (factors === null) return [];
		const sums = this.#squareSums(runs);
		const { clipNorm, clipTensorNorm } = this.common;
		const { executor } = this.parameters;
		const boundAt = this.#norms.size - 1;
		executor.write(this.#norms.block, "float32", boundAt, [clipNorm ?? clipTensorNorm ?? 0]);
		const bound = element(this.#norms, boundAt);
		if (clipTensorNorm !== null) {
			runs.forEach((_, i) => {
				executor.kernels.map(clipFactor, [element(sums, i), bound], [element(factors, i)]);
			});
			return runs.map((_, i) => (size) => repeated(factors, i, size));
		}
		const total = element(factors, 0);
		executor.kernels.reduce("sum", oneNumber, [range(sums, 0, runs.length)], total, [0]);
		executor.kernels.map(clipFactor, [total, bound], [total]);
		return runs.map(() => (size) => repeated(factors, 0, size));
	}

	/**
	 * The joint L2 norm of the gradients as the rule would see them, before clipping by norm, if the next `step()` or `flush()` updated.
	 * Call it between backward and `step()`. Waits for the executor.
	 */
	gradientNorm(): number {
		const runs = this.runs();
		if (runs.length === 0) return 0;
		const pending = this.#pendingCount;
		// The gradients of the step to come are in it already.
		this.#pendingCount = pending + 1;
		const sums = this.#squareSums(runs).dataSync();
		this.#pendingCount = pending;
		let total = 0;
		for (let i = 0; i < runs.length; i++) total += sums[i];
		return Math.sqrt(total);
	}

	/** Sums of squares, one a run, at the start of the returned tensor. */
	#squareSums(runs: readonly Run[]): Tensor {
		const { executor, values, gradients } = this.parameters;
		const numbersAt = this.parameters.ranges.length;
		runs.forEach(({ settings, start, end }, i) => {
			const size = end - start;
			const numbers = this.numbersOf(settings);
			if (numbers.length > 0) executor.write(this.#norms.block, "float32", numbersAt, numbers);
			const operands = [range(gradients, start, size)];
			if (readsParameters(this.steps)) operands.push(range(values, start, size));
			for (let k = 0; k < numbers.length; k++) operands.push(repeated(this.#norms, numbersAt + k, size));
			executor.kernels.reduce("sum", this.#square, operands, element(this.#norms, i), [0]);
		});
		return this.#norms;
	}

	#limitNorms(): void {
		for (const { parameter, group } of this.ranges) {
			const { maxNorm, lrScale } = this.groups[group];
			// A scale of 0 promises to keep the parameters as they are.
			if (maxNorm !== null && lrScale > 0 && parameter.slot?.filled) limitUnitNorms(parameter, maxNorm);
		}
	}

	/** Everything needed to go on later as if nothing had happened. */
	state(): OptimizerState {
		const slots = Object.entries(this.slots()).map(([name, tensor]) => [name, tensor.dataSync() as Float32Array] as const);
		return {
			name: this.name,
			parameters: this.ranges.map(({ name }) => name),
			stepCount: this.#stepCount,
			pendingCount: this.#pendingCount,
			lr: this.lr,
			momentum: this.momentum,
			slots: Object.fromEntries(slots),
			memory: this.memory().map((numbers) => ({ ...numbers })),
			gradients: this.#pendingCount === 0 ? null : (this.parameters.gradients.dataSync() as Float32Array),
		};
	}

	/**
	 * Takes up a saved state.
	 *
	 * @throws ArgumentError if it belongs to other parameters or another optimizer
	 */
	load(state: OptimizerState): void {
		const slots = this.slots();
		expectFitting(state, { name: this.name, parameters: this.ranges.map(({ name }) => name), slots });
		const { executor } = this.parameters;
		for (const [name, tensor] of Object.entries(slots)) executor.write(tensor.block, "float32", tensor.offset, state.slots[name]);
		if (state.gradients !== null) {
			executor.write(this.parameters.gradients.block, "float32", 0, state.gradients);
			for (const { parameter } of this.ranges) if (parameter.slot !== null) markFilled(parameter.slot);
		}
		this.memory().forEach((numbers, i) => {
			Object.assign(numbers, state.memory[i]);
		});
		this.#stepCount = state.stepCount;
		this.#pendingCount = state.pendingCount;
		this.lr = state.lr;
		this.momentum = state.momentum;
	}
}
