/**
 * Matrix products to test machine code with: drawn layouts between NaNs, a float64 loop, and comparison of all engines with WebAssembly.
 */
import { expect } from "vitest";
import type { Operand } from "../../../kernels/contracts.ts";
import type { Host } from "../../wasm/host.ts";
import { free, numbers, operand, read } from "../../wasm/kernels/contraction-testing.ts";
import {
	type Engine,
	FENCE,
	FENCE_SEED,
	fenced,
	firstDifference,
	lastInMemory,
	type MachineEngine,
	machineEngines,
	wasmEngine,
} from "./machine-testing.ts";

/** How the matrices of one side lie in memory. What lies between their elements is NaN. */
export interface Layout {
	/** Columns are adjacent elements, not rows. */
	readonly transposed?: boolean;
	/** Elements between the end of a line and the beginning of the next. */
	readonly gap?: number;
	/** Elements before the first; blocks begin at cache lines. */
	readonly offset?: number;
	/** The same matrix for the whole batch. */
	readonly shared?: boolean;
	/** The same line, of those that lie apart, for all. */
	readonly repeated?: boolean;
	/** Lines that lie apart come in reverse; adjacent elements do. */
	readonly linesFlipped?: boolean;
	readonly elementsFlipped?: boolean;
}

/** A product of matrices of numbers in −1 … 1. */
export interface Case {
	readonly batch?: number;
	readonly m: number;
	readonly n: number;
	readonly k: number;
	readonly a?: Layout;
	readonly b?: Layout;
	readonly adds?: "nothing" | "bias" | "itself" | "both";
	/** Elements of C, and of the bias, before the first. */
	readonly offset?: number;
	/** Factor of A's numbers. */
	readonly scale?: number;
	/** Values put into A and B at these places, counted in their elements and wrapped around. */
	readonly special?: readonly { readonly side: "a" | "b"; readonly at: number; readonly value: number }[];
}

interface View {
	readonly strides: readonly [number, number, number];
	readonly offset: number;
	/** Elements of the block. */
	readonly length: number;
}

function viewOf([batch, rows, columns]: readonly [number, number, number], layout: Layout): View {
	const {
		transposed = false,
		gap = 0,
		offset = 0,
		shared = false,
		repeated = false,
		linesFlipped = false,
		elementsFlipped = false,
	} = layout;
	const [lines, elements] = transposed ? [columns, rows] : [rows, columns];
	const pitch = repeated ? 0 : elements + gap;
	const matrix = repeated ? elements + gap : lines * pitch;
	const line = linesFlipped ? -pitch : pitch;
	const element = elementsFlipped ? -1 : 1;
	return {
		strides: [shared ? 0 : matrix, ...(transposed ? ([element, line] as const) : ([line, element] as const))],
		offset: offset + (linesFlipped ? (lines - 1) * pitch : 0) + (elementsFlipped ? elements - 1 : 0),
		length: offset + (shared ? 1 : batch) * matrix + 1,
	};
}

/** A side's matrices in a block of NaN. */
class Side {
	readonly shape: readonly [number, number, number];
	readonly view: View;
	readonly values: Float32Array;

	constructor(
		shape: readonly [number, number, number],
		{ layout = {}, seed, scale = 1 }: { layout?: Layout; seed: number; scale?: number },
	) {
		this.shape = shape;
		this.view = viewOf(shape, layout);
		this.values = new Float32Array(this.view.length).fill(Number.NaN);
		const source = numbers(shape[0] * shape[1] * shape[2], seed);
		let at = 0;
		this.each((place) => {
			this.values[place] = scale * source[at++];
		});
	}

	/** Visits the places of all elements. */
	each(visit: (place: number) => void): void {
		const [batch, rows, columns] = this.shape;
		for (let t = 0; t < batch; t++) for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) visit(this.place(t, i, j));
	}

	place(t: number, i: number, j: number): number {
		const [batch, row, column] = this.view.strides;
		return this.view.offset + t * batch + i * row + j * column;
	}

	put(at: number, value: number): void {
		const [batch, rows, columns] = this.shape;
		const t = Math.floor(at / (rows * columns)) % batch;
		this.values[this.place(t, Math.floor(at / columns) % rows, at % columns)] = value;
	}

	on(host: Host): Operand {
		const { strides, offset } = this.view;
		return operand(host, this.shape, { values: this.values, strides, offset, length: this.values.length });
	}

	/** The same, its last element the last in memory. */
	lastOn(host: Host, of: Operand): Operand {
		let last = 0;
		this.each((place) => {
			last = Math.max(last, place);
		});
		return lastInMemory(host, of, this.values.subarray(0, last + 1));
	}
}

/** A case with its numbers. */
export class Product {
	readonly test: Required<Pick<Case, "batch" | "m" | "n" | "k" | "adds" | "offset">>;
	readonly a: Side;
	readonly b: Side;
	readonly bias: Float32Array | null;

	constructor(test: Case) {
		const { batch = 1, m, n, k, adds = "nothing", offset = 0, scale } = test;
		this.test = { batch, m, n, k, adds, offset };
		this.a = new Side([batch, m, k], { layout: test.a, seed: 1, scale });
		this.b = new Side([batch, k, n], { layout: test.b, seed: 2 });
		this.bias = adds === "bias" || adds === "both" ? numbers(n, 3) : null;
		for (const { side, at, value } of test.special ?? []) this[side].put(at, value);
	}

