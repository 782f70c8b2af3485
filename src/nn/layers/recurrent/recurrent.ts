/** What RNN, GRU and LSTM share: layers, directions, lengths and states. Their cells are data (cell-….ts). */
import { ArgumentError, ShapeError } from "../../../core/errors.ts";
import { formatShape, sameShape } from "../../../core/shape.ts";
import { expectInteger } from "../../../tensor/ops/checks.ts";
import { concat, stack } from "../../../tensor/ops/join.ts";
import { where } from "../../../tensor/ops/select.ts";
import { narrow, select } from "../../../tensor/ops/slice.ts";
import { transpose, unsqueeze } from "../../../tensor/ops/views.ts";
import { expectTensor, type Tensor } from "../../../tensor/tensor.ts";
import { Module } from "../../module.ts";
import { expectLength, expectRank } from "../checks.ts";
import { checkRate } from "../drop-rate.ts";
import { Dropout } from "../dropout.ts";
import type { Cell } from "./cell.ts";
import { type DirectionOptions, RecurrentDirection } from "./direction.ts";
import { type Lengths, stepMask } from "./lengths.ts";
import type { RecurrentOptions, RecurrentReturns } from "./options.ts";
import { zeroStates } from "./scan.ts";

/** What a recurrent network may be given besides its input. */
export interface RecurrentInputs<S> {
	/** States before the first step. Default zeros. */
	readonly state?: S;
	/**
	 * Steps of each example, from 1 to time. Steps past an example's end change no state and give output 0; what stands there is not
	 * looked at. The pass in reverse starts at each example's own last step.
	 */
	readonly lengths?: Lengths;
}

/** What a recurrent network gives. */
export interface RecurrentRun<S> {
	/** Outputs of the top layer, `[batch, time, directions · hiddenSize]`: forward, then reverse. */
	readonly output: Tensor;
	/** States after the last step. */
	readonly state: S;
}

/** What a kind of network tells of itself. */
export interface StackOptions extends RecurrentOptions, Pick<DirectionOptions, "inFeatures" | "hiddenSize" | "firstBias"> {}

/** The top layer's outputs and all final states, time first. */
interface Pass {
	/** `[time, batch, directions · hiddenSize]` */
	readonly top: Tensor;
	/** By state, then by layer and direction: `[batch, hiddenSize]`. */
	readonly finals: readonly (readonly Tensor[])[];
	readonly mask: Tensor | null;
}

/**
 * A stack of recurrent layers; `S` is how users see its state. Parameters: `layers.0.inputWeight`, `stateWeight`, `inputBias`,
 * `stateBias`, and `reverseLayers.0.…` where it is bidirectional; PyTorch calls them `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`,
 * `bias_hh_l0`, and `…_l0_reverse`.
 */
export abstract class Recurrent<S> extends Module {
	readonly inFeatures: number;
	readonly hiddenSize: number;
	readonly batchFirst: boolean;
	readonly returns: RecurrentReturns;
	readonly layers: readonly RecurrentDirection[];
	readonly reverseLayers: readonly RecurrentDirection[];
	readonly dropout: Dropout | null;
	readonly #cell: Cell;
	readonly #name: string;

	/** @param name - for messages */
	constructor(name: string, cell: Cell, options: StackOptions) {
		super();
		const { inFeatures, hiddenSize, rng, layers = 1, bidirectional = false, dropout = 0, batchFirst = true, bias = true } = options;
		const { firstBias } = options;
		for (const [what, count] of Object.entries({ inFeatures, hiddenSize, layers })) expectInteger(count, name, what, 1);
		if (checkRate(dropout, name) > 0 && layers === 1) {
			throw new ArgumentError(`${name}: expected two layers or more for dropout, which works between layers; received one.`);
		}
		this.inFeatures = inFeatures;
		this.hiddenSize = hiddenSize;
		this.batchFirst = batchFirst;
		this.returns = options.returns ?? "sequence";
		this.#cell = cell;
		this.#name = name;
		const width = hiddenSize * (bidirectional ? 2 : 1);
		const make = (layer: number, reverse: boolean): RecurrentDirection =>
			new RecurrentDirection({ cell, inFeatures: layer === 0 ? inFeatures : width, hiddenSize, reverse, bias, rng, firstBias });
		const indices = Array.from({ length: layers }, (_, i) => i);
		this.layers = indices.map((layer) => make(layer, false));
		this.reverseLayers = bidirectional ? indices.map((layer) => make(layer, true)) : [];
		this.dropout = dropout > 0 ? new Dropout({ p: dropout, rng }) : null;
	}

