/** The same scan made of recorded operations, step by step: slower, but derivatives of derivatives can be taken of it. */
import { gradients } from "../../../tensor/backward.ts";
import { applyFormula } from "../../../tensor/ops/elementwise.ts";
import { stack } from "../../../tensor/ops/join.ts";
import { linear } from "../../../tensor/ops/matmul.ts";
import { narrow, select } from "../../../tensor/ops/slice.ts";
import { reshape } from "../../../tensor/ops/views.ts";
import { type GradientRequest, record, type TapeNode } from "../../../tensor/tape.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import type { Cell } from "./cell.ts";
import type { ScanOptions } from "./scan.ts";

/** Gradients of a scan's inputs that are themselves recorded. */
export function unrolledGradients(
	inputs: readonly Tensor[],
	options: ScanOptions,
	{ grad, request }: { grad: Tensor; request: GradientRequest },
): (Tensor | null)[] {
	// Leaves while the inner gradients are taken, so that these end here; joined to the outer tape afterwards.
	const joints = inputs.map(joint);
	const wanted = joints.filter((_, i) => request.needs(i));
	// All of them, not only those wanted: what is computed from the others must be recorded too, for the derivatives to come.
	for (const { leaf, node } of joints) if (node !== null) leaf.requireGrad();
	const states = unrolled(
		joints.map(({ leaf }) => leaf),
		options,
	);
	const found = gradients(
		states,
		wanted.map(({ leaf }) => leaf),
		{ gradient: grad, createGraph: true },
	);
	for (const { leaf, node } of joints) {
		leaf.slot = null;
		leaf.node = node;
	}
	return joints.map((one) => (wanted.includes(one) ? found[wanted.indexOf(one)] : null));
}

interface Joint {
	readonly leaf: Tensor;
	readonly node: TapeNode | null;
}

function joint(input: Tensor): Joint {
	const leaf = record(input.detach(), "joint", [input], (grad) => [grad]);
	const { node } = leaf;
	leaf.node = null;
	return { leaf, node };
}

/** What `scan` computes. */
export function unrolled(inputs: readonly Tensor[], { cell, reverse, mask }: ScanOptions): Tensor {
	const [projected, weight] = inputs;
	const initial = inputs.slice(2, 2 + cell.stateCount);
	const bias = inputs[2 + cell.stateCount] ?? null;
	const [time] = projected.shape;
	const { nextAlone } = mask === null ? cell.plain : cell.masked;
	const places: (readonly Tensor[])[] = [initial];
	for (let i = 0; i < time; i++) {
		const t = reverse ? time - 1 - i : i;
		const previous = places[i];
		const gates = [select(projected, 0, t), linear(previous[0], weight, bias)].flatMap((x) => gatesOf(x, cell));
		const all = [...gates, ...previous, ...(mask === null ? [] : [reshape(select(mask, 0, t), [mask.shape[1], 1])])];
		places.push(
			nextAlone.map(({ formula, reads }) =>
				applyFormula(
					formula,
					reads.map((r) => all[r]),
				),
			),
		);
	}
	if (reverse) places.reverse();
	return stack(initial.map((_, s) => stack(places.map((states) => states[s]))));
}

function gatesOf(x: Tensor, cell: Cell): Tensor[] {
	const hidden = x.shape[1] / cell.gates.length;
	return cell.gates.map((_, g) => narrow(x, 1, [g * hidden, (g + 1) * hidden]));
}
