/** Sends gradients back along the tape: into leaves (`backward`) or into a list (`gradients`). */
import { ArgumentError, GradientError, ShapeError } from "../core/errors.ts";
import { formatShape, sameShape } from "../core/shape.ts";
import { formula } from "../kernels/formula.ts";
import { context } from "./context.ts";
import { onesLike } from "./create.ts";
import { add } from "./ops/arithmetic.ts";
import { type GradientRequest, noGrad, type TapeNode } from "./tape.ts";
import { allocate, expectTensor, type GradientSlot, type Tensor } from "./tensor.ts";

const sum = formula("accumulate", (a, b) => a.add(b));

/** How far a gradient computation goes. */
export interface BackwardOptions {
	/** dLoss of the root, of its shape; 1 for scalars if left out. */
	readonly gradient?: Tensor;
	/** Keep the tape for another call. Default false. */
	readonly retainGraph?: boolean;
}

/**
 * Adds ∂loss/∂leaf to `leaf.grad` of every leaf that contributed (see `requireGrad`), and frees the tape.
 *
 * @param options.gradient - gradient of the root, for roots that are no scalars
 * @throws GradientError if nothing was recorded, or the tape was used up by an earlier call
 */
export function backward(loss: Tensor, options: BackwardOptions = {}): void {
	expectTensor(loss, "backward");
	const seed = seedFor(loss, options.gradient, "backward");
	noGrad(() => {
		propagate(loss, seed, { retain: options.retainGraph ?? false, wanted: null });
	});
	if (seed !== options.gradient) seed.dispose();
}

/**
 * ∂loss/∂p for each p of `params`, as new tensors; `grad` of leaves is untouched. The parameters may be leaves or results.
 *
 * @param options.createGraph - record the computation, so that gradients of gradients can be taken
 * @throws GradientError if a parameter did not contribute to the loss
 * @example
 * const [dx] = gradients(x.square().sum(), [x]);
 */
export function gradients(loss: Tensor, params: readonly Tensor[], options: BackwardOptions & { createGraph?: boolean } = {}): Tensor[] {
	expectTensor(loss, "gradients");
	const createGraph = options.createGraph ?? false;
	const wanted = new Map<Tensor, Tensor | null>(params.map((param) => [param, null]));
	const seed = seedFor(loss, options.gradient, "gradients");
	const before = context.recording;
	context.recording = createGraph;
	try {
		propagate(loss, seed, { retain: createGraph || (options.retainGraph ?? false), wanted });
	} finally {
		context.recording = before;
	}
	return params.map((param, i) => {
		const found = wanted.get(param) ?? null;
		if (found === null) {
			throw new GradientError(
				`gradients: parameter ${i} of shape ${formatShape(param.shape)} did not contribute to the loss.\n` +
					"  Expected a leaf with requireGrad() or a recorded result from which the loss was computed.",
			);
		}
		return found;
	});
}

/**
 * A function that returns the value of `fn` and its gradients in the arguments.
 *
 * @example
 * const { value, gradients: [dw] } = valueAndGrad((w) => w.square().sum())(tensor([1, 2]));
 */
export function valueAndGrad(fn: (...args: Tensor[]) => Tensor): (...args: Tensor[]) => { value: Tensor; gradients: Tensor[] } {
	return (...args) => {
		const leaves = args.map((arg) => arg.detach().requireGrad());
		const value = fn(...leaves);
		return { value: value.detach(), gradients: gradients(value, leaves) };
	};
}

function seedFor(loss: Tensor, given: Tensor | undefined, where: string): Tensor {
	if (loss.node === null) {
		const leaf = loss.slot !== null ? "is itself a leaf" : "has no history";
		throw new GradientError(
			`${where}: this tensor ${leaf}, so there is nothing to differentiate.\n` +
				"  Expected the result of operations on tensors with requireGrad(), outside noGrad().",
		);
	}
	if (given !== undefined) {
		if (!sameShape(given.shape, loss.shape)) {
			throw new ShapeError(`${where}: the given gradient has shape ${formatShape(given.shape)}, the root ${formatShape(loss.shape)}.`);
		}
		return given;
	}
	if (loss.size !== 1) {
		throw new ArgumentError(
			`${where}: the root has shape ${formatShape(loss.shape)}; expected one element. Try: reduce it with sum() or mean(), or pass { gradient }.`,
		);
	}
	return onesLike(loss);
}

interface Plan {
	readonly retain: boolean;
	/** Tensors whose gradients are collected here; null: leaves collect their own. */
	readonly wanted: Map<Tensor, Tensor | null> | null;
}

/** All recorded nodes behind a tensor, latest first. */
function nodesBehind(root: TapeNode): TapeNode[] {
	const seen = new Set<TapeNode>([root]);
	const nodes = [root];
	for (let i = 0; i < nodes.length; i++) {
		for (const { node } of nodes[i].inputs) {
			if (node === null || seen.has(node)) continue;
			seen.add(node);
			nodes.push(node);
		}
	}
	return nodes.sort((a, b) => b.order - a.order);
}

