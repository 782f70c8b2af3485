/**
 * The one-dimensional transforms of Winograd's convolution F(4, 3): four outputs of a filter of three from six products.
 * Points 0, ±3/4, ±3/2, ∞: all constants are exact in float32 but those of the filter, and the error stays within twice that of
 * direct summation (measured 1.2e-6 of the largest output at 64 channels; with the usual points 0, ±1, ±2 it is 5e-6).
 *
 * With Aᵀ, G, Bᵀ from these points, y = Aᵀ((G w Gᵀ) ∘ (Bᵀ d B))A; the weight's gradient is the adjoint, Gᵀ(Σ (A dy Aᵀ) ∘ (Bᵀ d B))G.
 *
 * @see Lavin & Gray 2015, arXiv:1509.09308; on the choice of points Barabasz et al. 2018, arXiv:1803.10986
 */
import type { LaneArithmetic } from "./lane-arithmetic.ts";

/** Outputs of a tile along one side. */
export const TILE_OUTPUTS = 4;
/** Products of a tile along one side: outputs + 3 − 1. */
export const TILE_SPAN = 6;
/** Products of a tile. */
export const TILE_PRODUCTS = TILE_SPAN ** 2;

const A = 0.75;
const B = 1.5;
const A2 = A * A;
const B2 = B * B;
/** Denominators of the Lagrange polynomials at ±A and at ±B. */
const AT_A = 2 * A2 * (A2 - B2);
const AT_B = 2 * B2 * (B2 - A2);

/** A linear map from a few vectors to a few vectors, lane by lane. */
export type Transform<V> = (inputs: readonly V[]) => V[];

/** A part of a transform: one or two of its results, from the inputs that it asks for by number. Results come in order. */
export type TransformStep<V> = (input: (index: number) => V) => V[];

/** The transforms, written with an arithmetic on vectors. */
export class WinogradTransforms<V> {
	readonly #lanes: LaneArithmetic<V>;

	constructor(lanes: LaneArithmetic<V>) {
		this.#lanes = lanes;
	}

	/** Constants of `image` and `imageGradient`. */
	static readonly imageConstants = [A, B, -A2, -B2, A2 * B2, -(A2 + B2)];
	/** Constants of `outputs` and `gradient`. */
	static readonly outputConstants = [2, 4, 8, A, A2, A ** 3];
	static readonly gradientConstants = [A, B, A2, B2];
	/** Constants of `filter` and `filterGradient`. */
	static readonly filterConstants = [...[1 / (A2 * B2), 1 / AT_A, A / AT_A, A2 / AT_A], ...[1 / AT_B, B / AT_B, B2 / AT_B]];

	/** Bᵀ: six pixels. */
	readonly imageSteps: readonly TransformStep<V>[] = [
		(d) => [this.#add(this.#add(d(4), -(A2 + B2), d(2)), A2 * B2, d(0))],
		(d) => this.#evenOdd(A, this.#add(d(4), -B2, d(2)), this.#add(d(3), -B2, d(1))),
		(d) => this.#evenOdd(B, this.#add(d(4), -A2, d(2)), this.#add(d(3), -A2, d(1))),
		(d) => [this.#add(this.#add(d(5), -(A2 + B2), d(3)), A2 * B2, d(1))],
	];
	readonly image: Transform<V> = (inputs) => this.imageSteps.flatMap((step) => step((index) => inputs[index]));

	/** B: the adjoint of `image`. */
	readonly imageGradient: Transform<V> = ([v0, v1, v2, v3, v4, v5]) => {
		const lanes = this.#lanes;
		const [evenA, oddA] = [lanes.add(v1, v2), lanes.subtract(v1, v2)];
		const [evenB, oddB] = [lanes.add(v3, v4), lanes.subtract(v3, v4)];
		// Odd differences enter with factors A and B; −A · B² = A · (−B²).
		const [scaledA, scaledB] = [this.#times(A, oddA), this.#times(B, oddB)];
		return [
			this.#times(A2 * B2, v0),
			this.#add(this.#add(this.#times(A2 * B2, v5), -B2, scaledA), -A2, scaledB),
			this.#add(this.#add(this.#times(-(A2 + B2), v0), -B2, evenA), -A2, evenB),
			this.#add(lanes.add(scaledA, scaledB), -(A2 + B2), v5),
			lanes.add(v0, lanes.add(evenA, evenB)),
			v5,
		];
	};

	/** Aᵀ: six products to four outputs; uses B = 2 A. */
	readonly outputs: Transform<V> = ([m0, m1, m2, m3, m4, m5]) => {
		const lanes = this.#lanes;
		const [evenA, oddA] = [lanes.add(m1, m2), lanes.subtract(m1, m2)];
		const [evenB, oddB] = [lanes.add(m3, m4), lanes.subtract(m3, m4)];
		return [
			lanes.add(lanes.add(m0, evenA), evenB),
			this.#times(A, this.#add(oddA, 2, oddB)),
			this.#times(A2, this.#add(evenA, 4, evenB)),
			this.#add(m5, A ** 3, this.#add(oddA, 8, oddB)),
		];
	};

	/** A: the adjoint of `outputs`. */
	readonly gradientSteps: readonly TransformStep<V>[] = [
		(y) => [y(0)],
		(y) => this.#evenOdd(A, this.#add(y(0), A2, y(2)), this.#add(y(1), A2, y(3))),
		(y) => this.#evenOdd(B, this.#add(y(0), B2, y(2)), this.#add(y(1), B2, y(3))),
		(y) => [y(3)],
	];
	readonly gradient: Transform<V> = (inputs) => this.gradientSteps.flatMap((step) => step((index) => inputs[index]));

	/** G: three weights. */
	readonly filter: Transform<V> = ([w0, w1, w2]) => {
		const evenA = this.#add(this.#times(1 / AT_A, w0), A2 / AT_A, w2);
		const evenB = this.#add(this.#times(1 / AT_B, w0), B2 / AT_B, w2);
		return [
			this.#times(1 / (A2 * B2), w0),
			this.#add(evenA, A / AT_A, w1),
			this.#subtract(evenA, A / AT_A, w1),
			this.#add(evenB, B / AT_B, w1),
			this.#subtract(evenB, B / AT_B, w1),
			w2,
		];
	};

	/** Gᵀ: the adjoint of `filter`. */
	readonly filterGradient: Transform<V> = ([u0, u1, u2, u3, u4, u5]) => {
		const lanes = this.#lanes;
		const [evenA, oddA] = [lanes.add(u1, u2), lanes.subtract(u1, u2)];
		const [evenB, oddB] = [lanes.add(u3, u4), lanes.subtract(u3, u4)];
		return [
			this.#add(this.#add(this.#times(1 / (A2 * B2), u0), 1 / AT_A, evenA), 1 / AT_B, evenB),
			this.#add(this.#times(A / AT_A, oddA), B / AT_B, oddB),
			this.#add(this.#add(u5, A2 / AT_A, evenA), B2 / AT_B, evenB),
		];
	};

	/** even ± point · odd: a polynomial at a point and at its negative. */
	#evenOdd(point: number, even: V, odd: V): V[] {
		return [this.#add(even, point, odd), this.#subtract(even, point, odd)];
	}

	#times(factor: number, x: V): V {
		return this.#lanes.times(factor, x);
	}

	/** sum + factor · x */
	#add(sum: V, factor: number, x: V): V {
		return this.#lanes.addTimes(sum, factor, x);
	}

	#subtract(sum: V, factor: number, x: V): V {
		return this.#lanes.subtractTimes(sum, factor, x);
	}
}
