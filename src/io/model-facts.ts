/** What a saved model must know, gathered from a network and the data it was trained on. */
import { ArgumentError, ShapeError } from "../core/errors.ts";
import { show } from "../core/options.ts";
import { formatShape, sameShape, sizeOf } from "../core/shape.ts";
import type { Dataset } from "../data/dataset.ts";
import { Activation } from "../nn/activations/activation.ts";
import { Network } from "../nn/network.ts";
import { withExecutor } from "../tensor/context.ts";
import { zeros } from "../tensor/create.ts";
import { scope } from "../tensor/scope.ts";
import { noGrad } from "../tensor/tape.ts";
import type { ModelFacts } from "./model-file.ts";
import type { ModelInput, Provenance } from "./model-record.ts";

/** A network and what else there is to say of it. */
export interface TrainedModel {
	/** Made by `buildNetwork`. */
	readonly model: Network;
	/** What it was trained on, or a part of that: tells classes or names of values, and how raw inputs become its inputs. */
	readonly data: Pick<Dataset, "inputShape" | "target" | "size" | "input">;
	/** From what the network returns to probabilities or values. Default: softmax for classes, unless the last layer gives 0 … 1 already. */
	readonly outputs?: "softmax" | "identity";
	/** Scores by name, such as `best` of a training's result. Default none. */
	readonly metrics?: Readonly<Record<string, number>> | null;
	/** How it came to be, as far as it is worth keeping. */
	readonly provenance?: Partial<Provenance>;
	/** How raw inputs become inputs. Default: as `data` says, else inputs are numbers as the network takes them. */
	readonly input?: ModelInput;
}

/**
 * The facts of a trained network, for `encodeModel`. In Node, `saveModel` calls it.
 *
 * @param where - begins the message of an error
 * @throws ArgumentError if the network was not made by `buildNetwork` or has layers that a file cannot hold
 * @throws ShapeError if network and data do not fit each other
 */
export function modelFacts(trained: TrainedModel, where = "modelFacts"): ModelFacts {
	const { model, data, outputs, metrics, provenance = {}, input } = trained ?? {};
	if (!(model instanceof Network)) throw notBuilt(model, where);
	checkData(data, where);
	checkFit(model, data, where);
	return {
		target: data.target,
		input: input ?? data.input ?? { kind: "values" },
		inputShape: model.inputShape,
		layers: plainLayers(model, where),
		outputs: outputs ?? (data.target.kind === "classes" && !givesProbabilities(model) ? "softmax" : "identity"),
		metrics: metrics ?? {},
		provenance: {
			config: {},
			seed: null,
			data: { name: "given in code", rows: data.size },
			date: new Date().toISOString(),
			executor: Object.values(model.parameters())[0]?.executor.facts().name ?? "none",
			steps: null,
			...provenance,
		},
	};
}

function notBuilt(model: unknown, where: string): ArgumentError {
	const given = typeof model === "object" && model !== null ? `a ${model.constructor?.name}` : show(model);
	return new ArgumentError(
		`${where}: expected model to be a network made by buildNetwork, whose layers can be written down by name, received ${given}.\n` +
			"  Try: buildNetwork([...]); or for a class of your own, keep the weights alone: writeDurably(path, await encodeState(model.state())).",
	);
}

function checkData(data: unknown, where: string): void {
	const { target, inputShape } = (data ?? {}) as Partial<Dataset>;
	const names = target?.kind === "classes" ? target.classes : target?.names;
	if (Array.isArray(inputShape) && Array.isArray(names) && names.length > 0) return;
	throw new ArgumentError(
		`${where}: expected data, the data set that the model was trained on, with its inputShape and the names of its classes or values, received ${show(data)}.\n` +
			"  Try: { model, data: train }, where train is what the trainer was given.",
	);
}

function checkFit(model: Network, { inputShape, target }: TrainedModel["data"], where: string): void {
	if (!sameShape(model.inputShape, inputShape)) {
		throw new ShapeError(
			`${where}: expected data of examples ${formatShape(model.inputShape)}, for which the model was built, received ${formatShape(inputShape)}.`,
		);
	}
	const names = target.kind === "classes" ? target.classes : target.names;
	const [, ...given] = outputShape(model);
	if (given.length === 1 && given[0] === names.length) return;
	const what = target.kind === "classes" ? "class" : "value";
	const hasOneLogit = target.kind === "classes" && names.length === 2 && sizeOf(given) === 1;
	throw new ShapeError(
		`${where}: expected the model to give one number for each ${what} of the data (${names.length}: ${names.slice(0, 5).join(", ")}), received ${formatShape(given)} an example.` +
			`${hasOneLogit ? " A model with one output for two classes can be trained, but not saved." : ""}\n` +
			`  Try: { linear: ${names.length} } as the last layer${hasOneLogit ? ", with the loss crossEntropy" : ""}.`,
	);
}

function outputShape(model: Network): readonly number[] {
	const wasTraining = model.training;
	model.eval();
	try {
		const executor = Object.values(model.parameters())[0]?.executor;
		const run = () => scope(() => noGrad(() => model.forward(zeros([1, ...model.inputShape])).shape));
		return executor === undefined ? run() : withExecutor(executor, run);
	} finally {
		model.train(wasTraining);
	}
}

/** A softmax upon probabilities would flatten them. */
function givesProbabilities({ layers }: Network): boolean {
	const last = layers.at(-1);
	return last instanceof Activation && last.range[0] >= 0 && last.range[1] <= 1;
}

/** Layers as JSON; what has no JSON is named by its place. */
function plainLayers({ layerConfigs }: Network, where: string): Network["layerConfigs"] {
	for (const [i, config] of layerConfigs.entries()) checkPlain(config, `layers[${i}]`, where);
	return layerConfigs;
}

function checkPlain(value: unknown, place: string, where: string): void {
	if (value === null || value === undefined || ["string", "boolean"].includes(typeof value) || Number.isFinite(value)) return;
	const isPlain = typeof value === "object" && (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype);
	if (!isPlain) {
		throw new ArgumentError(
			`${where}: expected ${place} to be a name, a number or options, for only these can be written down, received ${show(value)}.\n` +
				'  Try: the technique by name in the list of layers, such as "relu" or { heNormal: { gain: 1 } }.',
		);
	}
	for (const [key, inner] of Object.entries(value)) checkPlain(inner, Array.isArray(value) ? `${place}[${key}]` : `${place}.${key}`, where);
}