function propagate(root: Tensor, seed: Tensor, plan: Plan): void {
	const arriving = new Map<TapeNode, Tensor>();
	/** Results among the wanted tensors, by the node that made them. */
	const wantedResults = new Map<TapeNode, Tensor>();
	for (const tensor of plan.wanted?.keys() ?? []) if (tensor.node !== null) wantedResults.set(tensor.node, tensor);
	const rootNode = root.node as TapeNode;
	arriving.set(rootNode, alias(seed));
	for (const node of nodesBehind(rootNode)) {
		const grad = arriving.get(node);
		if (grad === undefined) continue;
		arriving.delete(node);
		const result = wantedResults.get(node);
		if (result !== undefined) plan.wanted?.set(result, alias(grad));
		sendBack(node, grad, arriving, plan);
		if (!context.recording) grad.dispose("when its gradient had been used");
		if (!plan.retain) {
			for (const tensor of node.saved) tensor.dispose("when backward() had used it");
			node.backward = null;
			node.inputs = [];
			node.saved = [];
		}
	}
}

/** Another handle on the same memory, so that each holder can dispose of its own. */
function alias(tensor: Tensor): Tensor {
	const copy = tensor.view(tensor, tensor.contiguous);
	copy.node = context.recording ? tensor.node : null;
	return copy;
}

function sendBack(node: TapeNode, grad: Tensor, arriving: Map<TapeNode, Tensor>, plan: Plan): void {
	const { backward: step, inputs } = node;
	if (step === null) {
		throw new GradientError(
			`The tape behind ${node.name} was used up by an earlier backward() or gradients().\n` +
				"  Try: { retainGraph: true } in the earlier call, or compute the loss again.",
		);
	}
	const request: GradientRequest = {
		needs: (i) => needsGradient(inputs[i], plan),
		into: (i) => destination(inputs, i, plan),
	};
	const results = context.recording ? step(grad, request) : inOwnScope(grad, () => step(grad, request));
	for (let i = 0; i < inputs.length; i++) {
		const result = results[i] ?? null;
		if (result === null || !needsGradient(inputs[i], plan)) continue;
		const input = inputs[i];
		if (input.node === null) deliver(input, result, plan);
		else {
			const sofar = arriving.get(input.node);
			if (sofar === undefined) arriving.set(input.node, result === grad || result.isKept ? alias(result) : result);
			else arriving.set(input.node, accumulate(sofar, result));
			if (sofar === undefined) continue;
		}
		const added = input.node !== null || plan.wanted === null;
		if (added && result !== grad && !result.isKept && !context.recording) {
			result.dispose("when its gradient had been added");
		}
	}
}

/**
 * Runs a backward step and frees at once what it made besides its results. A result that it did not make, or gave twice, is answered by
 * a handle of its own, so that whoever holds the tensor keeps it; the arriving gradient and leaves' own memory stay themselves.
 */
function inOwnScope(grad: Tensor, step: () => readonly (Tensor | null)[]): readonly (Tensor | null)[] {
	const outer = context.scope;
	const own = { name: "backward step", tensors: [] as Tensor[] };
	context.scope = own;
	let results: readonly (Tensor | null)[] = [];
	try {
		results = step();
	} finally {
		context.scope = outer;
		for (const tensor of own.tensors) {
			if (results.includes(tensor)) tensor.adopt();
			else if (!tensor.isKept) tensor.dispose("when its backward step had ended");
		}
	}
	return results.map((result, i) => {
		if (result === null || result === grad || result.isKept) return result;
		return own.tensors.includes(result) && results.indexOf(result) === i ? result : alias(result);
	});
}

function needsGradient(input: Tensor, plan: Plan): boolean {
	if (input.node !== null) return true;
	return plan.wanted === null ? input.slot !== null : plan.wanted.has(input);
}

/** An empty slot of a leaf, when the leaf stands only once among the inputs. */
function destination(inputs: readonly Tensor[], i: number, plan: Plan): Tensor | null {
	const input = inputs[i];
	const { slot } = input;
	if (plan.wanted !== null || input.node !== null || slot === null) return null;
	const place = placeOf(input, slot);
	if (slot.filled) return null;
	for (let j = 0; j < inputs.length; j++) if (j !== i && inputs[j] === input) return null;
	return place;
}

/** The memory of a leaf's gradient, made at first need and after a user has disposed of it. */
function placeOf(leaf: Tensor, slot: GradientSlot): Tensor {
	if (slot.tensor === null || slot.tensor.isDisposed) {
		slot.tensor = slot.make?.() ?? allocate(leaf.executor, leaf.dtype, leaf.shape).keep();
		slot.filled = false;
	}
	return slot.tensor;
}

/** A gradient has come to a leaf. */
function deliver(leaf: Tensor, grad: Tensor, plan: Plan): void {
	if (plan.wanted !== null) {
		const sofar = plan.wanted.get(leaf);
		if (sofar === undefined) return;
		plan.wanted.set(leaf, sofar === null ? alias(grad) : add(sofar, grad));
		return;
	}
	const { slot } = leaf;
	if (slot === null) return;
	const place = placeOf(leaf, slot);
	if (slot.filled) leaf.executor.kernels.map(sum, [place, grad], [place]);
	else if (place !== grad) leaf.executor.kernels.copy(grad, place);
	slot.filled = true;
}

/** The sum of two gradients that met; in place where nobody else looks at the first. */
function accumulate(sofar: Tensor, more: Tensor): Tensor {
	if (!context.recording && sofar.storage.references === 1 && sofar.contiguous) {
		sofar.executor.kernels.map(sum, [sofar, more], [sofar]);
		return sofar;
	}
	const total = add(sofar, more);
	if (!context.recording) sofar.dispose("when gradients had been added");
	return total;
}
