/**
 * A recurrent cell over all steps of a sequence, as one operation of the tape: a step is one matrix product and one map, and the way
 * back likewise. The product of all inputs with the weights is not part of it (it is one `linear`).
 */
import { context } from "../../../tensor/context.ts";
import { zeros } from "../../../tensor/create.ts";
import { inPlace } from "../../../tensor/ops/elementwise.ts";
import { sum } from "../../../tensor/ops/reduce.ts";
import { clone, reshape, toContiguous } from "../../../tensor/ops/views.ts";
import { type GradientRequest, isRecorded, record } from "../../../tensor/tape.ts";
import { allocate, type Tensor } from "../../../tensor/tensor.ts";
import type { Cell } from "./cell.ts";
import { allAtStep, atStep, operandAt, type Track } from "./track.ts";
import { unrolledGradients } from "./unrolled.ts";

/** The tensors of a scan. */
export interface ScanInputs {
	/** Products of the inputs, `[time, batch, gates · hidden]`. */
	readonly projected: Tensor;
	/** `[gates · hidden, hidden]` */
	readonly stateWeight: Tensor;
	/** `[gates · hidden]` */
	readonly stateBias: Tensor | null;
	/** States before the first step, each `[batch, hidden]`. */
	readonly initial: readonly Tensor[];
}

/** How a scan goes. */
export interface ScanOptions {
	readonly cell: Cell;
	/** From the last step to the first. */
	readonly reverse: boolean;
	/** Truths `[time, batch]`: where false, a step changes nothing. null: true everywhere. */
	readonly mask: Tensor | null;
}

/**
 * The states around all steps, `[states, time + 1, batch, hidden]`: place t and t + 1 of the second axis hold those before and after step
 * t, in reverse those after and before it.
 */
export function scan({ projected, stateWeight, stateBias, initial }: ScanInputs, options: ScanOptions): Tensor {
	// The bias comes last, for there may be none.
	const inputs = [toContiguous(projected), stateWeight, ...initial, ...(stateBias === null ? [] : [stateBias])];
	const recorded = isRecorded(inputs);
	const run = new Scan(inputs, options, recorded);
	run.forward();
	if (!recorded) {
		run.saved.dispose();
		return run.states;
	}
	return record(
		run.states,
		options.cell.name,
		inputs,
		(grad, request) => (context.recording ? unrolledGradients(inputs, options, { grad, request }) : run.backward(grad, request)),
		[run.saved],
	);
}

class Scan {
	readonly #inputs: readonly Tensor[];
	readonly #options: ScanOptions;
	readonly #time: number;
	readonly #batch: number;
	readonly #hidden: number;
	/** `[states, time + 1, batch, hidden]` */
	readonly states: Tensor;
	/** `[time, saved values, batch, hidden]`; one step's memory where no derivative will be asked for. */
	readonly saved: Tensor;

