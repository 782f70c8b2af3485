/**
 * Stable sorting of rows in JavaScript over the heap: keys whose unsigned order is the wanted one, sorted by insertion if there are
 * few and by four passes over their bytes if there are many.
 */
import type { Kernels, Operand } from "../../../kernels/contracts.ts";
import { addressOf } from "../block.ts";
import type { Host } from "../host.ts";

/** Rows up to this length are sorted by insertion. */
const SHORT_ROW = 32;

/** See {@link Kernels.sort}. */
export function sort(host: Host): Kernels["sort"] {
	return (x, values, indices, { descending, count }) => {
		const length = x.shape[x.shape.length - 1];
		if (values.size === 0) return;
		const scratch = host.heap.allocate(16 * length);
		const parts = [0, 1, 2, 3].map((part) => new Uint32Array(host.heap.memory.buffer, scratch + 4 * length * part, length));
		const [keys, order, spareKeys, spareOrder] = parts;
		const { i32: words } = host.heap;
		const [source, sorted] = [x, values].map((operand) => elementsOf(host, operand));
		const places = addressOf(indices) / 4;
		const flip = descending ? -1 : 0;
		for (let row = 0; row < x.size / length; row++) {
			const first = row * length;
			for (let i = 0; i < length; i++) {
				keys[i] = keyOf(source[first + i], x.dtype) ^ flip;
				order[i] = i;
			}
			if (length <= SHORT_ROW) sortByInsertion(keys, order);
			else sortByBytes(keys, order, spareKeys, spareOrder);
			for (let i = 0; i < count; i++) {
				sorted[row * count + i] = source[first + order[i]];
				words[places + row * count + i] = order[i];
			}
		}
		host.heap.release(scratch);
	};
}

/** Elements as bits, so that no NaN changes on the way. */
function elementsOf(host: Host, x: Operand): Int32Array | Uint8Array {
	const address = addressOf(x);
	const { i32, u8 } = host.heap;
	return x.dtype === "float32" || x.dtype === "int32"
		? i32.subarray(address / 4, address / 4 + x.size)
		: u8.subarray(address, address + x.size);
}

/** A number whose unsigned order is that of the values: −0 like 0, NaN above all. */
function keyOf(bits: number, dtype: Operand["dtype"]): number {
	if (dtype === "int32") return bits ^ 0x80000000;
	if (dtype !== "float32") return bits;
	const size = bits & 0x7fffffff;
	if (size > 0x7f800000) return -1;
	return bits < 0 && size !== 0 ? ~bits : size | 0x80000000;
}

function sortByInsertion(keys: Uint32Array, order: Uint32Array): void {
	for (let i = 1; i < keys.length; i++) {
		const key = keys[i];
		let j = i;
		for (; j > 0 && keys[j - 1] > key; j--) {
			keys[j] = keys[j - 1];
			order[j] = order[j - 1];
		}
		keys[j] = key;
		order[j] = i;
	}
}

/** Least significant byte first; a byte that all keys share is passed over. The result stands in the first two arrays. */
function sortByBytes(keys: Uint32Array, order: Uint32Array, spareKeys: Uint32Array, spareOrder: Uint32Array): void {
	const counts = new Uint32Array(1024);
	const { length } = keys;
	for (let i = 0; i < length; i++) {
		const key = keys[i];
		counts[key & 255]++;
		counts[256 + ((key >>> 8) & 255)]++;
		counts[512 + ((key >>> 16) & 255)]++;
		counts[768 + (key >>> 24)]++;
	}
	let [fromKeys, fromOrder, toKeys, toOrder] = [keys, order, spareKeys, spareOrder];
	for (let pass = 0; pass < 4; pass++) {
		const shift = 8 * pass;
		const starts = counts.subarray(256 * pass, 256 * pass + 256);
		if (starts[(fromKeys[0] >>> shift) & 255] === length) continue;
		let sum = 0;
		for (let digit = 0; digit < 256; digit++) {
			const here = starts[digit];
			starts[digit] = sum;
			sum += here;
		}
		for (let i = 0; i < length; i++) {
			const key = fromKeys[i];
			const to = starts[(key >>> shift) & 255]++;
			toKeys[to] = key;
			toOrder[to] = fromOrder[i];
		}
		[fromKeys, fromOrder, toKeys, toOrder] = [toKeys, toOrder, fromKeys, fromOrder];
	}
	if (fromOrder !== order) order.set(fromOrder);
}