	/** The states as a list, each `[layers · directions, batch, hiddenSize]`, h first. */
	protected abstract toStates(state: S): readonly Tensor[];
	/** The opposite of `toStates`. */
	protected abstract fromStates(states: readonly Tensor[]): S;

	/** What the option `returns` says, from states of zeros. `run` takes states and lengths, and gives all states. */
	override forward(x: Tensor): Tensor {
		const pass = this.#pass(x, {});
		return this.returns === "last" ? this.#last(pass) : this.#output(pass);
	}

	/**
	 * Outputs and final states.
	 *
	 * @param x - `[batch, time, inFeatures]`, or time first
	 * @throws ShapeError or ArgumentError if input, state or lengths do not fit
	 */
	run(x: Tensor, given: RecurrentInputs<S> = {}): RecurrentRun<S> {
		return this.locating([x], () => {
			const pass = this.#pass(x, given);
			return { output: this.#output(pass), state: this.fromStates(pass.finals.map((states) => stack(states))) };
		});
	}

	override describe(): string {
		const layers = this.layers.length === 1 ? "" : `, ${this.layers.length} layers`;
		return `${this.#name} ${this.inFeatures} → ${this.hiddenSize}${layers}${this.reverseLayers.length > 0 ? ", bidirectional" : ""}`;
	}

	#pass(x: Tensor, { state, lengths }: RecurrentInputs<S>): Pass {
		this.#checkInput(x);
		const steps = this.batchFirst ? transpose(x, 0, 1) : x;
		const mask = lengths === undefined ? null : stepMask(lengths, steps);
		const initial = state === undefined ? null : this.#checkedStates(state, x.dtype, steps.shape[1]);
		// What stands past an example's end may be anything, NaN too, and 0 · NaN would reach the gradient of the weights.
		let value = mask === null ? steps : where(unsqueeze(mask, 2), steps, 0);
		const finals: Tensor[][] = Array.from({ length: this.#cell.stateCount }, () => []);
		this.layers.forEach((forward, layer) => {
			if (layer > 0 && this.dropout !== null) value = this.dropout.forward(value);
			const outputs = [forward, ...this.reverseLayers.slice(layer, layer + 1)].map((direction, d) => {
				const states = direction.forward(value, { initial: this.#initialOf(finals[0].length, initial, steps), mask });
				const [first, last] = d === 0 ? [1, -1] : [0, 0];
				finals.forEach((list, s) => {
					list.push(select(select(states, 0, s), 0, last));
				});
				return narrow(select(states, 0, 0), 0, [first, first + steps.shape[0]]);
			});
			value = outputs.length === 1 ? outputs[0] : concat(outputs, -1);
		});
		return { top: value, finals, mask };
	}

	/** The states from which one layer and direction starts. */
	#initialOf(index: number, initial: readonly Tensor[] | null, steps: Tensor): readonly Tensor[] {
		if (initial !== null) return initial.map((states) => select(states, 0, index));
		return zeroStates(steps, this.#cell.stateCount, [steps.shape[1], this.hiddenSize]);
	}

	#output({ top, mask }: Pass): Tensor {
		const output = mask === null ? top : where(unsqueeze(mask, 2), top, 0);
		return this.batchFirst ? transpose(output, 0, 1) : output;
	}

	#last({ finals: [hidden] }: Pass): Tensor {
		const directions = this.reverseLayers.length > 0 ? 2 : 1;
		return directions === 1 ? hidden[hidden.length - 1] : concat(hidden.slice(-directions), -1);
	}

	#checkInput(x: Tensor): void {
		expectTensor(x, this.#name);
		expectRank(x, this.batchFirst ? "[batch, time, features]" : "[time, batch, features]");
		expectLength(x, -1, this.inFeatures, "inFeatures");
		if (x.shape[this.batchFirst ? 1 : 0] === 0) throw new ShapeError("  Expected at least one step, received none.");
	}

	#checkedStates(state: S, dtype: string, batch: number): readonly Tensor[] {
		const states = this.toStates(state);
		const expected = [this.layers.length + this.reverseLayers.length, batch, this.hiddenSize];
		for (const one of states) {
			expectTensor(one, `${this.#name} state`);
			if (sameShape(one.shape, expected) && one.dtype === dtype) continue;
			throw new ShapeError(
				`  Expected states of shape ${formatShape(expected)} (layers · directions, batch, hiddenSize) and type ${dtype}, ` +
					`received ${formatShape(one.shape)} of ${one.dtype}.\n  Try: the state that run() gave for a batch of this size.`,
			);
		}
		return states;
	}
}
