/** Checks of how a layer behaves: chance, modes, messages, memory. */
import { GradusError } from "../../core/errors.ts";
import { formatShape } from "../../core/shape.ts";
import type { Module } from "../../nn/module.ts";
import { Sequential } from "../../nn/sequential.ts";
import { walk } from "../../nn/walk.ts";
import { backward } from "../../tensor/backward.ts";
import { scope } from "../../tensor/scope.ts";
import type { TapeNode } from "../../tensor/tape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { assertNoLeaks } from "../check-leaks.ts";
import { fail, inputFor, type LayerProperty, on, outputGradient, run, sameBits, seeded, stateDifference } from "./subject.ts";
import { trainingStep } from "./training-step.ts";

/** It says what it is and what it costs. */
export const describesItself: LayerProperty = {
	name: "it says what it is and what it costs",
	check(subject, executor) {
		on(executor, () => {
			const layer = subject.make(seeded());
			if (layer.describe().trim() === "") fail(this, layer, "describe() is empty");
			const shape = subject.inputShapes[0];
			const cost = layer.multiplyAdds(shape, layer.forward(inputFor(subject, shape)).shape);
			if (!(Number.isFinite(cost) && cost >= 0)) fail(this, layer, `multiplyAdds() is ${cost}`);
		});
	},
};

/** All that it learns is in `parameters()`, and all of that takes part. */
export const parametersAreFound: LayerProperty = {
	name: "exactly the parameters that it computes with are found in its fields",
	check(subject, executor) {
		on(executor, () => {
			const layer = subject.make(seeded());
			const output = layer.forward(inputFor(subject, subject.inputShapes[0]));
			const used = leavesBehind(output);
			const known = layer.parameters();
			for (const leaf of used) {
				if (!Object.values(known).includes(leaf)) {
					fail(
						this,
						layer,
						`it trains a tensor of shape ${formatShape(leaf.shape)} that is in no field; fields, and lists of tensors, are found`,
					);
				}
			}
			for (const [name, parameter] of Object.entries(known)) if (!used.has(parameter)) fail(this, layer, `"${name}" takes no part`);
		});
	},
};

/** The leaves from which a result was computed. */
function leavesBehind(output: Tensor): Set<Tensor> {
	const leaves = new Set<Tensor>();
	const seen = new Set<TapeNode>();
	const visit = (x: Tensor): void => {
		if (x.slot !== null) leaves.add(x);
		if (x.node === null || seen.has(x.node)) return;
		seen.add(x.node);
		x.node.inputs.forEach(visit);
	};
	visit(output);
	return leaves;
}

/** Inputs that do not fit are refused in words that lead to the layer. */
export const refusesBadInput: LayerProperty = {
	name: "an input that does not fit is refused with a message that names the layer",
	check(subject, executor) {
		for (const shape of subject.badInputs ?? []) {
			on(executor, () => {
				const layer = subject.make(seeded());
				const model = new Sequential([layer]);
				const named = `model.0 (${layer.describe()})`;
				const error = thrownBy(() => model.forward(inputFor(subject, shape)));
				if (error === null) fail(this, layer, `it accepted ${formatShape(shape)}`);
				if (!(error instanceof GradusError)) fail(this, layer, `for ${formatShape(shape)} it threw ${String(error)}`);
				// A module inside it may be named instead, by its longer path.
				const isNamed = error.message.includes(named) || /^model\.0\.\S+ \(/.test(error.message);
				if (!isNamed) fail(this, layer, `for ${formatShape(shape)} the message is "${error.message}", which does not name ${named}`);
			});
		}
	},
};

function thrownBy(act: () => unknown): unknown {
	try {
		act();
		return null;
	} catch (error) {
		return error;
	}
}

/** One seed, one result; two layers of one stream draw differently. */
export const isDeterministic: LayerProperty = {
	name: "a seed fixes every bit, and two layers of one stream do not draw alike",
	check(subject, executor) {
		const shape = subject.inputShapes[0];
		on(executor, () => {
			const [a, b] = [subject.make(seeded()), subject.make(seeded())];
			const difference = stateDifference(a.state(), b.state());
			if (difference !== null) fail(this, a, `made twice from one seed, ${difference} differs`);
			if (!sameBits(run(a, subject, shape), run(b, subject, shape))) fail(this, a, "made twice from one seed, the outputs differ");
			const draws = [...walk(a)].some(({ kind }) => kind === "stream");
			if (draws !== (subject.stochastic ?? false))
				fail(this, a, `it ${draws ? "holds" : "does not hold"} a random stream; say so with { stochastic }`);
			if (!subject.stochastic) return;
			const rng = seeded();
			const [first, second] = [subject.make(rng), subject.make(rng)];
			second.load({ ...first.state(), streams: {} });
			if (sameBits(run(first, subject, shape), run(second, subject, shape))) fail(this, first, "two layers of one stream draw alike");
		});
	},
};

/** Inference draws nothing and moves nothing, and training goes on after it as if it had not been. */
export const keepsModesApart: LayerProperty = {
	name: "inference draws nothing and moves nothing",
	check(subject, executor) {
		const shape = subject.inputShapes[0];
		on(executor, () => {
			const [layer, twin] = [subject.make(seeded()), subject.make(seeded())];
			const again = (mode: Module): boolean => sameBits(run(mode, subject, shape), run(mode, subject, shape));
			layer.eval();
			const before = layer.state();
			if (!again(layer)) fail(this, layer, "two passes over one input differ");
			const difference = stateDifference(layer.state(), before);
			if (difference !== null) fail(this, layer, `${difference} moved`);
			layer.train();
			if (!sameBits(run(layer, subject, shape), run(twin, subject, shape)))
				fail(this, layer, "training after it differs from training without it");
			if (again(layer) === (subject.stochastic ?? false)) {
				fail(this, layer, `two training passes over one input ${subject.stochastic ? "are equal" : "differ"}; say so with { stochastic }`);
			}
		});
	},
};

/** A step in a scope leaves no tensor behind. */
export const leavesNothingBehind: LayerProperty = {
	name: "steps in a scope leave no tensor behind",
	check(subject, executor) {
		const shape = subject.inputShapes[0];
		on(executor, () => {
			const layer = subject.make(seeded());
			assertNoLeaks(() => trainingStep(layer, subject, shape, 0), { executor, warmUpCount: 2 });
			layer.eval();
			assertNoLeaks(() => scope(() => void layer.forward(inputFor(subject, shape))), { executor, warmUpCount: 2 });
		});
	},
};

/** Backward twice over one tape gives the same gradients: nothing that it needs is lost or overwritten. */
export const canGoBackTwice: LayerProperty = {
	name: "going back twice over one tape adds the same gradients twice",
	check(subject, executor) {
		on(executor, () => {
			const layer = subject.make(seeded());
			const output = layer.forward(inputFor(subject, subject.inputShapes[0]));
			if (output.node === null) return;
			const gradient = outputGradient(output);
			const parameters = Object.entries(layer.parameters());
			backward(output, { gradient, retainGraph: true });
			const once = parameters.map(([, { grad }]) => Float64Array.from(grad?.dataSync() ?? []));
			backward(output, { gradient });
			parameters.forEach(([name, { grad }], i) => {
				const twice = once[i].map((value) => Math.fround(2 * value));
				if (!sameBits(grad?.dataSync() ?? [], twice)) fail(this, layer, `that of "${name}" is not the double`);
			});
		});
	},
};
