/** A step of plain gradient descent, enough to move all that a layer learns and counts. */
import type { Shape } from "../../core/shape.ts";
import type { Module } from "../../nn/module.ts";
import { backward } from "../../tensor/backward.ts";
import { mul, sub } from "../../tensor/ops/arithmetic.ts";
import { scope } from "../../tensor/scope.ts";
import { noGrad } from "../../tensor/tape.ts";
import { inputFor, type LayerSubject, outputGradient } from "./subject.ts";

const LEARNING_RATE = 0.05;

/** Forward, backward, and every parameter a little against its gradient, on input number `i`. */
export function trainingStep(layer: Module, subject: LayerSubject, shape: Shape, i: number): void {
	scope(() => {
		const parameters = Object.values(layer.parameters());
		for (const parameter of parameters) parameter.zeroGrad();
		const output = layer.forward(inputFor(subject, shape, i));
		if (output.node === null) return;
		backward(output, { gradient: outputGradient(output) });
		for (const parameter of parameters) {
			const { grad } = parameter;
			if (grad === null) continue;
			const moved = noGrad(() => sub(parameter, mul(grad, LEARNING_RATE)));
			parameter.executor.write(parameter.block, parameter.dtype, parameter.offset, moved.dataSync());
		}
	});
}
