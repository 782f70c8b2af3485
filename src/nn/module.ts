/** The module: a class with plain fields and a `forward`. Layers, blocks and whole models are modules. */
// Modules call operations as methods of tensors.
import "../tensor/attach.ts";
import { GradusError, reword } from "../core/errors.ts";
import { formatShape } from "../core/shape.ts";
import type { Formula } from "../kernels/formula.ts";
import { Tensor } from "../tensor/tensor.ts";
import { loadState, type ModelState, stateOf } from "./state.ts";
import { walk } from "./walk.ts";

/** A module whatever its result. */
export type AnyModule = Module<unknown>;

/** One forward pass of a module, as observers see it. */
export interface ForwardCall {
	readonly module: AnyModule;
	readonly inputs: readonly unknown[];
	readonly output: unknown;
}

/** Is told of each forward pass of a module. */
export type ForwardObserver = (call: ForwardCall) => void;

/**
 * Base of all layers and models; `O` is what `forward` returns. Fields that are modules, tensors, random streams, or lists of these belong to the model: training,
 * saving and `summary` find them by themselves. A tensor field that requires a gradient is a parameter, any other tensor a buffer,
 * which is saved and not trained.
 *
 * @example
 * class Net extends Module {
 *   readonly hidden: Linear;
 *   readonly out: Linear;
 *   constructor(rng: RandomStream) {
 *     super();
 *     this.hidden = new Linear(784, 100, { rng });
 *     this.out = new Linear(100, 10, { rng });
 *   }
 *   override forward(x: Tensor): Tensor {
 *     return this.out.forward(this.hidden.forward(x).relu());
 *   }
 * }
 */
export abstract class Module<O = Tensor> {
	/** Whether it behaves as in training (dropout drops, batch norm uses the batch). Set by `train()` and `eval()`. */
	training = true;
	#observers: Set<ForwardObserver> | null = null;

	constructor() {
		// Every forward pass goes through one place, which adds the module's path to errors and tells observers.
		const forward = this.forward as unknown as (...inputs: unknown[]) => unknown;
		const located = (...inputs: unknown[]): unknown => this.#run(inputs, () => forward.apply(this, inputs));
		Object.defineProperty(this, "forward", { value: located, enumerable: false, writable: true, configurable: true });
	}

	/** Computes the module's output. In training mode it may also move running statistics and random streams. */
	abstract forward(x: Tensor, ...more: never[]): O;

	/**
	 * The forward pass and an activation in one kernel, where the module can; `Sequential` uses it for an activation that follows.
	 * What it returns must equal the activation of what `forward` returns.
	 */
	forwardFused?(x: Tensor, activation: Formula): Tensor;

	/** The formula of an activation that may be fused into the module before it; null for modules that are none. */
	get fusible(): Formula | null {
		return null;
	}

	/** Name of a list field whose items stand directly under the module's path: `model.2` instead of `model.layers.2`. */
	get inlineField(): string | null {
		return null;
	}

	/** What it is, for messages and tables: `linear 512 → 10`. */
	describe(): string {
		return this.constructor.name;
	}

	/** Multiply-adds of one forward pass with these shapes, of this module alone; 0 where it only moves or maps values. */
	multiplyAdds(_input: readonly number[], _output: readonly number[]): number {
		return 0;
	}

	/** Numbers to be saved with the state; a module that has some overrides both. */
	numbers(): Readonly<Record<string, number>> {
		return {};
	}

	/** Takes up what `numbers` gave. */
	loadNumbers(_saved: Readonly<Record<string, number>>): void {
		// A module without numbers has nothing to take up.
	}

	/** `forwardFused` with errors located like those of `forward`. */
	runFused(x: Tensor, activation: Formula): Tensor {
		return this.#run([x], () => this.forwardFused?.(x, activation)) as Tensor;
	}

	/** Parameters by path, such as `hidden.weight`, in the order of the fields. */
	parameters(): Record<string, Tensor> {
		return this.#tensors((x) => x.requiresGrad);
	}

	/** Tensors that are saved but not trained, by path. */
	buffers(): Record<string, Tensor> {
		return this.#tensors((x) => !x.requiresGrad);
	}

	/** All modules in it by path, itself first with path "". */
	modules(): Map<string, AnyModule> {
		const found = new Map<string, AnyModule>();
		for (const held of walk(this)) if (held.kind === "module") found.set(held.path, held.value);
		return found;
	}

	/** Puts it and all modules in it into training mode, or out of it. */
	train(training = true): this {
		for (const module of this.modules().values()) module.training = training;
		return this;
	}

	/** Puts it and all modules in it into inference mode. */
	eval(): this {
		return this.train(false);
	}

	/** Parameters, buffers, numbers and random streams as plain data, copied. */
	state(): ModelState {
		return stateOf(this);
	}

	/**
	 * Takes up a saved state.
	 *
	 * @throws ArgumentError that lists missing, unknown and misshapen entries; nothing is changed then
	 */
	load(state: ModelState): void {
		loadState(this, state);
	}

	/** Calls `observer` after each forward pass of this module; returns what ends it. */
	observe(observer: ForwardObserver): () => void {
		this.#observers ??= new Set();
		this.#observers.add(observer);
		return () => {
			this.#observers?.delete(observer);
			if (this.#observers?.size === 0) this.#observers = null;
		};
	}

	/** Whether somebody observes it; then it runs on its own, not fused. */
	get isObserved(): boolean {
		return this.#observers !== null;
	}

	/** Runs another entry point than `forward`; its errors are located like those of `forward`. */
	protected locating<R>(inputs: readonly unknown[], run: () => R): R {
		try {
			return run();
		} catch (error) {
			if (error instanceof GradusError) locate(error, this, inputs);
			throw error;
		}
	}

	#run(inputs: readonly unknown[], forward: () => unknown): unknown {
		const output = this.locating(inputs, forward);
		if (this.#observers !== null) for (const observer of [...this.#observers]) observer({ module: this, inputs, output });
		return output;
	}

	#tensors(wanted: (x: Tensor) => boolean): Record<string, Tensor> {
		const found: Record<string, Tensor> = {};
		for (const held of walk(this)) if (held.kind === "tensor" && wanted(held.value)) found[held.path] = held.value;
		return found;
	}
}

interface ErrorPlace {
	readonly module: AnyModule;
	readonly detail: string;
	readonly inputs: readonly unknown[];
}

const places = new WeakMap<GradusError, ErrorPlace>();

/** Rewrites the message so that it begins with the module's path as seen from `root`; the outermost module, called last, sees the whole path. */
function locate(error: GradusError, root: AnyModule, inputs: readonly unknown[]): void {
	const place = places.get(error) ?? { module: root, detail: error.message, inputs };
	places.set(error, place);
	const path = [...root.modules()].find(([, module]) => module === place.module)?.[0] ?? "";
	const shapes = place.inputs.filter((x): x is Tensor => x instanceof Tensor).map((x) => formatShape(x.shape));
	const name = path === "" ? place.module.describe() : `model.${path} (${place.module.describe()})`;
	const detail = place.detail.startsWith(" ") ? place.detail : `  ${place.detail}`;
	reword(error, `${name} got ${shapes.length === 0 ? "no tensor" : `input ${shapes.join(", ")}`}.\n${detail}`);
}
