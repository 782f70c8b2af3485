/** L-BFGS: steps from a history of gradients, for small models and whole data sets. */

import { ArgumentError } from "../../core/errors.ts";
import { atLeastZero, choiceOption, integerOption, type Resolved } from "../../core/options.ts";
import { scope } from "../../tensor/scope.ts";
import { type Closure, Optimizer, type OptimizerState, type Trainable } from "../optimizer.ts";
import type { CommonOptions, ParameterSettings } from "../settings.ts";
import { type LinePoint, strongWolfe } from "../strong-wolfe.ts";
import { defineAnyOptimizer } from "../technique.ts";
import { CurvatureHistory, dot, largest, negated } from "./lbfgs-history.ts";

/** Options of `lbfgs`. */
export interface LbfgsOptions {
	/** Iterations of one `step()`, at most. Default 20. */
	readonly maxIterations?: number;
	/** Evaluations of the loss in one `step()` after which it ends. Default 5/4 of the iterations. */
	readonly maxEvaluations?: number | null;
	/** Ends where no element of the gradient is larger. Default 1e-7. */
	readonly gradientTolerance?: number;
	/** Ends where parameters or loss change by no more. Default 1e-9. */
	readonly changeTolerance?: number;
	/** Pairs of steps and gradient differences that are kept. Default 100. */
	readonly historySize?: number;
	/** "none" moves by `lr` times the direction; "strongWolfe" looks for a good length, starting there. Default "none". */
	readonly lineSearch?: "none" | "strongWolfe";
}

type Settings = Resolved<LbfgsOptions & CommonOptions<LbfgsOptions>>;

/** What the optimizers of a pass over gradients offer and a line through the loss does not allow. */
const excluded = ["l1", "l2", "weightDecay", "maxNorm", "clipValue", "clipNorm", "clipTensorNorm"] as const;

class Lbfgs extends Optimizer {
	override readonly needsClosure = true;
	readonly #options: Settings;
	readonly #history: CurvatureHistory;
	readonly #moved: readonly { readonly start: number; readonly size: number }[];
	readonly #numbers = { iterationCount: 0, pairCount: 0, stepLength: 0, scale: 1 };
	#closure: Closure | null = null;

