/** Tensors as text. */
import type { DType, TypedArray } from "../core/dtype.ts";
import type { Shape } from "../core/shape.ts";

/** Elements shown of each end of a long axis, at most. */
const LONGEST_EDGE = 4;
/** Where that many elements would be shown, the ends are cut shorter. */
const MOST_SHOWN = 1000;

/** The values in brackets, rows under each other, long axes shortened, then shape and type. */
export function formatTensor(data: TypedArray, shape: Shape, dtype: DType): string {
	const edge = edgeFor(shape);
	const places = shownPlaces(shape, edge);
	const texts = places.map((place) => formatNumber(data[place], dtype));
	const width = shape.length === 0 ? 0 : texts.reduce((most, text) => Math.max(most, text.length), 0);
	const lookup = new Map(places.map((place, i) => [place, texts[i].padStart(width)]));
	const body = render({ shape, edge, texts: lookup }, 0, 0);
	return `${body}  [${shape.join(", ")}] ${dtype}`;
}

function edgeFor(shape: Shape): number {
	for (let edge = LONGEST_EDGE; edge > 1; edge--) {
		const shown = shape.reduce((count, length) => count * (isLong(length, edge) ? 2 * edge : length), 1);
		if (shown <= MOST_SHOWN) return edge;
	}
	return 1;
}

/** One element left out would save no room. */
function isLong(length: number, edge: number): boolean {
	return length > 2 * edge + 2;
}

function formatNumber(value: number, dtype: DType): string {
	if (dtype === "bool") return value === 0 ? "false" : "true";
	if (dtype === "int32" || dtype === "uint8" || !Number.isFinite(value)) return String(value);
	const size = Math.abs(value);
	if (size !== 0 && (size < 1e-4 || size >= 1e6)) return value.toExponential(4);
	return value.toFixed(4);
}

/** Indices along an axis; null stands for those left out. */
function axisIndices(length: number, edge: number): (number | null)[] {
	if (!isLong(length, edge)) return Array.from({ length }, (_, i) => i);
	const head = Array.from({ length: edge }, (_, i) => i);
	return [...head, null, ...head.map((i) => length - edge + i)];
}

function shownPlaces(shape: Shape, edge: number): number[] {
	let places = [0];
	for (const length of shape) {
		const kept = axisIndices(length, edge).filter((i) => i !== null);
		places = places.flatMap((base) => kept.map((i) => base * length + i));
	}
	return places;
}

interface Shown {
	readonly shape: Shape;
	readonly edge: number;
	/** By place in row-major order. */
	readonly texts: ReadonlyMap<number, string>;
}

function render(shown: Shown, axis: number, base: number): string {
	const { shape, edge, texts } = shown;
	if (axis === shape.length) return texts.get(base) ?? "";
	const length = shape[axis];
	const parts = axisIndices(length, edge).map((i) => (i === null ? "…" : render(shown, axis + 1, base * length + i)));
	const innermost = axis === shape.length - 1;
	const separator = innermost ? ", " : `,${"\n".repeat(shape.length - axis - 1)}${" ".repeat(axis + 1)}`;
	return `[${parts.join(separator)}]`;
}
