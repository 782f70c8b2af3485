/** What weight averages share: a second block beside the parameters, exchanged with it for evaluation. How it is averaged is theirs. */
import { ArgumentError } from "../../core/errors.ts";
import type { OptionSpecs, Resolved } from "../../core/options.ts";
import { anyOptions, resolveOptions } from "../../core/options.ts";
import { type Callable, callable, type Technique } from "../../core/technique.ts";
import { formula } from "../../kernels/formula.ts";
import { ParameterBlock } from "../../tensor/parameters.ts";
import { scope } from "../../tensor/scope.ts";
import { noGrad } from "../../tensor/tape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mapInto } from "../tensorwise.ts";

/** What is averaged: a block of parameters, or that of an optimizer. */
export type Averaged = ParameterBlock | { readonly parameters: ParameterBlock };

/** Everything needed to go on averaging later. */
export interface AverageState {
	readonly name: string;
	/** Calls of `update()`. */
	readonly updateCount: number;
	/** The average, laid out as the parameter block. */
	readonly average: Float32Array;
}

/** How an average takes up parameters. */
export interface AverageRule {
	/** Weight of the parameters at the update of this number, from 1; the average keeps the rest. Null leaves the average as it is. */
	weightAt(update: number): number | null;
	/** Whether the average stands for something after so many updates; before, evaluation sees the parameters themselves. */
	isReady(updateCount: number): boolean;
}

const towards = formula("weightAverage", (average, value, weight) => average.add(weight.mul(value.sub(average))));
const exchanged = formula("exchange", (a, b) => [b, a]);

/** An average of parameters, kept beside them; works as the `average` of a `Trainer`. */
export class ParameterAverage {
	readonly name: string;
	readonly parameters: ParameterBlock;
	readonly #rule: AverageRule;
	readonly #average: Tensor;
	#updateCount = 0;
	#isSwapped = false;

	constructor(name: string, averaged: Averaged, rule: AverageRule) {
		const block: unknown = averaged instanceof ParameterBlock ? averaged : averaged?.parameters;
		if (!(block instanceof ParameterBlock)) {
			throw new ArgumentError(`${name}: expected an optimizer or a parameter block.\n  Try: ${name}(optimizer).`);
		}
		this.name = name;
		this.parameters = block;
		this.#rule = rule;
		this.#average = block.slot();
		block.executor.kernels.copy(block.values, this.#average);
	}

	/** Calls of `update()`. */
	get updateCount(): number {
		return this.#updateCount;
	}

	/** Whether the parameters are the average now. */
	get isSwapped(): boolean {
		return this.#isSwapped;
	}

	/**
	 * Takes the parameters as they are now into the average: one pass.
	 *
	 * @throws ArgumentError while average and parameters are exchanged
	 */
	update(): void {
		if (this.#isSwapped) throw new ArgumentError(`${this.name}: update() while the average is in use.\n  Try: swap() back first.`);
		const weight = this.#rule.weightAt(++this.#updateCount);
		if (weight === null) return;
		this.#unrecorded(() => mapInto(towards, [this.#average, this.parameters.values, weight], [this.#average]));
	}

	/** Exchanges parameters and average; again, and they are back. Before the average has begun it does nothing to the values. */
	swap(): void {
		this.#isSwapped = !this.#isSwapped;
		if (!this.#rule.isReady(this.#updateCount)) return;
		const both = [this.parameters.values, this.#average];
		this.#unrecorded(() => mapInto(exchanged, both, both));
	}

	/** Everything needed to go on later, copied. */
	state(): AverageState {
		const where = this.#isSwapped && this.#rule.isReady(this.#updateCount) ? this.parameters.values : this.#average;
		return { name: this.name, updateCount: this.#updateCount, average: where.dataSync() as Float32Array };
	}

	/**
	 * Takes up a saved state.
	 *
	 * @throws ArgumentError if it belongs to another average or other parameters, or while average and parameters are exchanged
	 */
	load(saved: unknown): void {
		if (this.#isSwapped) throw new ArgumentError(`${this.name}: load() while the average is in use.\n  Try: swap() back first.`);
		const { name, updateCount, average } = (saved ?? {}) as Partial<AverageState>;
		if (name !== this.name) throw new ArgumentError(`${this.name}: the saved state belongs to ${String(name)}.`);
		if (average?.length !== this.#average.size || updateCount === undefined) {
			throw new ArgumentError(`${this.name}: the saved state has ${average?.length} elements; expected ${this.#average.size}.`);
		}
		this.parameters.executor.write(this.#average.block, "float32", this.#average.offset, average);
		this.#updateCount = updateCount;
	}

	#unrecorded(run: () => void): void {
		scope(() => noGrad(run), { name: this.name });
	}
}

/** A weight average of the shelf. */
export interface AverageTechnique extends Technique {
	readonly kind: "average";
}

/** `exponentialAverage(optimizer, { decay: 0.99 })` makes it. */
export type AverageMaker<O> = Callable<(averaged: Averaged, options?: O) => ParameterAverage, AverageTechnique>;

/** What a file in this folder states. */
export interface AverageFacts<O> extends Omit<AverageTechnique, "kind" | "options"> {
	readonly options: OptionSpecs<O>;
	rule(options: Resolved<O>): AverageRule;
}

/** Makes a weight average from the weights that parameters have in it. */
export function defineAverage<O extends object>({ rule, options: specs, ...technique }: AverageFacts<O>): AverageMaker<O> {
	const run = (averaged: Averaged, options?: O): ParameterAverage =>
		new ParameterAverage(technique.name, averaged, rule(resolveOptions(technique.name, specs, options)));
	return callable(run, { ...technique, kind: "average" as const, options: anyOptions(specs) });
}
