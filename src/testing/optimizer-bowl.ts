/** A small problem that every optimizer must get on with: a quadratic bowl over a matrix and a vector, and a parameter it does not depend on. */
import type { Optimizer } from "../optim/optimizer.ts";
import { backward } from "../tensor/backward.ts";
import { tensor } from "../tensor/create.ts";
import { add, mul, square, sub, sum } from "../tensor/ops/methods.ts";
import { scope } from "../tensor/scope.ts";
import { noGrad } from "../tensor/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { drawValues } from "./conformance.ts";

/** Makes the optimizer under test. */
export type MakeOptimizer = (parameters: Readonly<Record<string, Tensor>>) => Optimizer;

const shapes: Readonly<Record<string, readonly number[]>> = { matrix: [4, 3], vector: [3], idle: [2] };

/** f = ½ Σ c (matrix − t)² + ½ Σ c (vector − t)², c between 0.5 and 2, on the current executor. */
export class Bowl {
	readonly optimizer: Optimizer;
	readonly #parameters: Readonly<Record<string, Tensor>>;

	/** @param from - values to start from. Default: the same for all bowls. */
	constructor(make: MakeOptimizer, from: Readonly<Record<string, ArrayLike<number>>> = startValues()) {
		const made = Object.entries(shapes).map(([name, shape]) => [name, tensor(Float32Array.from(from[name]), { shape })] as const);
		this.#parameters = Object.fromEntries(made);
		this.optimizer = make(this.#parameters);
	}

	/** The loss here. */
	loss(): number {
		return scope(() => noGrad(() => this.#lossTensor().item()));
	}

	/** Takes steps, each in a scope, as a training does. */
	run(steps: number): void {
		const { optimizer } = this;
		const closure = (): number => {
			optimizer.zeroGrad();
			const loss = this.#lossTensor();
			backward(loss);
			return loss.item();
		};
		for (let i = 0; i < steps; i++) scope(() => void optimizer.step(closure));
	}

	/** All values by parameter. */
	values(): Record<string, Float32Array> {
		return Object.fromEntries(Object.entries(this.#parameters).map(([name, x]) => [name, x.dataSync() as Float32Array]));
	}

	/** Whether a parameter has the value, to the bit, from which bowls start. */
	isAtStart(name: string): boolean {
		const start = startValues()[name];
		return this.values()[name].every((value, i) => Object.is(value, start[i]));
	}

	#lossTensor(): Tensor {
		const { matrix, vector } = this.#parameters;
		return mul(add(distance(matrix, 11), distance(vector, 12)), 0.5);
	}
}

function distance(x: Tensor, seed: number): Tensor {
	const { shape } = x;
	const target = tensor(drawValues({ shape, low: -1, high: 1 }, seed), { shape });
	const scales = tensor(drawValues({ shape, low: 0.5, high: 2 }, seed + 10), { shape });
	return sum(mul(scales, square(sub(x, target))));
}

function startValues(): Record<string, Float32Array> {
	return Object.fromEntries(Object.entries(shapes).map(([name, shape], i) => [name, drawValues({ shape, low: -1.5, high: 1.5 }, i + 1)]));
}
