/** Modules one after another. */
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/**
 * Feeds each module's output to the next. An activation that follows a layer which can do both in one pass is fused into it.
 *
 * @example
 * const rng = new RandomStream(42);
 * const model = new Sequential([new Linear(784, 100, { rng }), new Activation("relu"), new Linear(100, 10, { rng })]);
 */
export class Sequential extends Module {
	readonly layers: readonly Module[];

	constructor(layers: readonly Module[]) {
		super();
		this.layers = layers;
	}

	override get inlineField(): string {
		return "layers";
	}

	override forward(x: Tensor): Tensor {
		let value = x;
		for (let i = 0; i < this.layers.length; i++) {
			const layer = this.layers[i];
			const activation = this.#fusedAfter(i);
			if (activation === null) {
				value = layer.forward(value);
			} else {
				value = layer.runFused(value, activation);
				i++;
			}
		}
		return value;
	}

	override describe(): string {
		return `sequential of ${this.layers.length}`;
	}

	#fusedAfter(at: number) {
		const [layer, next] = [this.layers[at], this.layers[at + 1]];
		if (next === undefined || layer.forwardFused === undefined || layer.isObserved || next.isObserved) return null;
		return next.fusible;
	}
}
