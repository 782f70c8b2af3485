/** Finds where NaN or infinity came from, once a loss has become one. */
import type { Module } from "../nn/module.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { scope } from "../tensor/scope.ts";
import { noGrad } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";

/** The first tensor that is not finite. */
export interface NonFinitePlace {
	/** Such as "the input", "output of 3 (relu)", "gradient of 2.weight in the step before". */
	readonly where: string;
	readonly value: string;
}

/**
 * Looks, in this order, at the input, the gradients of the step before (which the coming backward pass has not yet overwritten) in the
 * order in which they are computed, the parameters, and each module's output in a repeated forward pass.
 */
export function findNonFinite(model: Module, optimizer: Optimizer, x: Tensor): NonFinitePlace {
	const inInput = firstNonFinite(x.dataSync());
	if (inInput !== null) return { where: "the input", value: inInput };
	if (optimizer.stepCount > 0) {
		const gradients = optimizer.parameters.gradients.dataSync();
		for (const { name, parameter, start } of [...optimizer.parameters.ranges].reverse()) {
			const value = firstNonFinite(gradients.subarray(start, start + parameter.size));
			if (value !== null) return { where: `the gradient of ${name} in the step before`, value };
		}
	}
	for (const [path, parameter] of Object.entries(model.parameters())) {
		const value = firstNonFinite(parameter.dataSync());
		if (value !== null) return { where: `the parameter ${path}`, value };
	}
	return inOutputs(model, x) ?? { where: "the loss", value: "not a finite number" };
}

function inOutputs(model: Module, x: Tensor): NonFinitePlace | null {
	let found: NonFinitePlace | null = null;
	const stops = [...model.modules()].map(([path, module]) =>
		module.observe(({ output }) => {
			if (found !== null || !(output instanceof Tensor)) return;
			const value = firstNonFinite(output.dataSync());
			if (value !== null) found = { where: `the output of ${path === "" ? "the model" : path} (${module.describe()})`, value };
		}),
	);
	try {
		scope(() => noGrad(() => void model.forward(x)));
	} finally {
		for (const stop of stops) stop();
	}
	return found;
}

function firstNonFinite(values: ArrayLike<number>): string | null {
	for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return String(values[i]);
	return null;
}
