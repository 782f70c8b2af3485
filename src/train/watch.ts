/** Statistics of layers during one step: how activations look, how far parameters move. For the journal and for diagnosis. */
import { type Formula, formula } from "../kernels/formula.ts";
import type { Module } from "../nn/module.ts";
import { element, range } from "../optim/gradient.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import type { ActivationRecord, LayersEvent, ParameterRecord } from "../runs/events.ts";
import { zeros } from "../tensor/create.ts";
import { scope } from "../tensor/scope.ts";
import { noGrad } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";

/** Follows one step: made before it, asked after it. */
export interface StepWatch {
	/** Call between backward and update: gradients are there, parameters still the old ones. */
	beforeUpdate(): void;
	/** Call after the update. */
	finish(step: number): LayersEvent;
	/** Ends observation if the step was not finished. */
	stop(): void;
}

/** Largest number of values of one tensor that are looked at; larger ones are sampled evenly. */
const SAMPLE_SIZE = 4096;

/** Watches all modules without modules inside them, and all parameters. */
export function watchStep(model: Module, optimizer: Optimizer): StepWatch {
	const activations: ActivationRecord[] = [];
	const modules = [...model.modules()];
	const leaves = modules.filter(([path]) => !modules.some(([other]) => other !== path && isInside(other, path)));
	const stops = leaves.map(([path, module]) =>
		module.observe(({ output }) => {
			if (output instanceof Tensor) activations.push({ path, ...describe(output.dataSync()) });
		}),
	);
	const stop = (): void => {
		for (const end of stops) end();
	};
	let before: { values: Tensor; weights: Float32Array; gradients: Float32Array } | null = null;
	return {
		stop,
		beforeUpdate() {
			const { values, gradients } = optimizer.parameters;
			const copy = noGrad(() => values.clone()).keep();
			before = {
				values: copy,
				weights: sumsByParameter(optimizer, square, [values]),
				gradients: sumsByParameter(optimizer, square, [gradients]),
			};
		},
		finish(step) {
			stop();
			if (before === null) return { kind: "layers", step, activations, parameters: [] };
			const { values, weights, gradients } = before;
			const changes = sumsByParameter(optimizer, squaredChange, [optimizer.parameters.values, values]);
			values.dispose();
			const parameters = optimizer.parameters.ranges.map(({ name }, i) => parameterRecord(name, weights[i], gradients[i], changes[i]));
			return { kind: "layers", step, activations, parameters };
		},
	};
}

const square = formula("square", (x) => x.mul(x));
const squaredChange = formula("squaredChange", (after, before) => after.sub(before).mul(after.sub(before)));

/** Sums of a formula over each parameter's place in tensors that lie as the parameter block does. */
function sumsByParameter({ parameters }: Optimizer, of: Formula, blocks: readonly Tensor[]): Float32Array {
	const { executor, ranges } = parameters;
	return scope(() => {
		const sums = zeros([ranges.length], { executor });
		for (const [i, { start, parameter }] of ranges.entries()) {
			const places = blocks.map((block) => range(block, start, parameter.size));
			executor.kernels.reduce("sum", of, places, element(sums, i), [0]);
		}
		return sums.dataSync() as Float32Array;
	});
}

function isInside(path: string, container: string): boolean {
	return container === "" || path.startsWith(`${container}.`);
}

function describe(values: ArrayLike<number>): Omit<ActivationRecord, "path"> {
	const stride = Math.max(1, Math.floor(values.length / SAMPLE_SIZE));
	let [count, sum, squares, zeros] = [0, 0, 0, 0];
	for (let i = 0; i < values.length; i += stride) {
		const value = values[i];
		count++;
		sum += value;
		squares += value * value;
		if (value === 0) zeros++;
	}
	const mean = sum / Math.max(1, count);
	return { mean, std: Math.sqrt(Math.max(0, squares / Math.max(1, count) - mean * mean)), zeroShare: zeros / Math.max(1, count) };
}

/** From sums of squares. */
function parameterRecord(path: string, weight: number, gradient: number, change: number): ParameterRecord {
	const weightNorm = Math.sqrt(weight);
	const updateRatio = weight === 0 ? 0 : Math.sqrt(change) / weightNorm;
	return { path, weightNorm, gradNorm: Math.sqrt(gradient), updateRatio };
}
