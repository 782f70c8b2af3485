/** The tape: what was computed from what, and how gradients go back. */
import { context } from "./context.ts";
import type { Tensor } from "./tensor.ts";

/** What an operation may ask while it sends a gradient back. */
export interface GradientRequest {
	/** Whether input `i` wants its gradient. */
	needs(i: number): boolean;
	/**
	 * Memory in which the gradient of input `i` may be written, of that input's shape, contiguous, content undefined; or null.
	 * An operation that can write there returns this tensor as the gradient and saves a copy.
	 */
	into(i: number): Tensor | null;
}

/**
 * Gradients of an operation's inputs from that of its output, null where not needed. Written with tensor operations, so that it can be
 * recorded itself for second derivatives.
 */
export type Backward = (grad: Tensor, request: GradientRequest) => readonly (Tensor | null)[];

/** One recorded operation. */
export interface TapeNode {
	readonly name: string;
	/** Later operations have larger numbers. */
	readonly order: number;
	inputs: readonly Tensor[];
	/** Null once used up. */
	backward: Backward | null;
	/** Tensors that only the backward step needs; freed when it is done. */
	saved: readonly Tensor[];
}

let nextOrder = 0;

/** Whether an operation on these inputs is to be recorded. */
export function isRecorded(inputs: readonly Tensor[]): boolean {
	if (!context.recording) return false;
	for (let i = 0; i < inputs.length; i++) if (inputs[i].requiresGrad) return true;
	return false;
}

/**
 * Notes how `output` was made, if derivatives are wanted; returns `output`.
 * Call it only after `isRecorded` where building the closure costs.
 */
export function record(output: Tensor, name: string, inputs: readonly Tensor[], backward: Backward, saved: readonly Tensor[] = []): Tensor {
	if (isRecorded(inputs)) output.node = { name, order: nextOrder++, inputs, backward, saved };
	return output;
}

/** Runs `fn` without recording: results have no history. */
export function noGrad<R>(fn: () => R): R {
	return withRecording(false, fn);
}

/** Runs `fn` with recording on, also inside `noGrad`. */
export function enableGrad<R>(fn: () => R): R {
	return withRecording(true, fn);
}

function withRecording<R>(recording: boolean, fn: () => R): R {
	const before = context.recording;
	context.recording = recording;
	try {
		return fn();
	} finally {
		context.recording = before;
	}
}