	get accumulates(): boolean {
		return this.test.adds === "itself" || this.test.adds === "both";
	}

	/** C by an engine, with one side `last` in memory if that is asked for; fails if it wrote elsewhere. */
	by({ name, host, kernels }: Engine, { last }: { last?: "a" | "b" } = {}): Float32Array {
		const { batch, m, n, offset } = this.test;
		const [a, b] = [this.a.on(host), this.b.on(host)];
		const bias = this.bias === null ? null : operand(host, [n], { values: this.bias, offset: 0, length: n });
		const { out, whole, intact } = fenced(host, [batch, m, n], { offset });
		const [left, right] = [last === "a" ? this.a.lastOn(host, a) : a, last === "b" ? this.b.lastOn(host, b) : b];
		kernels.matmul(left, right, out, { bias, activation: null, accumulate: this.accumulates });
		const values = read(out);
		expect(intact(), `${name} wrote beside its output`).toBe(true);
		free(a, b, whole, ...(bias === null ? [] : [bias]));
		return values;
	}

	/** What C held, and a float64 loop with the sum of magnitudes beside each sum. */
	sums(start: Float32Array): { sums: Float64Array; magnitudes: Float64Array } {
		const { batch, m, n, k } = this.test;
		const [sums, magnitudes] = [new Float64Array(batch * m * n), new Float64Array(batch * m * n)];
		const right = this.b.values;
		for (let t = 0; t < batch; t++) {
			for (let i = 0; i < m; i++) {
				const row = (t * m + i) * n;
				for (let j = 0; j < n; j++) {
					const [before, bias] = [this.accumulates ? start[row + j] : 0, this.bias?.[j] ?? 0];
					sums[row + j] = before + bias;
					magnitudes[row + j] = Math.abs(before) + Math.abs(bias);
				}
				for (let p = 0; p < k; p++) {
					const left = this.a.values[this.a.place(t, i, p)];
					const [first, step] = [this.b.place(t, p, 0), this.b.view.strides[2]];
					for (let j = 0; j < n; j++) {
						const term = left * right[first + j * step];
						sums[row + j] += term;
						magnitudes[row + j] += Math.abs(term);
					}
				}
			}
		}
		return { sums, magnitudes };
	}

	/** Where C is not as near to the float64 loop as sums in float32 of any order are, or null. */
	distance(actual: Float32Array, start: Float32Array): string | null {
		const { sums, magnitudes } = this.sums(start);
		// Each of k multiply-adds and of the few additions of pieces, bias and C rounds once: Higham 2002, (3.5), u = 2⁻²⁴.
		const terms = this.test.k + 8;
		const bound = (terms * 2 ** -24) / (1 - terms * 2 ** -24);
		// What roundings of subnormal numbers lose, whatever their size.
		const smallest = terms * 2 ** -150;
		for (let i = 0; i < sums.length; i++) {
			const [value, sum] = [actual[i], sums[i]];
			const same = Number.isFinite(sum) ? Math.abs(value - sum) <= bound * magnitudes[i] + smallest : Object.is(value, sum);
			if (!same) return `element ${i} is ${value}, in float64 ${sum}`;
		}
		return null;
	}
}

/** What a fenced output of this case holds at first. */
function startOf({ batch, m, n, offset }: Product["test"]): Float32Array {
	const from = FENCE + offset;
	return numbers(from + batch * m * n, FENCE_SEED).subarray(from);
}

/** Compares products by machine code with those of WebAssembly to the bit, and these with a float64 loop. */
export class ProductChecks {
	readonly wasm: Engine = wasmEngine();
	readonly engines: readonly MachineEngine[] = machineEngines();

	check(test: Case): void {
		const product = new Product(test);
		const expected = product.by(this.wasm);
		const title = JSON.stringify(test);
		expect(product.distance(expected, startOf(product.test)), `wasm and a float64 loop: ${title}`).toBeNull();
		for (const engine of this.engines) expect(firstDifference(product.by(engine), expected), `${engine.name}: ${title}`).toBeNull();
	}

	/** Checks cases of which each needs a new kernel that copies A. */
	checkCopying(cases: readonly Case[]): void {
		for (const test of cases) {
			const before = this.engines.map(({ copyKernelCount }) => copyKernelCount());
			this.checkOwn([test]);
			for (const [i, { copyKernelCount }] of this.engines.entries()) {
				expect(copyKernelCount(), `copies of A: ${JSON.stringify(test)}`).toBeGreaterThan(before[i]);
			}
		}
	}

	/** Checks cases of which none may be left to WebAssembly. */
	checkOwn(cases: readonly Case[]): void {
		const lefts = (): number[] => this.engines.map(({ left }) => left.products);
		const before = lefts();
		for (const test of cases) {
			this.check(test);
			expect(lefts(), JSON.stringify(test)).toEqual(before);
		}
	}
}

/** Layouts of both sides with and without transposition. */
export const transpositions = [
	{},
	{ b: { transposed: true } },
	{ a: { transposed: true } },
	{ a: { transposed: true }, b: { transposed: true } },
] satisfies Partial<Case>[];
