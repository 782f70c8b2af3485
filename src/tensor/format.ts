/** Tensors as text. */
import type { DType, TypedArray } from "../core/dtype.ts";
import type { Shape } from "../core/shape.ts";

/** Axes longer than this show their ends only. */
const LONGEST = 10;
const EDGE = 4;

/** The values in brackets, rows under each other, long axes shortened, then shape and type. */
export function formatTensor(data: TypedArray, shape: Shape, dtype: DType): string {
	const shown = shownIndices(shape);
	const texts = shown.flat.map((index) => formatNumber(data[index], dtype));
	const width = shape.length === 0 ? 0 : Math.max(0, ...texts.map((text) => text.length));
	const lookup = new Map(shown.flat.map((index, i) => [index, texts[i].padStart(width)]));
	const body = render(shape, 0, 0, lookup);
	return `${body}  [${shape.join(", ")}] ${dtype}`;
}

function formatNumber(value: number, dtype: DType): string {
	if (dtype === "bool") return value === 0 ? "false" : "true";
	if (dtype === "int32" || dtype === "uint8" || !Number.isFinite(value)) return String(value);
	const size = Math.abs(value);
	if (size !== 0 && (size < 1e-4 || size >= 1e6)) return value.toExponential(4);
	return value.toFixed(4);
}

function axisIndices(length: number): (number | null)[] {
	if (length <= LONGEST) return Array.from({ length }, (_, i) => i);
	const head = Array.from({ length: EDGE }, (_, i) => i);
	return [...head, null, ...head.map((i) => length - EDGE + i)];
}

function shownIndices(shape: Shape): { flat: number[] } {
	let flat = [0];
	for (const length of shape) {
		const kept = axisIndices(length).filter((i) => i !== null);
		flat = flat.flatMap((base) => kept.map((i) => base * length + i));
	}
	return { flat };
}

function render(shape: Shape, axis: number, base: number, texts: ReadonlyMap<number, string>): string {
	if (axis === shape.length) return texts.get(base) ?? "";
	const length = shape[axis];
	const parts = axisIndices(length).map((i) => (i === null ? "…" : render(shape, axis + 1, base * length + i, texts)));
	const innermost = axis === shape.length - 1;
	const separator = innermost ? ", " : `,${"\n".repeat(shape.length - axis - 1)}${" ".repeat(axis + 1)}`;
	return `[${parts.join(separator)}]`;
}
