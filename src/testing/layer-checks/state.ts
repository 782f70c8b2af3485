/** Checks of what a layer saves and restores. */
import type { Module } from "../../nn/module.ts";
import type { ModelState } from "../../nn/state.ts";
import { fail, type LayerProperty, type LayerSubject, on, run, sameBits, seeded, stateDifference } from "./subject.ts";
import { trainingStep } from "./training-step.ts";

/** A saved state, whichever way it travels, makes another instance the same. */
export const survivesSaving: LayerProperty = {
	name: "a saved state gives a new instance the same outputs, bit for bit",
	check(subject, executor) {
		const shape = subject.inputShapes[0];
		on(executor, () => {
			const layer = subject.make(seeded());
			trainingStep(layer, subject, shape, 0);
			const state = layer.state();
			const expected = outputs(layer, subject);
			const ways: Record<string, ModelState> = {
				"as it is": state,
				"through structuredClone": structuredClone(state),
				"through JSON": throughJson(state),
			};
			for (const [way, travelled] of Object.entries(ways)) {
				const other = subject.make(seeded(2));
				other.load(travelled);
				const difference = stateDifference(other.state(), state);
				if (difference !== null) fail(this, layer, `loaded ${way}, ${difference} differs`);
				outputs(other, subject).forEach((values, i) => {
					if (!sameBits(values, expected[i]))
						fail(this, layer, `loaded ${way}, the output in ${i === 0 ? "training" : "inference"} differs`);
				});
			}
		});
	},
};

/** In training, then in inference. */
function outputs(layer: Module, subject: LayerSubject): ArrayLike<number>[] {
	return [true, false].map((training) => run(layer.train(training), subject, subject.inputShapes[0], 1));
}

/** Typed arrays as plain lists and back, as any JSON file would have them. */
function throughJson(state: ModelState): ModelState {
	const text = JSON.stringify(state, (_, value) => (ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value));
	return JSON.parse(text) as ModelState;
}

/** Training that is interrupted, saved and resumed ends where uninterrupted training ends. */
export const resumes: LayerProperty = {
	name: "training that is resumed from a saved state ends where uninterrupted training ends, bit for bit",
	check(subject, executor) {
		const shape = subject.inputShapes[0];
		on(executor, () => {
			const through = subject.make(seeded());
			for (let i = 0; i < 4; i++) trainingStep(through, subject, shape, i);
			const before = subject.make(seeded());
			for (let i = 0; i < 2; i++) trainingStep(before, subject, shape, i);
			const after = subject.make(seeded(2));
			after.load(before.state());
			for (let i = 2; i < 4; i++) trainingStep(after, subject, shape, i);
			const difference = stateDifference(after.state(), through.state());
			if (difference !== null) fail(this, through, `${difference} differs`);
		});
	},
};
