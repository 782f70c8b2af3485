/** One layer of a recurrent network in one direction: its weights, and the pass over time. */
import type { RandomStream } from "../../../core/random/index.ts";
import { tensor } from "../../../tensor/create.ts";
import { add } from "../../../tensor/ops/arithmetic.ts";
import { linear } from "../../../tensor/ops/matmul.ts";
import { randomUniform } from "../../../tensor/random.ts";
import { scope } from "../../../tensor/scope.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { Module } from "../../module.ts";
import { parameter } from "../../parameter.ts";
import type { Cell } from "./cell.ts";
import { scan } from "./scan.ts";

/** What a direction is made for. */
export interface DirectionOptions {
	readonly cell: Cell;
	readonly inFeatures: number;
	readonly hiddenSize: number;
	readonly reverse: boolean;
	readonly bias: boolean;
	readonly rng: RandomStream;
	/** Added to the first values of `inputBias`, by gate. Default 0. */
	readonly firstBias?: readonly number[];
}

/** What a pass starts from. */
export interface PassOptions {
	/** States before the first step, each `[batch, hidden]`. */
	readonly initial: readonly Tensor[];
	/** Truths `[time, batch]`; null for steps that all count. */
	readonly mask: Tensor | null;
}

/**
 * The weights of one layer in one direction; rows lie gate by gate. First values are U[−1/√hidden, 1/√hidden), as in PyTorch, whose
 * `weight_ih`, `weight_hh`, `bias_ih` and `bias_hh` these are.
 */
export class RecurrentDirection extends Module {
	/** `[gates · hidden, inFeatures]` */
	readonly inputWeight: Tensor;
	/** `[gates · hidden, hidden]` */
	readonly stateWeight: Tensor;
	/** `[gates · hidden]` */
	readonly inputBias: Tensor | null;
	/** `[gates · hidden]` */
	readonly stateBias: Tensor | null;
	readonly #cell: Cell;
	readonly #reverse: boolean;

	constructor({ cell, inFeatures, hiddenSize, reverse, bias, rng, firstBias }: DirectionOptions) {
		super();
		const rows = cell.gates.length * hiddenSize;
		const bound = 1 / Math.sqrt(hiddenSize);
		const draw = (...shape: number[]): Tensor => randomUniform(shape, rng, { low: -bound, high: bound });
		this.inputWeight = parameter(draw(rows, inFeatures));
		this.stateWeight = parameter(draw(rows, hiddenSize));
		this.inputBias = bias ? parameter(shifted(draw(rows), firstBias, hiddenSize)) : null;
		this.stateBias = bias ? parameter(draw(rows)) : null;
		this.#cell = cell;
		this.#reverse = reverse;
	}

	/**
	 * @param x - `[time, batch, inFeatures]`
	 * @returns as `scan`: `[states, time + 1, batch, hidden]`
	 */
	override forward(x: Tensor, { initial, mask }: PassOptions): Tensor {
		const projected = linear(x, this.inputWeight, this.inputBias);
		const { stateWeight, stateBias } = this;
		return scan({ projected, stateWeight, stateBias, initial }, { cell: this.#cell, reverse: this.#reverse, mask });
	}

	override describe(): string {
		const [rows, inFeatures] = this.inputWeight.shape;
		return `${this.#cell.name} pass ${inFeatures} → ${rows / this.#cell.gates.length}${this.#reverse ? ", in reverse" : ""}`;
	}

	override multiplyAdds([time, batch]: readonly number[]): number {
		return time * batch * (this.inputWeight.size + this.stateWeight.size);
	}
}

/** Adds a number to each gate's values; the bias given is given back. */
function shifted(bias: Tensor, byGate: readonly number[] | undefined, hiddenSize: number): Tensor {
	if (byGate === undefined) return bias;
	const shifts = byGate.flatMap((shift) => new Array<number>(hiddenSize).fill(shift));
	const made = scope(() => add(bias, tensor(shifts, { executor: bias.executor })));
	bias.dispose();
	return made;
}
