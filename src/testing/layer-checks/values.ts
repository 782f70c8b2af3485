/** Checks of what a layer computes: on every executor, and its derivatives. */
import type { TypedArray } from "../../core/dtype.ts";
import { isFloating } from "../../core/dtype.ts";
import { RandomStream } from "../../core/random/index.ts";
import type { Shape } from "../../core/shape.ts";
import { createReferenceExecutor } from "../../executors/reference/index.ts";
import type { Executor } from "../../kernels/contracts.ts";
import type { Module } from "../../nn/module.ts";
import type { ModelState } from "../../nn/state.ts";
import { type Held, walk } from "../../nn/walk.ts";
import { backward } from "../../tensor/backward.ts";
import { to } from "../../tensor/ops/convert.ts";
import { noGrad } from "../../tensor/tape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { checkGradient } from "../check-gradient.ts";
import { fail, inputFor, type LayerProperty, type LayerSubject, on, outputGradient, seeded } from "./subject.ts";

const modes = ["training", "inference"] as const;

/** Output, gradients and state after a pass in each mode. */
function passes(subject: LayerSubject, shape: Shape, start: ModelState | null): Map<string, ArrayLike<number>> {
	const found = new Map<string, ArrayLike<number>>();
	const layer = subject.make(seeded());
	if (start !== null) layer.load(start);
	for (const mode of modes) {
		layer.train(mode === "training");
		const x = inputFor(subject, shape);
		if (isFloating(x.dtype)) x.requireGrad();
		const output = layer.forward(x);
		found.set(`the output in ${mode}`, output.dataSync());
		if (output.node === null) continue;
		for (const parameter of Object.values(layer.parameters())) parameter.zeroGrad();
		backward(output, { gradient: outputGradient(output) });
		const leaves: [string, Tensor][] = [["the input", x], ...Object.entries(layer.parameters())];
		for (const [name, { grad }] of leaves) if (grad !== null) found.set(`the gradient of ${name} in ${mode}`, grad.dataSync());
	}
	for (const [name, buffer] of Object.entries(layer.buffers())) found.set(`the buffer ${name}`, buffer.dataSync());
	return found;
}

/** Values, gradients and buffers against the reference executor. */
export const agreesWithReference: LayerProperty = {
	name: "values and gradients agree with the reference executor",
	check(subject, executor) {
		const reference = createReferenceExecutor();
		for (const shape of subject.inputShapes) {
			const state = on(reference, () => subject.make(seeded()).state());
			const expected = on(reference, () => passes(subject, shape, state));
			const received = on(executor, () => passes(subject, shape, state));
			for (const [what, values] of expected) {
				const problem = firstDifference(received.get(what), values, subject.tolerance ?? 2e-5);
				if (problem !== null)
					on(executor, () => fail(this, subject.make(seeded()), `for an input [${shape.join(", ")}] ${what} is off: ${problem}`));
			}
		}
	},
};

function firstDifference(received: ArrayLike<number> | undefined, expected: ArrayLike<number>, tolerance: number): string | null {
	if (received === undefined || received.length !== expected.length)
		return `expected ${expected.length} values, received ${received?.length ?? "none"}`;
	for (let i = 0; i < expected.length; i++) {
		if (Object.is(received[i], expected[i])) continue;
		// Written so that NaN fails.
		if (!(Math.abs(received[i] - expected[i]) <= tolerance * (1 + Math.abs(expected[i])))) {
			return `element ${i} is ${received[i]}, expected ${expected[i]}`;
		}
	}
	return null;
}

/** Derivatives in the input and all parameters, in float64 on a reference executor, in both modes. */
export const hasRightGradients: LayerProperty = {
	name: "gradients are the limits of differences",
	once: true,
	check(subject) {
		for (const shape of subject.inputShapes) for (const mode of modes) checkIn(subject, shape, mode === "training");
	},
};

function checkIn(subject: LayerSubject, shape: Shape, training: boolean): void {
	const executor: Executor = createReferenceExecutor();
	on(executor, () => {
		const layer = subject.make(seeded()).train(training);
		const parameters = inFloat64(layer).filter(({ value }) => value.requiresGrad);
		const reset = resetter(layer);
		const x = noGrad(() => inputFor(subject, shape));
		const isFixed = !isFloating(x.dtype) && parameters.length === 0;
		if (isFixed) return;
		checkGradient(
			(input, ...values) => {
				reset();
				parameters.forEach(({ replace }, i) => {
					replace(values[i]);
				});
				return layer.forward(input);
			},
			[x, ...parameters.map(({ value }) => value.detach().keep())],
			{ executor },
		);
	});
}

type HeldTensor = Extract<Held, { kind: "tensor" }>;

/** Puts float64 copies in the place of a layer's tensors; returns where they are. */
function inFloat64(layer: Module): HeldTensor[] {
	const held = [...walk(layer)].filter((one) => one.kind === "tensor");
	for (const { value, replace } of held) {
		const double = noGrad(() => to(value, "float64")).keep();
		replace(value.requiresGrad ? double.requireGrad() : double);
	}
	return [...walk(layer)].filter((one) => one.kind === "tensor");
}

/** What puts buffers, streams and numbers back to where they are now, so that a pass can be repeated. */
function resetter(layer: Module): () => void {
	const acts = [...walk(layer)].map((held): (() => void) => {
		switch (held.kind) {
			case "tensor": {
				const { value } = held;
				if (value.requiresGrad) return () => {};
				const values: TypedArray = value.dataSync();
				return () => value.executor.write(value.block, value.dtype, value.offset, values);
			}
			case "stream": {
				const state = held.value.state();
				return () => held.replace(RandomStream.fromState(state));
			}
			case "module": {
				const numbers = held.value.numbers();
				return () => held.value.loadNumbers(numbers);
			}
			default:
				throw held satisfies never;
		}
	});
	return () => {
		for (const act of acts) act();
	};
}
