/** Networks from data: a list of layers by name becomes a model whose sizes follow from the shape of one example. */
import { ArgumentError, GradusError, OutOfMemoryError, reword } from "../core/errors.ts";
import { show } from "../core/options.ts";
import { RandomStream } from "../core/random/index.ts";
import { type Shape, sizeOf } from "../core/shape.ts";
import type { Named, Registry } from "../core/technique.ts";
import { zeros } from "../tensor/create.ts";
import { scope } from "../tensor/scope.ts";
import { noGrad } from "../tensor/tape.ts";
import type { ActivationFunction } from "./activations/activation.ts";
import { activationRegistry } from "./activations/index.ts";
import { type InitializerLike, initializerRegistry } from "./init/index.ts";
import type { InitializerMaker } from "./init/initializer.ts";
import { layerRegistry } from "./layers/index.ts";
import type { LayerTechnique } from "./layers/layer.ts";
import type { Module } from "./module.ts";
import { Network } from "./network.ts";
import { Sequential } from "./sequential.ts";

/** A layer in a config: its name, or `{ name: options }`; activations are layers too. */
export type LayerConfig = Named;

/** The names that a config may use; each has a default, the shelf. */
export interface NetworkShelf {
	readonly layers: Registry<LayerTechnique>;
	readonly activations: Registry<ActivationFunction<object>>;
	readonly initializers: Registry<InitializerMaker<object>>;
}

/** What a network is built for. */
export interface BuildOptions extends Partial<NetworkShelf> {
	/** Of one example, without the batch axis. */
	readonly inputShape: Shape;
	/** Seed or stream of the first weights. */
	readonly rng: RandomStream;
	/** Initializer of all weights. Default: what suits the activation that follows. */
	readonly weightInit?: InitializerLike | null;
}

/**
 * Builds a network from a list of layers.
 *
 * @throws ArgumentError that names the layer's place in the list and, for a misspelt name or option, the nearest ones
 * @example
 * const model = buildNetwork([{ linear: 100 }, "relu", { dropout: 0.15 }, { linear: 10 }], {
 *   inputShape: [784],
 *   rng: new RandomStream(42),
 * });
 */
export function buildNetwork(layers: readonly LayerConfig[], options: BuildOptions): Network {
	const { inputShape, rng, weightInit = null } = options ?? {};
	const { layers: layerNames = layerRegistry, activations = activationRegistry, initializers = initializerRegistry } = options ?? {};
	if (!(rng instanceof RandomStream)) throw new ArgumentError("buildNetwork: expected rng, a RandomStream. Try: new RandomStream(42).");
	checkInputShape(inputShape);
	const builder = new Builder({ layers: layerNames, activations, initializers }, weightInit);
	const { module } = builder.list(layers, inputShape, rng, "layers");
	return new Network(module.layers, { layerConfigs: layers, inputShape });
}

function checkInputShape(shape: unknown): void {
	if (Array.isArray(shape) && shape.every((length) => Number.isInteger(length) && length > 0)) return;
	throw new ArgumentError(
		`buildNetwork: expected inputShape, lengths of one example without the batch axis, received ${show(shape)}.\n` +
			"  Try: [4] for four numbers, [1, 28, 28] for a grey image, or a data set's inputShape.",
	);
}

interface Built {
	readonly module: Sequential;
	readonly outputShape: Shape;
}

class Builder {
	readonly #shelf: NetworkShelf;
	readonly #weightInit: InitializerLike | null;
	readonly #made: Module[] = [];

	constructor(shelf: NetworkShelf, weightInit: InitializerLike | null) {
		this.#shelf = shelf;
		this.#weightInit = weightInit;
	}

	list(configs: readonly LayerConfig[], inputShape: Shape, rng: RandomStream, where: string): Built {
		if (!Array.isArray(configs)) throw new ArgumentError(`${where}: expected a list of layers, received ${show(configs)}.`);
		let shape = inputShape;
		const modules = configs.map((config, i) => {
			const place = `${where}[${i}]`;
			return located(`${place} ${nameOf(config)}, on input [${["batch", ...shape].join(", ")}]`, () => {
				const weightInit = this.#weightInit ?? this.#suitedTo(configs.slice(i + 1));
				const module = fitting(
					() => this.#one(config, { shape, rng: rng.split(i), weightInit, where: place }),
					(error) => tooManyParameters(error, this.#made),
				);
				this.#made.push(module);
				shape = fitting(() => outputShapeOf(module, shape), tooLargeAnExample);
				return module;
			});
		});
		return { module: new Sequential(modules), outputShape: shape };
	}

	#one(config: LayerConfig, at: { shape: Shape; rng: RandomStream; weightInit: InitializerLike | null; where: string }): Module {
		const { layers, activations, initializers } = this.#shelf;
		const name = nameOf(config);
		if (!layers.has(name)) {
			if (!activations.has(name)) throw new ArgumentError(`There is no layer "${name}". ${layers.suggest(name, activations)}`);
			const { technique, options } = activations.find(config);
			return technique.layer(options);
		}
		const { technique, options } = layers.find(config);
		let innerCount = 0;
		return technique.create(options, {
			inputShape: at.shape,
			rng: at.rng,
			weightInit: at.weightInit,
			activations,
			initializers,
			build: (inner, inputShape = at.shape) => {
				const list = (Array.isArray(inner) ? inner : [inner]) as LayerConfig[];
				return this.list(list, inputShape, at.rng.split("inner", innerCount++), `${at.where}.${name}`).module;
			},
		});
	}