	constructor(trainable: Trainable, options: Settings) {
		super("lbfgs", trainable, options as Resolved<CommonOptions>);
		expectPlain(options, this.groups);
		this.#options = options;
		const moved = this.ranges.filter(({ group }) => this.groups[group].lrScale > 0);
		this.#moved = moved.map(({ parameter, start }) => ({ start, size: parameter.size }));
		this.#history = new CurvatureHistory(
			this.#moved.reduce((total, { size }) => total + size, 0),
			options.historySize,
		);
	}

	/** Also between the evaluations of one step. */
	override zeroGrad(): void {
		this.parameters.zeroGrad();
	}

	override step(closure?: Closure): boolean {
		if (typeof closure !== "function") {
			throw new ArgumentError(
				"lbfgs: step() got no closure.\n  Expected a function that forgets gradients, computes the loss, sends gradients back and returns the loss.\n" +
					"  Try: optimizer.step(() => { optimizer.zeroGrad(); const l = loss(model.forward(x), y); l.backward(); return l.item(); }).",
			);
		}
		this.#closure = closure;
		try {
			return super.step();
		} finally {
			this.#closure = null;
		}
	}

	protected override update(): void {
		const { maxIterations, gradientTolerance, changeTolerance } = this.#options;
		const maxEvaluations = this.#options.maxEvaluations ?? Math.floor((maxIterations * 5) / 4);
		let now = this.#evaluate();
		let evaluationCount = 1;
		if (largest(now.gradient) <= gradientTolerance) return;
		for (let i = 1; i <= maxIterations; i++) {
			const direction = this.#nextDirection(now.gradient);
			const slope = dot(now.gradient, direction);
			if (slope > -changeTolerance) return;
			const last = i === maxIterations;
			const moved = this.#options.lineSearch === "none" ? this.#move(direction, last) : this.#search(now, direction, slope);
			if (moved === null) return;
			evaluationCount += moved.evaluationCount;
			const lossChange = Math.abs(moved.loss - now.loss);
			now = moved;
			if (last || evaluationCount >= maxEvaluations || largest(now.gradient) <= gradientTolerance) return;
			if (largest(direction) * this.#numbers.stepLength <= changeTolerance || lossChange < changeTolerance) return;
		}
	}

	/** Takes the latest change into the history; notes the direction and the first length to try. */
	#nextDirection(gradient: Float64Array): Float64Array {
		const numbers = this.#numbers;
		const history = this.#history;
		const isFirst = numbers.iterationCount++ === 0;
		if (!isFirst) Object.assign(numbers, history.learn(gradient, numbers));
		const direction = history.follow(isFirst ? negated(gradient) : history.direction(gradient, numbers), gradient);
		const sum = gradient.reduce((total, g) => total + Math.abs(g), 0);
		numbers.stepLength = isFirst ? Math.min(1, 1 / sum) * this.lr : this.lr;
		return direction;
	}

	/** Moves by the given length; the last place of a step is not evaluated, for the next step begins with it. */
	#move(direction: Float64Array, last: boolean): Evaluation & { evaluationCount: number } {
		const { stepLength } = this.#numbers;
		this.#write(this.#read(), direction, stepLength);
		if (last) return { loss: 0, gradient: direction, evaluationCount: 0 };
		return { ...this.#evaluate(), evaluationCount: 1 };
	}

	#search(now: Evaluation, direction: Float64Array, slope: number): (Evaluation & { evaluationCount: number }) | null {
		if (this.#numbers.stepLength === 0) return null;
		const from = this.#read();
		const seen = new Map<number, Evaluation>([[0, now]]);
		const at = (step: number): LinePoint => {
			this.#write(from, direction, step);
			const found = this.#evaluate();
			seen.set(step, found);
			return { step, value: found.loss, slope: dot(found.gradient, direction) };
		};
		const options = { tolerance: this.#options.changeTolerance, directionSize: largest(direction) };
		const { step } = strongWolfe({ step: 0, value: now.loss, slope }, this.#numbers.stepLength, at, options);
		this.#write(from, direction, step);
		this.#numbers.stepLength = step;
		return { ...(seen.get(step) as Evaluation), evaluationCount: seen.size - 1 };
	}

	#evaluate(): Evaluation {
		// Some twenty evaluations a step: each gives its memory back.
		const loss = scope(() => (this.#closure as Closure)());
		const all = this.parameters.gradients.dataSync();
		const gradient = new Float64Array(this.#history.length);
		let at = 0;
		for (const { parameter, start, group } of this.ranges) {
			if (this.groups[group].lrScale === 0) continue;
			// A parameter that the loss does not depend on has gradient 0, whatever lies in its place.
			if (parameter.slot?.filled) gradient.set(all.subarray(start, start + parameter.size), at);
			at += parameter.size;
		}
		return { loss, gradient };
	}

	#read(): Float32Array {
		return this.parameters.values.dataSync() as Float32Array;
	}

	/** Parameters ← from + step · direction. */
	#write(from: Float32Array, direction: Float64Array, step: number): void {
		const values = from.slice();
		let at = 0;
		for (const { start, size } of this.#moved) {
			for (let i = 0; i < size; i++) values[start + i] = from[start + i] + step * direction[at++];
		}
		const { executor, values: target } = this.parameters;
		executor.write(target.block, "float32", target.offset, values);
	}

	protected override slots(): Readonly<Record<string, never>> {
		return {};
	}

	protected override memory(): Record<string, number>[] {
		return [this.#numbers];
	}

	override state(): OptimizerState {
		return { ...super.state(), slots: this.#history.state() };
	}

	override load(state: OptimizerState): void {
		const pairCount = state.name === this.name ? (state.memory[0]?.pairCount ?? 0) : 0;
		super.load({ ...state, slots: {} });
		this.#numbers.pairCount = this.#history.load(state.slots, pairCount);
	}
}

interface Evaluation {
	readonly loss: number;
	/** Of the parameters that move, one after another. */
	readonly gradient: Float64Array;
}

function expectPlain(options: Settings, groups: readonly ParameterSettings[]): void {
	const given = excluded.find((key) => options[key] !== null && options[key] !== 0);
	const inGroup = groups.some(({ l1, l2, weightDecay, maxNorm }) => l1 > 0 || l2 > 0 || weightDecay > 0 || maxNorm !== null);
	if (given !== undefined || inGroup) {
		throw new ArgumentError(
			`lbfgs: ${given ?? "a group's regularization"} would make steps and loss disagree.\n  Try: l2Penalty or l1Penalty in the loss, or another optimizer.`,
		);
	}
	if (options.accumulate > 1)
		throw new ArgumentError(`lbfgs: expected accumulate to be 1, received ${options.accumulate}.\n  Try: all batches in the closure.`);
	const other = groups.find(({ lrScale }) => lrScale !== 0 && lrScale !== 1);
	if (other !== undefined) {
		throw new ArgumentError(`lbfgs: expected each group's lrScale to be 0 or 1, received ${other.lrScale}: one direction has one length.`);
	}
}

/**
 * p ← p − t · H g, where H, an estimate of the inverse of the second derivative, follows from the last steps and gradient differences.
 * One `step(closure)` does up to `maxIterations` of them on the same data; with `lineSearch: "strongWolfe"` lengths suit themselves.
 * Vectors are kept on the host; sums are formed in float64.
 */
export const lbfgs = defineAnyOptimizer<LbfgsOptions>({
	name: "lbfgs",
	formula: "p ← p − t · H g, H from the last steps and gradient differences",
	source: "Liu & Nocedal 1989, Mathematical Programming 45",
	torch: "optim.LBFGS",
	defaults: { lr: 1 },
	options: {
		maxIterations: integerOption("iterations of one step(), at most", 20, { min: 1 }),
		maxEvaluations: integerOption("evaluations of the loss in one step() after which it ends; default 5/4 of the iterations", null, {
			min: 1,
		}),
		gradientTolerance: atLeastZero("ends where no element of the gradient is larger", 1e-7),
		changeTolerance: atLeastZero("ends where parameters or loss change by no more", 1e-9),
		historySize: integerOption("pairs of steps and gradient differences that are kept", 100, { min: 1 }),
		lineSearch: choiceOption("how the length of a step is found", ["none", "strongWolfe"], "none"),
	},
	make: (trainable, options) => new Lbfgs(trainable, options as Settings),
});
