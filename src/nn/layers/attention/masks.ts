/** Who may attend to whom: masks of truths, joined to one. */
import { DTypeError, ShapeError } from "../../../core/errors.ts";
import { formatShape } from "../../../core/shape.ts";
import { range } from "../../../tensor/create.ts";
import { ge, logicalAnd } from "../../../tensor/ops/comparison.ts";
import { unsqueeze } from "../../../tensor/ops/views.ts";
import { expectTensor, type Tensor } from "../../../tensor/tensor.ts";

/**
 * Masks of an attention. **True means: may attend.** PyTorch's `nn.MultiheadAttention` means the opposite by its bool masks (true is
 * ignored there); `mask.logicalNot()` turns one into the other.
 */
export interface AttentionMasks {
	/** Truths `[batch, keys]`: which keys are there and not padding. Default all. */
	readonly keyMask?: Tensor;
	/** Truths `[queries, keys]`, `[batch, queries, keys]` or `[batch, heads, queries, keys]`. Default all. */
	readonly mask?: Tensor;
	/** Whether query i sees keys 0 … i only. Default: as the layer was built. */
	readonly causal?: boolean;
}

/** The lengths over which an attention runs. */
export interface AttentionSizes {
	readonly batch: number;
	readonly heads: number;
	readonly queries: number;
	readonly keys: number;
}

/**
 * All masks in one that broadcasts to `[batch, heads, queries, keys]`; null if there is none.
 *
 * @throws ShapeError or DTypeError if one does not fit
 */
export function joinMasks({ keyMask, mask, causal = false }: AttentionMasks, like: Tensor, sizes: AttentionSizes): Tensor | null {
	const { batch, heads, queries, keys } = sizes;
	const parts: Tensor[] = [];
	if (keyMask !== undefined) {
		expectMask("keyMask", keyMask, [["batch", "keys"]], [[batch, keys]]);
		parts.push(unsqueeze(unsqueeze(keyMask, 1), 1));
	}
	if (mask !== undefined) {
		const layouts = [
			["queries", "keys"],
			["batch", "queries", "keys"],
			["batch", "heads", "queries", "keys"],
		];
		expectMask("mask", mask, layouts, [
			[queries, keys],
			[batch, queries, keys],
			[batch, heads, queries, keys],
		]);
		parts.push(mask.rank === 3 ? unsqueeze(mask, 1) : mask);
	}
	if (causal) parts.push(causalMask(queries, keys, like));
	return parts.length === 0 ? null : parts.reduce((joined, part) => logicalAnd(joined, part));
}

/** Truths `[queries, keys]`: key ≤ query. */
export function causalMask(queries: number, keys: number, { executor }: Tensor): Tensor {
	return ge(unsqueeze(range(queries, undefined, { executor }), 1), range(keys, undefined, { executor }));
}

function expectMask(name: string, mask: Tensor, layouts: readonly (readonly string[])[], shapes: readonly (readonly number[])[]): void {
	expectTensor(mask, name);
	if (mask.dtype !== "bool") {
		throw new DTypeError(
			`  Expected ${name} to hold truths (true: may attend), received ${mask.dtype}.\n` +
				"  Try: mask.ne(0) for ones and zeros, mask.eq(0) for a mask of 0 and −∞ that is to be added.",
		);
	}
	const fits = shapes.some((shape) => shape.length === mask.rank && shape.every((length, i) => mask.shape[i] === length));
	if (fits) return;
	const expected = layouts.map((layout, i) => `[${layout.join(", ")}] = ${formatShape(shapes[i])}`).join(" or ");
	throw new ShapeError(`  Expected ${name} ${expected}, received ${formatShape(mask.shape)}.`);
}
