/** For tests of kernels that take any strides: drawn shapes, element types and views, on a WASM host and on the reference at once. */
import fc from "fast-check";
import type { DType } from "../../../core/dtype.ts";
import type { Host } from "../host.ts";
import { type Twin, twin, viewAs } from "./fixture.ts";

/** How an array of a known shape lies in a block. */
export interface DrawnView {
	readonly strides: readonly number[];
	readonly offset: number;
	/** Elements of the block. */
	readonly length: number;
}

/** Shapes of up to six axes, empty ones and single elements among them; now and then an axis of several vectors. */
export const shapes: fc.Arbitrary<number[]> = fc
	.array(fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 4 }) }, { weight: 2, arbitrary: fc.integer({ min: 0, max: 23 }) }), {
		maxLength: 6,
	})
	.filter((shape) => shape.reduce((size, length) => size * length, 1) <= 3000);

/** The element types of the WASM heap. */
export const elementTypes: fc.Arbitrary<DType> = fc.constantFrom("float32", "int32", "uint8", "bool");

/**
 * Views of a shape: axes in any order in memory, with gaps, flipped, behind a few elements; `stretched` axes have stride 0.
 */
export function viewsOf(shape: readonly number[], options: { stretched: boolean }): fc.Arbitrary<DrawnView> {
	const flags = fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length });
	const axes = fc.shuffledSubarray([...shape.keys()], { minLength: shape.length });
	const plain = fc.constant([...shape.keys()]);
	const none = fc.constant(shape.map(() => false));
	return fc
		.record({
			order: fc.oneof(plain, axes),
			gapped: fc.oneof(none, flags),
			flipped: fc.oneof(none, flags),
			stretched: options.stretched ? fc.oneof(none, flags) : none,
			lead: fc.integer({ min: 0, max: 5 }),
		})
		.map(({ order, gapped, flipped, stretched, lead }) => {
			const strides = new Array<number>(shape.length);
			let step = 1;
			let offset = lead;
			let last = lead;
			for (const axis of [...order].reverse()) {
				const length = Math.max(1, shape[axis]);
				const stride = stretched[axis] ? 0 : gapped[axis] ? 2 * step : step;
				if (!stretched[axis]) step = stride * length;
				last += (length - 1) * stride;
				if (flipped[axis]) offset += (length - 1) * stride;
				strides[axis] = flipped[axis] ? -stride : stride;
			}
			return { strides, offset, length: last + 6 };
		});
}

/** Values that a type holds and of which sums and products are exact: whole numbers and quarters, some special ones. `wide` adds large int32. */
export function someValues(dtype: DType, count: number, { seed, wide = false }: { seed: number; wide?: boolean }): number[] {
	const special = dtype === "float32" ? [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0] : [];
	let state = seed;
	return Array.from({ length: count }, () => {
		state = (Math.imul(state, 1664525) + 1013904223) | 0;
		const word = state >>> 12;
		if (dtype === "bool") return word & 1;
		if (dtype === "uint8") return word & 255;
		if (dtype === "int32") return wide && word % 5 === 0 ? state : (word % 2001) - 1000;
		return word % 37 < special.length ? special[word % 37] : (word % 801) / 4 - 100;
	});
}

/** A block with values, and a view in it: `whole` shows what a kernel did outside the view too. */
export function viewIn(
	host: Host,
	what: { dtype: DType; shape: readonly number[]; view: DrawnView; seed: number; wide?: boolean },
): { whole: Twin; view: Twin } {
	const { dtype, shape, view, seed, wide } = what;
	const whole = twin(host, dtype, [view.length], someValues(dtype, view.length, { seed, wide }));
	const seen = (x: Twin["wasm"]) => viewAs(x, shape, view.strides, view.offset);
	return { whole, view: { wasm: seen(whole.wasm), reference: seen(whole.reference) } };
}
