/** Operations with a derivative of the user's own. */
import { isFloating } from "../core/dtype.ts";
import { ArgumentError, GradientError } from "../core/errors.ts";
import { formatShape, sameShape } from "../core/shape.ts";
import { context } from "./context.ts";
import { scope } from "./scope.ts";
import { noGrad, record } from "./tape.ts";
import { commonExecutor, expectTensor, Tensor } from "./tensor.ts";

/** What a custom operation's backward function is given besides the arriving gradient. */
export interface CustomBackward {
	readonly inputs: readonly Tensor[];
	readonly output: Tensor;
	/** What `forward` returned as `saved`. */
	readonly saved: readonly Tensor[];
	/** Whether input `i` wants its gradient; where it does not, null may be returned. */
	needs(i: number): boolean;
}

/** A custom operation. */
export interface CustomOperation<I extends readonly Tensor[]> {
	/** For messages. */
	readonly name: string;
	/**
	 * Computes the result; nothing in it is recorded, and what it makes besides the result is freed. Tensors that `backward` needs are
	 * returned as `saved`: they are freed when it has run.
	 */
	forward(...inputs: I): Tensor | { readonly output: Tensor; readonly saved: readonly Tensor[] };
	/**
	 * One gradient for each input, of that input's shape and type, or null where there is none. If it is written with tensor operations
	 * on the inputs and the arriving gradient, second derivatives work.
	 */
	backward(grad: Tensor, given: CustomBackward): readonly (Tensor | null)[];
}

/**
 * Makes an operation from a function and its derivative.
 *
 * @throws GradientError while gradients go back, if `backward` returns a gradient of the wrong number, shape or type
 * @example
 * const clippedSquare = customOp({
 *   name: "clippedSquare",
 *   forward: (x) => x.square(),
 *   backward: (grad, { inputs: [x] }) => [grad.mul(x.maximum(-1).minimum(1)).mul(2)],
 * });
 */
export function customOp<I extends readonly Tensor[]>(operation: CustomOperation<I>): (...inputs: I) => Tensor {
	const { name } = operation;
	return (...inputs) => {
		for (const input of inputs) expectTensor(input, name);
		commonExecutor(name, inputs);
		const { output, saved } = runForward(operation, inputs);
		if (!isFloating(output.dtype)) return output;
		return record(
			output,
			name,
			inputs,
			(grad, { needs }) => {
				const run = () => operation.backward(grad, { inputs, output, saved, needs });
				// What backward makes on its way is freed, unless it is recorded itself.
				const results = context.recording ? run() : scope(run, { name: `${name} backward` });
				return checkGradients(name, results, inputs, [...inputs, output, ...saved]);
			},
			saved.filter((tensor) => !inputs.includes(tensor) && tensor !== output),
		);
	};
}

function runForward<I extends readonly Tensor[]>(operation: CustomOperation<I>, inputs: I): { output: Tensor; saved: readonly Tensor[] } {
	const returned = scope(() => noGrad(() => operation.forward(...inputs)), { name: operation.name });
	const { output, saved } = returned instanceof Tensor ? { output: returned, saved: [] } : (returned ?? {});
	if (!(output instanceof Tensor)) {
		throw new ArgumentError(`${operation.name}: expected forward to return a Tensor or { output, saved }, received ${typeof returned}.`);
	}
	// An input handed through must not get the history of the result.
	return { output: output.node !== null || output.slot !== null || inputs.includes(output) ? output.detach() : output, saved: saved ?? [] };
}

function checkGradients(
	name: string,
	results: readonly (Tensor | null)[],
	inputs: readonly Tensor[],
	others: readonly Tensor[],
): (Tensor | null)[] {
	if (!Array.isArray(results) || results.length !== inputs.length) {
		const received = Array.isArray(results) ? `${results.length}` : typeof results;
		throw new GradientError(`${name}: expected backward to return ${inputs.length} gradients, one for each input, received ${received}.`);
	}
	const seen = new Set<Tensor>(others);
	return inputs.map((input, i) => {
		const result = results[i] ?? null;
		if (result === null) return null;
		if (!(result instanceof Tensor) || !sameShape(result.shape, input.shape) || result.dtype !== input.dtype) {
			const received = result instanceof Tensor ? `${formatShape(result.shape)} ${result.dtype}` : typeof result;
			throw new GradientError(
				`${name}: backward returned a wrong gradient for input ${i}.\n` +
					`  Expected ${formatShape(input.shape)} ${input.dtype}, as the input, received ${received}.\n` +
					"  Try: sum the gradient over the axes along which the input was stretched.",
			);
		}
		// The tape disposes of gradients one by one, so no two may be the same handle.
		const own = seen.has(result) ? alias(result) : result;
		seen.add(result);
		return own;
	});
}

function alias(x: Tensor): Tensor {
	const copy = x.view(x, x.contiguous);
	if (context.recording) copy.node = x.node;
	return copy;
}
