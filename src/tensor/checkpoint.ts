/** Gradient checkpointing: memory for time. */
import { ArgumentError, GradientError } from "../core/errors.ts";
import { RandomStream } from "../core/random/index.ts";
import { gradients } from "./backward.ts";
import { context } from "./context.ts";
import { scope } from "./scope.ts";
import { enableGrad, type GradientRequest, record } from "./tape.ts";
import { expectTensor, Tensor } from "./tensor.ts";

/** Options of `checkpoint`. */
export interface CheckpointOptions {
	/** A stream that `fn` draws from: it is handed to `fn` after the inputs, at the same place both times. */
	readonly stream?: RandomStream;
}

/**
 * fn(...inputs), keeping only the inputs for the derivative: what `fn` makes on its way is freed at once and computed again when
 * gradients go back. The memory of a chain of such segments is that of its joints and of one segment.
 *
 * Parameters that `fn` uses from outside get their gradients as usual; other tensors with history must come in as inputs. `fn` runs twice,
 * so it must not change anything. Chance must come from `options.stream`, which is given to `fn` as last argument.
 *
 * @throws ArgumentError if `fn` uses a recorded result from outside that is not among the inputs
 * @see Chen et al. 2016, arXiv:1604.06174
 * @example
 * const h = checkpoint((x, stream) => x.linear(w).relu().dropout({ stream }), [x], { stream });
 */
export function checkpoint<const I extends readonly Tensor[]>(
	fn: (...args: [...I, RandomStream]) => Tensor,
	inputs: I,
	options: { readonly stream: RandomStream },
): Tensor;
export function checkpoint<const I extends readonly Tensor[]>(
	fn: (...args: [...I]) => Tensor,
	inputs: I,
	options?: CheckpointOptions,
): Tensor;
export function checkpoint(fn: (...args: never) => Tensor, inputs: readonly Tensor[], options: CheckpointOptions = {}): Tensor {
	for (const input of inputs) expectTensor(input, "checkpoint");
	const { stream } = options;
	const run = fn as unknown as (...args: (Tensor | RandomStream)[]) => Tensor;
	const call = (args: readonly Tensor[], source = stream): Tensor => expectResult(run(...args, ...(source === undefined ? [] : [source])));
	if (!context.recording) return call(inputs);
	const state = stream?.state();
	const { output, outside } = scope(() => trace(inputs, call), { name: "checkpoint" });
	const all = [...inputs, ...outside];
	return record(output, "checkpoint", all, (grad, request) => {
		if (context.recording) {
			throw new GradientError("checkpoint: a checkpointed segment has no second derivatives. Try: createGraph without checkpoint.");
		}
		const again = state === undefined ? undefined : RandomStream.fromState(state);
		return scope(() => recompute(all, inputs.length, (args) => call(args, again), { grad, request }), { name: "checkpoint" });
	});
}

/** The result without history, and the leaves from outside that took part. */
function trace(inputs: readonly Tensor[], call: (args: readonly Tensor[]) => Tensor): { output: Tensor; outside: Tensor[] } {
	const own = asLeaves(inputs, (i) => inputs[i].requiresGrad);
	const result = call(own);
	const outside = leavesBehind(result).filter((leaf) => !own.includes(leaf));
	return { output: result.detach(), outside };
}

function asLeaves(inputs: readonly Tensor[], wants: (i: number) => boolean): Tensor[] {
	return inputs.map((input, i) => (wants(i) ? input.detach().requireGrad() : input.detach()));
}

/** Gradients of inputs and of leaves from outside, by running the segment again with its tape. */
function recompute(
	all: readonly Tensor[],
	inputCount: number,
	call: (args: readonly Tensor[]) => Tensor,
	{ grad, request }: { grad: Tensor; request: GradientRequest },
): (Tensor | null)[] {
	const own = asLeaves(all.slice(0, inputCount), request.needs);
	const result = enableGrad(() => call(own));
	const leaves = [...own, ...all.slice(inputCount)];
	// A segment that hands an input through has no tape of its own.
	if (result.node === null) return leaves.map((leaf) => (leaf === result ? grad : null));
	const found = leavesBehind(result);
	const wanted = leaves.filter((leaf, i) => request.needs(i) && found.includes(leaf));
	if (wanted.length === 0) return all.map(() => null);
	const results = gradients(result, wanted, { gradient: grad });
	return leaves.map((leaf) => (wanted.includes(leaf) ? results[wanted.indexOf(leaf)] : null));
}

/** All leaves from which a result was computed within the open scope. */
function leavesBehind(result: Tensor): Tensor[] {
	const made = new Set(context.scope?.tensors);
	const seen = new Set<Tensor>([result]);
	const leaves: Tensor[] = [];
	for (const tensor of seen) {
		if (tensor.node === null) {
			if (tensor.slot !== null) leaves.push(tensor);
			continue;
		}
		if (!made.has(tensor)) {
			throw new ArgumentError(
				`checkpoint: the function uses a result of ${tensor.node.name} that was computed outside it.\n` +
					"  Expected such tensors among the inputs, so that their gradients go on.\n  Try: checkpoint((x, other) => …, [x, other]).",
			);
		}
		for (const input of tensor.node.inputs) seen.add(input);
	}
	return leaves;
}

function expectResult(result: unknown): Tensor {
	if (result instanceof Tensor) return result;
	throw new ArgumentError(`checkpoint: expected the function to return a Tensor, received ${typeof result}.`);
}
