/**
 * What L-BFGS remembers: pairs of steps and gradient differences, on the host. They are stored as float32, as parameters and gradients are, so
 * that a saved state holds all bits; sums are formed in float64.
 */
import { ArgumentError } from "../../core/errors.ts";

/** Pairs with a smaller product have no usable curvature. */
const LEAST_CURVATURE = 1e-10;

/** Numbers that go with the history. */
export interface HistoryNumbers {
	/** Pairs kept. */
	readonly pairCount: number;
	/** Length of the latest step along its direction. */
	readonly stepLength: number;
	/** The first estimate of the inverse second derivative: this times the identity. */
	readonly scale: number;
}

/** Pairs of steps and gradient differences, the oldest first. */
export class CurvatureHistory {
	/** Elements of a vector. */
	readonly length: number;
	readonly #size: number;
	#pairs: { readonly step: Float32Array; readonly change: Float32Array }[] = [];
	#direction: Float32Array;
	#gradient: Float32Array;

	constructor(length: number, size: number) {
		this.length = length;
		this.#size = size;
		this.#direction = new Float32Array(length);
		this.#gradient = new Float32Array(length);
	}

	/** Takes up the latest step and what it did to the gradient, unless the curvature along it is not positive. */
	learn(gradient: Float64Array, { stepLength, scale }: HistoryNumbers): { pairCount: number; scale: number } {
		const change = Float32Array.from(gradient, (g, i) => g - this.#gradient[i]);
		const step = this.#direction.map((d) => d * stepLength);
		const curvature = dot(change, step);
		if (curvature <= LEAST_CURVATURE) return { pairCount: this.#pairs.length, scale };
		if (this.#pairs.length === this.#size) this.#pairs.shift();
		this.#pairs.push({ step, change });
		return { pairCount: this.#pairs.length, scale: curvature / dot(change, change) };
	}

	/** −H g by the two loops of Nocedal & Wright 2006, algorithm 7.4. */
	direction(gradient: Float64Array, { scale }: HistoryNumbers): Float64Array {
		const result = negated(gradient);
		const weights = this.#pairs.map(({ step, change }) => 1 / dot(change, step));
		const shares = new Float64Array(this.#pairs.length);
		for (let k = shares.length - 1; k >= 0; k--) {
			shares[k] = dot(this.#pairs[k].step, result) * weights[k];
			addTo(result, this.#pairs[k].change, -shares[k]);
		}
		for (let i = 0; i < result.length; i++) result[i] *= scale;
		for (let k = 0; k < shares.length; k++) {
			addTo(result, this.#pairs[k].step, shares[k] - dot(this.#pairs[k].change, result) * weights[k]);
		}
		return result;
	}

	/** Notes the direction that is taken and the gradient before it; returns the direction as it is kept. */
	follow(direction: Float64Array, gradient: Float64Array): Float64Array {
		this.#direction = Float32Array.from(direction);
		this.#gradient = Float32Array.from(gradient);
		return Float64Array.from(this.#direction);
	}

	/** Vectors by name. */
	state(): Record<string, Float32Array> {
		const all = (key: "step" | "change"): Float32Array => {
			const joined = new Float32Array(this.#pairs.length * this.length);
			this.#pairs.forEach((pair, k) => {
				joined.set(pair[key], k * this.length);
			});
			return joined;
		};
		return { direction: this.#direction.slice(), gradient: this.#gradient.slice(), steps: all("step"), changes: all("change") };
	}

	/**
	 * Takes up saved vectors.
	 *
	 * @returns pairs kept: a shorter history than when it was saved keeps the latest
	 * @throws ArgumentError if lengths do not fit
	 */
	load(saved: Readonly<Record<string, Float32Array>>, pairCount: number): number {
		const { direction, gradient, steps, changes } = saved;
		const expected = [this.length, this.length, pairCount * this.length, pairCount * this.length];
		const received = [direction, gradient, steps, changes].map((vector) => vector?.length);
		if (expected.join() !== received.join()) {
			throw new ArgumentError(`lbfgs: the saved state has vectors of ${received.join(", ")} elements; expected ${expected.join(", ")}.`);
		}
		this.#direction = direction.slice();
		this.#gradient = gradient.slice();
		const part = (all: Float32Array, k: number): Float32Array => all.slice(k * this.length, (k + 1) * this.length);
		this.#pairs = Array.from({ length: pairCount }, (_, k) => ({ step: part(steps, k), change: part(changes, k) })).slice(-this.#size);
		return this.#pairs.length;
	}
}

/** Σ a b. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
	let total = 0;
	for (let i = 0; i < a.length; i++) total += a[i] * b[i];
	return total;
}

/** The largest absolute value. */
export function largest(x: ArrayLike<number>): number {
	let most = 0;
	for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(x[i]));
	return most;
}

/** −x. */
export function negated(x: Float64Array): Float64Array {
	return x.map((value) => -value);
}

function addTo(target: Float64Array, x: ArrayLike<number>, factor: number): void {
	for (let i = 0; i < target.length; i++) target[i] += factor * x[i];
}
