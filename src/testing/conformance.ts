/** What the conformance suites share: inputs on any executor, outcomes as numbers, comparisons and the error that says what failed. */
import { isFloating } from "../core/dtype.ts";
import { GradusError } from "../core/errors.ts";
import { type Shape, sizeOf } from "../core/shape.ts";
import type { Executor } from "../kernels/contracts.ts";
import { backward } from "../tensor/backward.ts";
import { withExecutor } from "../tensor/context.ts";
import { type TensorLike, tensor } from "../tensor/create.ts";
import { scope } from "../tensor/scope.ts";
import { enableGrad } from "../tensor/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Something does not do what all things of its kind must. */
export class ConformanceError extends GradusError {
	override name = "ConformanceError";
	/** The operation, activation or loss. */
	readonly subject: string;
	/** What was checked, such as "determinism". */
	readonly check: string;

	constructor(subject: string, check: string, detail: string) {
		super(`${subject} fails the check "${check}".\n  ${detail}`);
		this.subject = subject;
		this.check = check;
	}
}

/** What a conformance suite found. */
export interface ConformanceReport {
	readonly name: string;
	/** The checks that passed, in order. */
	readonly passed: readonly string[];
	/** Numbers compared, derivatives among them. */
	readonly comparedCount: number;
	/** Largest difference between executors, as a part of 1 + |value|. */
	readonly largestError: number;
}

/** An input to be drawn: uniform in low … high, −2 … 2 if not said, the same in every run. */
export interface InputDraw {
	readonly shape: Shape;
	readonly low?: number;
	readonly high?: number;
}

/** An input of an operation: values, a shape to be filled, or a function that makes the tensor on the current executor. */
export type OpInput = TensorLike | InputDraw | (() => Tensor);

/** Values in low … high, none of them round, so that kinks at round numbers are missed. */
export function drawValues({ shape, low = -2, high = 2 }: InputDraw, seed = 1): Float32Array {
	let state = 7919 * (seed + 1);
	return Float32Array.from({ length: sizeOf(shape) }, () => {
		state = (state * 16807 + 12345) % 2147483647;
		return low + ((high - low) * ((state % 9973) + 0.37)) / 9974;
	});
}

/** An input as a tensor on the current executor. */
export function makeInput(input: OpInput, seed = 1): Tensor {
	if (typeof input === "function") return input();
	if (typeof input === "object" && "shape" in input) return tensor(drawValues(input, seed), { shape: input.shape });
	return tensor(input as TensorLike);
}

/** Numbers that came out of a run. */
export interface Outcome {
	readonly what: string;
	readonly shape: Shape;
	readonly values: ArrayLike<number>;
}

/** A function of tensors. */
export type Run = (...inputs: Tensor[]) => Tensor;

/** Result and gradients of a weighted sum of it, on one executor. */
export function outcomesOf(run: Run, inputs: readonly OpInput[], executor: Executor): Outcome[] {
	return withExecutor(executor, () => scope(() => enableGrad(() => runOnce(run, inputs))));
}

function runOnce(run: Run, inputs: readonly OpInput[]): Outcome[] {
	const leaves = inputs.map(makeInput).map((x) => (isFloating(x.dtype) ? x.requireGrad() : x));
	const result = run(...leaves);
	const outcomes = [readOutcome("result", result)];
	if (result.node === null) return outcomes;
	const gradient = tensor(
		Float32Array.from({ length: result.size }, (_, i) => Math.cos(i + 1)),
		{ shape: result.shape, dtype: result.dtype },
	);
	backward(result, { gradient });
	leaves.forEach((leaf, i) => {
		if (leaf.grad === null) return;
		outcomes.push(readOutcome(`gradient of input ${i}`, leaf.grad));
		// Gradients of leaves outlive scopes.
		leaf.grad.dispose();
	});
	return outcomes;
}

function readOutcome(what: string, x: Tensor): Outcome {
	return { what, shape: x.shape, values: x.dataSync() };
}

/** Difference as a part of 1 + |expected|; 0 for equal ones, infinities and NaN among them. */
export function errorOf(received: number, expected: number): number {
	if (Object.is(received, expected) || received === expected) return 0;
	const error = Math.abs(received - expected) / (1 + Math.abs(expected));
	return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}

/** Collects what passed, and stops at the first thing that does not. */
export class Examination {
	readonly name: string;
	readonly #passed: string[] = [];
	#comparedCount = 0;
	#largestError = 0;

	constructor(name: string) {
		this.name = name;
	}

	/** Runs one check; errors of other kinds become conformance errors that name it. */
	check(what: string, run: () => void): void {
		try {
			run();
		} catch (error) {
			if (error instanceof ConformanceError) throw error;
			const failure = new ConformanceError(this.name, what, error instanceof Error ? error.message : String(error));
			failure.cause = error;
			throw failure;
		}
		if (!this.#passed.includes(what)) this.#passed.push(what);
	}

	/** @throws ConformanceError unless all numbers agree to `tolerance` · (1 + |expected|) */
	compare(what: string, received: Outcome, expected: Outcome, tolerance: number): void {
		this.expect(
			received.shape.join() === expected.shape.join(),
			what,
			`${received.what}: expected shape [${expected.shape}], received [${received.shape}].`,
		);
		for (let i = 0; i < expected.values.length; i++) {
			const error = errorOf(received.values[i], expected.values[i]);
			const place = `${received.what}, element ${i} of [${expected.shape}]`;
			this.expect(error <= tolerance, what, `${place}: expected ${expected.values[i]}, received ${received.values[i]}.`);
			this.#largestError = Math.max(this.#largestError, error);
		}
		this.count(expected.values.length);
	}

	/** Notes that numbers were compared elsewhere. */
	count(numbers: number): void {
		this.#comparedCount += numbers;
	}

	/** @throws ConformanceError unless the condition holds */
	expect(condition: boolean, what: string, detail: string): void {
		if (!condition) throw new ConformanceError(this.name, what, detail);
	}

	/** @throws ConformanceError unless `run` throws an error of Gradus */
	refuses(what: string, run: () => unknown): void {
		let thrown: unknown = null;
		try {
			scope(run);
		} catch (error) {
			thrown = error;
		}
		this.expect(thrown !== null, what, "Expected an error, but there was none.");
		const kind = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
		this.expect(thrown instanceof GradusError, what, `Expected an error of Gradus, such as ShapeError, received ${kind}.`);
	}

	/** What was found. */
	report(): ConformanceReport {
		return { name: this.name, passed: this.#passed, comparedCount: this.#comparedCount, largestError: this.#largestError };
	}
}