	/** He's or Xavier's scale with the gain of the next activation; gain 1 where none follows. */
	#suitedTo(following: readonly LayerConfig[]): InitializerLike {
		const next = following.find((config) => this.#shelf.activations.has(nameOf(config)) || isWeighted(this.#shelf, config));
		if (next === undefined || !this.#shelf.activations.has(nameOf(next))) return { heNormal: { gain: 1 } };
		const { technique, options } = this.#shelf.activations.find(next);
		const gain = typeof technique.gain === "number" ? technique.gain : (technique.gain as (options: object) => number)(options);
		return technique.saturates === "both sides" ? { xavierNormal: { gain } } : { heNormal: { gain } };
	}
}

/** Whether a layer of that name has weights of its own, so that an activation after it says nothing of the layer before. */
function isWeighted({ layers }: NetworkShelf, config: LayerConfig): boolean {
	const name = nameOf(config);
	return layers.has(name) && "weightInit" in layers.get(name).options;
}

function nameOf(config: LayerConfig): string {
	if (typeof config === "string") return config;
	const keys = typeof config === "object" && config !== null && !Array.isArray(config) ? Object.keys(config) : [];
	if (keys.length === 1) return keys[0];
	throw new ArgumentError(`Expected a layer's name, or { name: options } with one name, received ${show(config)}.`);
}

/** The shape that one example has after a module: found by running it on zeros. */
function outputShapeOf(module: Module, inputShape: Shape): Shape {
	const wasTraining = module.training;
	module.eval();
	const shape = scope(() => noGrad(() => module.forward(zeros([1, ...inputShape])).shape.slice(1)));
	module.train(wasTraining);
	if (sizeOf(shape) === 0) throw new ArgumentError(`Nothing is left: one example has shape [${shape.join(", ")}] after it.`);
	return shape;
}

/** Runs it; memory that does not suffice is explained by what was to be built, for no batch is to blame yet. */
function fitting<R>(run: () => R, explanation: (error: OutOfMemoryError) => string): R {
	try {
		return run();
	} catch (error) {
		// One that was explained further in stands.
		if (error instanceof OutOfMemoryError && !error.message.startsWith("layers[")) reword(error, explanation(error));
		throw error;
	}
}

/** Bytes of a float32. */
const PARAMETER_BYTES = 4;

function tooManyParameters({ requestedBytes, usedBytes, limitBytes }: OutOfMemoryError, made: readonly Module[]): string {
	const before = new Set(made.flatMap((module) => Object.values(module.parameters())));
	const count = [...before].reduce((sum, { size }) => sum + size, Math.ceil(requestedBytes / PARAMETER_BYTES));
	return (
		`The network is too large: with this layer it would have ${count.toLocaleString("en")} parameters or more. The layer asked for another ` +
		`${mebibytes(requestedBytes)}, and ${mebibytes(limitBytes - usedBytes)} of ${mebibytes(limitBytes)} are free.\n` +
		"  Try: a smaller model, of fewer units or layers; training takes several times the memory of the parameters."
	);
}

function tooLargeAnExample({ requestedBytes, usedBytes, limitBytes }: OutOfMemoryError): string {
	return (
		`The network is too large: for a single example this layer asked for another ${mebibytes(requestedBytes)}, ` +
		`and ${mebibytes(limitBytes - usedBytes)} of ${mebibytes(limitBytes)} are free.\n` +
		"  Try: a smaller model, of fewer units or channels, or smaller inputs."
	);
}

/** `24,414 MiB` */
function mebibytes(bytes: number): string {
	return `${Math.ceil(bytes / 2 ** 20).toLocaleString("en")} MiB`;
}

function located<R>(where: string, run: () => R): R {
	try {
		return run();
	} catch (error) {
		if (error instanceof GradusError && !error.message.startsWith("layers[")) reword(error, `${where}: ${error.message.trimStart()}`);
		throw error;
	}
}