	constructor(inputs: readonly Tensor[], options: ScanOptions, recorded: boolean) {
		const [{ executor, dtype, shape }, weight] = inputs;
		const { stateCount, savedCount } = options.cell;
		this.#inputs = inputs;
		this.#options = options;
		[this.#time, this.#batch] = shape;
		this.#hidden = weight.shape[1];
		this.states = allocate(executor, dtype, [stateCount, this.#time + 1, this.#batch, this.#hidden]);
		this.saved = allocate(executor, dtype, [recorded ? this.#time : 1, savedCount, this.#batch, this.#hidden]);
	}

	get #initial(): readonly Tensor[] {
		return this.#inputs.slice(2, 2 + this.#options.cell.stateCount);
	}

	get #bias(): Tensor | null {
		return this.#inputs[2 + this.#options.cell.stateCount] ?? null;
	}

	get #width(): number {
		return this.#options.cell.gates.length * this.#hidden;
	}

	get #formulas() {
		return this.#options.mask === null ? this.#options.cell.plain : this.#options.cell.masked;
	}

	forward(): void {
		const [projected, weight] = this.#inputs;
		const { kernels } = projected.executor;
		const { step } = this.#formulas;
		const bias = this.#bias;
		const { reverse } = this.#options;
		const [time, batch, hidden, width] = [this.#time, this.#batch, this.#hidden, this.#width];
		const first = reverse ? time : 0;
		const product = allocate(projected.executor, projected.dtype, [batch, width]);
		const previous = this.#stateTracks(this.states, reverse ? 1 : 0);
		const all = [...this.#gateTracks(projected, batch * width), ...this.#gateTracks(product, 0), ...previous, ...this.#maskTrack()];
		const reads = step.reads.map((i) => all[i]);
		const writes = [...this.#stateTracks(this.states, reverse ? 0 : 1), ...this.#savedTracks()];
		// The first state at step 0 stands where the others do; a product wants it as a batch of one.
		const before: Track = { first: operandAt(this.states, previous[0].first.offset, [1, batch, hidden]), stride: previous[0].stride };
		const transposed = operandAt(weight, weight.offset, [1, hidden, width], [0, weight.strides[1], weight.strides[0]]);
		const out = operandAt(product, 0, [1, batch, width]);
		this.#initial.forEach((state, s) => {
			kernels.copy(state, operandAt(this.states, (s * (time + 1) + first) * batch * hidden, [batch, hidden]));
		});
		for (let i = 0; i < time; i++) {
			const t = reverse ? time - 1 - i : i;
			kernels.matmul(atStep(before, t), transposed, out, { bias, activation: null, accumulate: false });
			kernels.map(step.formula, allAtStep(reads, t), allAtStep(writes, t));
		}
		product.dispose();
	}

	/** Gradients of the inputs, in their order. */
	backward(arriving: Tensor, request: GradientRequest): (Tensor | null)[] {
		const [projected, weight] = this.#inputs;
		const initial = this.#initial;
		// Gradients of the states gather in place: at each step those that come from it are added to those that came from outside.
		const grad = inPlace(arriving, arriving.dtype) ?? clone(arriving);
		const gradProjected = allocate(projected.executor, projected.dtype, projected.shape);
		const gradRecurrent = this.#options.cell.splitsGradient
			? allocate(projected.executor, projected.dtype, projected.shape)
			: gradProjected;
		this.#sendBack(grad, gradProjected, gradRecurrent);
		const flat = reshape(gradRecurrent, [this.#time * this.#batch, this.#width]);
		const last = this.#inputs.length - 1;
		return [
			gradProjected,
			request.needs(1)
				? this.#weightGradient(gradRecurrent, request.into(1) ?? allocate(weight.executor, weight.dtype, weight.shape))
				: null,
			...initial.map((_, s) => (request.needs(2 + s) ? clone(this.#initialGradient(grad, s)) : null)),
			...(this.#bias === null ? [] : [request.needs(last) ? sum(flat, 0, { into: request.into(last) }) : null]),
		];
	}

	#sendBack(grad: Tensor, gradProjected: Tensor, gradRecurrent: Tensor): void {
		const [projected, weight] = this.#inputs;
		const { kernels } = projected.executor;
		const { back, carried } = this.#formulas;
		const { reverse, cell } = this.#options;
		const [time, batch, hidden, width, gates] = [this.#time, this.#batch, this.#hidden, this.#width, this.#options.cell.gates.length];
		const [before, after] = reverse ? [1, 0] : [0, 1];
		const gradBefore = this.#stateTracks(grad, before);
		const all = [
			...this.#stateTracks(grad, after),
			...this.#savedTracks(),
			...this.#stateTracks(this.states, before),
			...this.#stateTracks(this.states, after),
			...gradBefore,
			...this.#maskTrack(),
		];
		const reads = back.reads.map((i) => all[i]);
		// Kernels write without gaps: gates one after the other here, side by side in the rows of the result.
		const parts = cell.splitsGradient ? [gradProjected, gradRecurrent] : [gradProjected];
		const byGate = allocate(projected.executor, projected.dtype, [parts.length * gates, batch, hidden]);
		const writes = [...this.#planes(byGate, 0), ...carried.map((s) => gradBefore[s])];
		const rows = parts.map((part, p) => ({
			source: operandAt(byGate, p * batch * width, [batch, gates, hidden], [hidden, batch * hidden, 1]),
			target: { first: operandAt(part, 0, [batch, gates, hidden]), stride: batch * width },
		}));
		const gradGates: Track = { first: operandAt(gradRecurrent, 0, [1, batch, width]), stride: batch * width };
		const matrix = operandAt(weight, weight.offset, [1, width, hidden], [0, weight.strides[0], weight.strides[1]]);
		const gradHidden: Track = { first: operandAt(grad, gradBefore[0].first.offset, [1, batch, hidden]), stride: batch * hidden };
		for (let i = 0; i < time; i++) {
			const t = reverse ? i : time - 1 - i;
			kernels.map(back.formula, allAtStep(reads, t), allAtStep(writes, t));
			for (const { source, target } of rows) kernels.copy(source, atStep(target, t));
			kernels.matmul(atStep(gradGates, t), matrix, atStep(gradHidden, t), { bias: null, activation: null, accumulate: true });
		}
		byGate.dispose();
	}

	/** Σ over steps and examples of gate gradient times the state before: one product. */
	#weightGradient(gradRecurrent: Tensor, out: Tensor): Tensor {
		const [rows, hidden, width] = [this.#time * this.#batch, this.#hidden, this.#width];
		const before = this.#options.reverse ? this.#batch * hidden : 0;
		out.executor.kernels.matmul(
			operandAt(gradRecurrent, 0, [1, width, rows], [0, 1, width]),
			operandAt(this.states, before, [1, rows, hidden]),
			operandAt(out, out.offset, [1, width, hidden]),
			{ bias: null, activation: null, accumulate: false },
		);
		return out;
	}

	#initialGradient(grad: Tensor, s: number): Tensor {
		const [time, batch, hidden] = [this.#time, this.#batch, this.#hidden];
		const place = s * (time + 1) + (this.#options.reverse ? time : 0);
		return grad.view({ shape: [batch, hidden], strides: [hidden, 1], offset: grad.offset + place * batch * hidden });
	}

	/** Each state of `[states, time + 1, batch, hidden]`, `shift` places on from the step. */
	#stateTracks(x: Tensor, shift: number): Track[] {
		const plane = this.#batch * this.#hidden;
		return Array.from({ length: this.#options.cell.stateCount }, (_, s) => ({
			first: operandAt(x, x.offset + (s * (this.#time + 1) + shift) * plane, [this.#batch, this.#hidden]),
			stride: plane,
		}));
	}

	/** Each gate's part of rows `[batch, gates · hidden]`. */
	#gateTracks(x: Tensor, stride: number): Track[] {
		const [batch, hidden, width] = [this.#batch, this.#hidden, this.#width];
		return this.#options.cell.gates.map((_, g) => ({ first: operandAt(x, x.offset + g * hidden, [batch, hidden], [width, 1]), stride }));
	}

	#savedTracks(): Track[] {
		const { shape } = this.saved;
		return this.#planes(this.saved, shape[0] === 1 ? 0 : shape[1] * this.#batch * this.#hidden);
	}

	/** Each matrix of `[…, planes, batch, hidden]`. */
	#planes(x: Tensor, stride: number): Track[] {
		const [batch, hidden] = [this.#batch, this.#hidden];
		return Array.from({ length: x.shape[x.rank - 3] }, (_, k) => ({ first: operandAt(x, k * batch * hidden, [batch, hidden]), stride }));
	}

	/** The mask of a step as `[batch, hidden]`: a truth for all of a row. */
	#maskTrack(): Track[] {
		const { mask } = this.#options;
		if (mask === null) return [];
		const [stepStride, exampleStride] = mask.strides;
		return [{ first: operandAt(mask, mask.offset, [this.#batch, this.#hidden], [exampleStride, 0]), stride: stepStride }];
	}
}

/** States of zeros, `count` of them, on the executor of `x`. */
export function zeroStates(x: Tensor, count: number, shape: readonly number[]): Tensor[] {
	const state = zeros(shape, { dtype: x.dtype, executor: x.executor });
	return Array.from({ length: count }, () => state);
}
