/** Statistics of layers during one step: how activations look, how far parameters move. For the journal and for diagnosis. */
import type { Module } from "../nn/module.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import type { ActivationRecord, LayersEvent, ParameterRecord } from "../runs/events.ts";
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
const SAMPLE_SIZE = 16_384;

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
	let before: { values: Float32Array; gradients: Float32Array } | null = null;
	return {
		stop,
		beforeUpdate() {
			const { values, gradients } = optimizer.parameters;
			before = { values: values.dataSync() as Float32Array, gradients: gradients.dataSync() as Float32Array };
		},
		finish(step) {
			stop();
			const parameters = before === null ? [] : parameterRecords(optimizer, before.values, before.gradients);
			return { kind: "layers", step, activations, parameters };
		},
	};
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

function parameterRecords(optimizer: Optimizer, before: Float32Array, gradients: Float32Array): ParameterRecord[] {
	const after = optimizer.parameters.values.dataSync() as Float32Array;
	return optimizer.parameters.ranges.map(({ name, parameter, start }) => {
		let [weight, gradient, change] = [0, 0, 0];
		for (let i = start; i < start + parameter.size; i++) {
			weight += before[i] * before[i];
			gradient += gradients[i] * gradients[i];
			change += (after[i] - before[i]) ** 2;
		}
		const weightNorm = Math.sqrt(weight);
		const updateRatio = Math.sqrt(change) / Math.max(weightNorm, Number.MIN_VALUE);
		return { path: name, weightNorm, gradNorm: Math.sqrt(gradient), updateRatio: weight === 0 ? 0 : updateRatio };
	});
}
