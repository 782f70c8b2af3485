/** A model's state as plain data: what checkpoints and model files hold. */
import type { DType, TypedArray } from "../core/dtype.ts";
import { ArgumentError } from "../core/errors.ts";
import { nearestNames } from "../core/nearest.ts";
import { type RandomState, RandomStream } from "../core/random/index.ts";
import { formatShape, type Shape, sameShape } from "../core/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { AnyModule } from "./module.ts";
import { type Held, walk } from "./walk.ts";

/** A tensor as plain data. */
export interface SavedTensor {
	readonly dtype: DType;
	readonly shape: Shape;
	/** Row-major. */
	readonly data: TypedArray;
}

/** What `Module.state()` returns and `load` takes; keys are paths such as `hidden.weight`. */
export interface ModelState {
	readonly tensors: Readonly<Record<string, SavedTensor>>;
	/** Random streams, such as those of dropout. */
	readonly streams: Readonly<Record<string, RandomState>>;
	/** Counters of modules that have some. */
	readonly numbers: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Copies everything that a model holds. */
export function stateOf(model: AnyModule): ModelState {
	const tensors: Record<string, SavedTensor> = {};
	const streams: Record<string, RandomState> = {};
	const numbers: Record<string, Readonly<Record<string, number>>> = {};
	for (const held of walk(model)) {
		switch (held.kind) {
			case "tensor":
				tensors[held.path] = { dtype: held.value.dtype, shape: held.value.shape, data: held.value.dataSync() };
				break;
			case "stream":
				streams[held.path] = held.value.state();
				break;
			case "module": {
				const own = held.value.numbers();
				if (Object.keys(own).length > 0) numbers[held.path] = own;
				break;
			}
			default:
				throw held satisfies never;
		}
	}
	return { tensors, streams, numbers };
}

/** @throws ArgumentError that lists what does not fit; nothing is changed then */
export function loadState(model: AnyModule, state: ModelState): void {
	const held = [...walk(model)];
	const tensors = held.filter((one) => one.kind === "tensor");
	const problems = findProblems(tensors, state.tensors);
	if (problems.length > 0) {
		const shown = problems.slice(0, 8).map((problem) => `  ${problem}`);
		if (problems.length > shown.length) shown.push(`  … and ${problems.length - shown.length} more`);
		throw new ArgumentError(`The saved state does not fit this model:\n${shown.join("\n")}\n  Try: build the model as it was when saved.`);
	}
	for (const { path, value } of tensors) writeInto(value, state.tensors[path]);
	for (const one of held) {
		// States of other libraries bring neither streams nor numbers; those then stay as they are.
		if (one.kind === "stream" && Object.hasOwn(state.streams, one.path)) one.replace(RandomStream.fromState(state.streams[one.path]));
		if (one.kind === "module" && Object.hasOwn(state.numbers, one.path)) one.value.loadNumbers(state.numbers[one.path]);
	}
}

type HeldTensor = Extract<Held, { kind: "tensor" }>;

function findProblems(tensors: readonly HeldTensor[], saved: ModelState["tensors"]): string[] {
	const problems: string[] = [];
	const paths = tensors.map(({ path }) => path);
	for (const { path, value } of tensors) {
		if (!Object.hasOwn(saved, path)) {
			const near = nearestNames(path, Object.keys(saved));
			problems.push(`"${path}" ${formatShape(value.shape)} is missing${near.length > 0 ? `; the state has "${near[0]}"` : ""}`);
		} else if (!sameShape(saved[path].shape, value.shape)) {
			problems.push(`"${path}" is ${formatShape(saved[path].shape)} in the state; the model has ${formatShape(value.shape)}`);
		} else if (saved[path].data.length !== value.size) {
			problems.push(`"${path}" has ${saved[path].data.length} values in the state; its shape needs ${value.size}`);
		}
	}
	for (const path of Object.keys(saved)) {
		if (!paths.includes(path)) problems.push(`"${path}" is in the state; the model has no such tensor`);
	}
	return problems;
}

function writeInto(target: Tensor, { data }: SavedTensor): void {
	target.executor.write(target.block, target.dtype, target.offset, data);
}
