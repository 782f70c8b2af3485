/** Checks what every initializer promises. For users' own initializers as for ours; needs no test framework. */
import { GradusError } from "../core/errors.ts";
import { type Moments, momentsOf } from "../core/moments.ts";
import { RandomStream } from "../core/random/index.ts";
import { formatShape, type Shape, sameShape, sizeOf } from "../core/shape.ts";
import { Registry } from "../core/technique.ts";
import { type InitializerLike, toInitializer } from "../nn/init/index.ts";
import type { Initializer, InitializerMaker } from "../nn/init/initializer.ts";
import { scope } from "../tensor/scope.ts";
import { Tensor } from "../tensor/tensor.ts";

/** What `checkInitializer` expects. */
export interface CheckInitializerOptions<O> {
	/** Shapes that it must fill. */
	readonly shapes: readonly Shape[];
	/** Shapes that it must refuse with a `GradusError` that begins with its name. Default none. */
	readonly badShapes?: readonly Shape[];
	/** Options to make it with. Default none. */
	readonly options?: O;
	/** Mean of the values. Default: not checked. */
	readonly mean?: number | ((shape: Shape) => number);
	/** Variance of the values, Σ (x − mean)² / n. Default: not checked. */
	readonly variance?: number | ((shape: Shape) => number);
	/** Bounds that no value leaves. Default: not checked. */
	readonly bounds?: readonly [low: number, high: number] | ((shape: Shape) => readonly [low: number, high: number]);
	/** Whether values depend on the random stream. Default true. */
	readonly isRandom?: boolean;
	/** Values drawn for the statistics of each shape, at least. Default 20,000. */
	readonly sampleCount?: number;
	/** Standard errors that mean and variance may be off. Default 5: chance alone exceeds it once in 1.7 million checks. */
	readonly zLimit?: number;
	/** Seed of the streams. Default 1. */
	readonly seed?: number;
}

/** What was measured for one shape. */
export interface InitializerReport extends Moments {
	readonly shape: Shape;
}

/** An initializer that does not keep a promise. */
export class InitializerMismatchError extends GradusError {
	override name = "InitializerMismatchError";
	/** The initializer's name. */
	readonly initializer: string;
	/** The promise, in a few words. */
	readonly promise: string;

	constructor(initializer: string, promise: string, detail: string) {
		super(`checkInitializer: ${initializer} does not keep a promise: ${promise}.\n  ${detail}`);
		this.initializer = initializer;
		this.promise = promise;
	}
}

/** float32 keeps a constant to this part of its size. */
const FLOAT32_ROUNDING = 2 ** -23;

/**
 * Checks an initializer on the current executor: finite float32 of the shape asked for, a tensor of its own each time, the same bits from the same stream, other
 * values from another stream, mean, variance and bounds as expected, bad shapes refused in its name, the same values when found by name.
 *
 * @throws InitializerMismatchError at the first promise that is not kept; it names it, what was expected and what came
 * @example
 * checkInitializer(heNormal, { shapes: [[64, 100]], badShapes: [[64]], mean: 0, variance: ([, fanIn]) => 2 / fanIn });
 */
export function checkInitializer<O extends object>(maker: InitializerMaker<O>, options: CheckInitializerOptions<O>): InitializerReport[] {
	const check = new Check(maker, options);
	check.refusals();
	return options.shapes.map((shape) => {
		check.values(shape);
		check.byName(shape);
		return { shape, ...check.statistics(shape) };
	});
}

class Check<O extends object> {
	readonly #maker: InitializerMaker<O>;
	readonly #options: CheckInitializerOptions<O>;
	readonly #initialize: Initializer;

	constructor(maker: InitializerMaker<O>, options: CheckInitializerOptions<O>) {
		this.#maker = maker;
		this.#options = options;
		this.#initialize = maker(options.options);
	}

	refusals(): void {
		for (const shape of this.#options.badShapes ?? []) {
			const promise = `it refuses shape ${formatShape(shape)}`;
			let error: unknown = null;
			try {
				scope(() => void this.#initialize(shape, this.#stream("bad")));
			} catch (thrown) {
				error = thrown;
			}
			if (error === null) this.#fail(promise, "Expected a GradusError, received values.");
			if (!(error instanceof GradusError)) this.#fail(promise, `Expected a GradusError, received ${String(error)}.`);
			if (!error.message.startsWith(this.#maker.name)) {
				this.#fail(promise, `Expected a message that begins with "${this.#maker.name}", received "${error.message}".`);
			}
		}
	}

	values(shape: Shape): void {
		const first = this.#draw(shape, "first");
		const unlike = first.findIndex((value) => !Number.isFinite(value));
		if (unlike >= 0) this.#fail("its values are finite", `Expected numbers, received ${first[unlike]} at place ${unlike}.`);
		if (!sameValues(first, this.#draw(shape, "first"))) {
			this.#fail("the same stream gives the same bits", `Two draws of shape ${formatShape(shape)} from equal streams differ.`);
		}
		const isRandom = this.#options.isRandom ?? true;
		if (sizeOf(shape) > 0 && isRandom === sameValues(first, this.#draw(shape, "second"))) {
			const promise = isRandom ? "different streams give different values" : "its values do not depend on the stream";
			this.#fail(promise, `Two draws of shape ${formatShape(shape)} from different streams are ${isRandom ? "equal" : "unequal"}.`);
		}
	}

	byName(shape: Shape): void {
		const registry = new Registry("initializer", [this.#maker as unknown as InitializerMaker<object>]);
		const given: InitializerLike = { [this.#maker.name]: this.#options.options ?? null };
		const found = scope(() => toInitializer(given, registry)(shape, this.#stream("first")).dataSync());
		if (!sameValues(found, this.#draw(shape, "first"))) {
			this.#fail("by its name with options it is the same", `Found as ${JSON.stringify(given)} it gives other values.`);
		}
	}

	statistics(shape: Shape): Moments {
		const { mean, variance, bounds, sampleCount = 20_000, zLimit = 5 } = this.#options;
		if (sizeOf(shape) === 0) return momentsOf([]);
		const drawCount = (this.#options.isRandom ?? true) ? Math.max(1, Math.ceil(sampleCount / sizeOf(shape))) : 1;
		const samples = Array.from({ length: drawCount }, (_, i) => Array.from(this.#draw(shape, "sample", i)));
		const found = momentsOf(samples.flat());
		const expectedMean = at(mean, shape);
		const expectedVariance = at(variance, shape);
		if (expectedMean !== undefined)
			this.#near("mean", shape, { expected: expectedMean, received: found.mean, error: found.meanError, zLimit });
		if (expectedVariance !== undefined) {
			this.#near("variance", shape, { expected: expectedVariance, received: found.variance, error: found.varianceError, zLimit });
		}
		const limits = at(bounds, shape);
		// The bounds as float32 has them.
		if (limits !== undefined && (found.min < Math.fround(limits[0]) || found.max > Math.fround(limits[1]))) {
			this.#fail("its values stay within their bounds", `Expected ${limits[0]} … ${limits[1]}, received ${found.min} … ${found.max}.`);
		}
		return found;
	}

	#near(what: string, shape: Shape, { expected, received, error, zLimit }: Comparison): void {
		const allowed = zLimit * error + FLOAT32_ROUNDING * Math.abs(expected);
		// Written so that NaN fails.
		if (Math.abs(received - expected) <= allowed) return;
		this.#fail(
			`its ${what} is as expected`,
			`Expected ${expected} for shape ${formatShape(shape)}, received ${received}; allowed difference ${allowed.toExponential(2)} (${zLimit} standard errors).`,
		);
	}

	/** Values of one draw; shape and type are checked. */
	#draw(shape: Shape, ...name: (string | number)[]): number[] {
		return scope(() => {
			const drawn: unknown = this.#initialize(shape, this.#stream(...name));
			if (!(drawn instanceof Tensor)) return this.#fail("it returns a tensor", `Received ${typeof drawn}.`);
			if (drawn.dtype !== "float32") this.#fail("its values are float32", `Received ${drawn.dtype}.`);
			if (!sameShape(drawn.shape, shape)) {
				this.#fail("its values have the shape asked for", `Expected ${formatShape(shape)}, received ${formatShape(drawn.shape)}.`);
			}
			return Array.from(drawn.dataSync());
		});
	}

	#stream(...name: (string | number)[]): RandomStream {
		return new RandomStream(this.#options.seed ?? 1, "check initializer", ...name);
	}

	#fail(promise: string, detail: string): never {
		throw new InitializerMismatchError(this.#maker.name, promise, detail);
	}
}

interface Comparison {
	readonly expected: number;
	readonly received: number;
	readonly error: number;
	readonly zLimit: number;
}

function at<T>(given: T | ((shape: Shape) => T) | undefined, shape: Shape): T | undefined {
	return typeof given === "function" ? (given as (shape: Shape) => T)(shape) : given;
}

function sameValues(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
	return a.length === b.length && Array.from(a).every((value, i) => Object.is(value, b[i]));
}
