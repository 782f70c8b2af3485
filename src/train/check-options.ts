/** Whether a trainer was given what it needs, before any of it is used. */
import { ArgumentError } from "../core/errors.ts";
import { suggestion } from "../core/nearest.ts";
import { showKind } from "../core/options.ts";
import { RandomStream } from "../core/random/index.ts";
import { formatShape, sameShape } from "../core/shape.ts";
import { Module } from "../nn/module.ts";
import { Optimizer } from "../optim/optimizer.ts";
import type { TrainerOptions } from "./options.ts";

interface Need {
	readonly fits: (value: unknown) => boolean;
	readonly expected: string;
}

const has = (value: unknown, ...names: readonly string[]): boolean =>
	((typeof value === "object" && value !== null) || typeof value === "function") && names.every((name) => name in value);

const dataset: Need = {
	fits: (value) => has(value, "read", "size", "target"),
	expected: "a data set, such as arrayDataset({ x, y }) makes",
};

const orNull = ({ fits, expected }: Need): Need => ({
	fits: (value) => value === undefined || value === null || fits(value),
	expected: `${expected}, or null`,
});

const anything: Need = { fits: () => true, expected: "anything" };

const schedule: Need = {
	fits: (value) => has(value, "kind", "at"),
	expected: 'a schedule, such as schedules.cosine({ steps: 1000 }) or toSchedule("cosine", { steps: 1000 })',
};

const metrics: Need = {
	fits: (value) => value === undefined || (Array.isArray(value) && value.every((metric) => has(metric, "goal", "sumOver"))),
	expected: "a list of metrics, such as [metrics.accuracy]",
};

/** Of each option what it must be; numbers are the plan's business. */
const needs: { readonly [K in keyof TrainerOptions]-?: Need } = {
	model: { fits: (value) => value instanceof Module, expected: "a module, such as buildNetwork([...]) makes" },
	loss: { fits: (value) => typeof value === "function", expected: 'a function, such as losses.crossEntropy or toLoss("crossEntropy")' },
	optimizer: { fits: (value) => value instanceof Optimizer, expected: "an optimizer, such as adam(model.parameters())" },
	rng: { fits: (value) => value instanceof RandomStream, expected: "a RandomStream, such as new RandomStream(42)" },
	train: dataset,
	validation: orNull(dataset),
	schedule: orNull(schedule),
	metrics,
	epochs: anything,
	batchSize: anything,
	dropLast: anything,
	shuffle: anything,
	scheduleEvery: anything,
	outputs: anything,
	decode: anything,
	monitor: anything,
	restoreBest: anything,
	callbacks: anything,
	augmentation: anything,
	average: anything,
	logEvery: anything,
	layersEvery: anything,
	checkpoints: anything,
	checkpointSeconds: anything,
	checkpointSteps: anything,
	signal: anything,
	config: anything,
};

/**
 * @throws ArgumentError that says which option is missing, unknown or of another kind, that validation data are unlike training data, or
 * that the loss is for numbers and the data has classes
 */
export function checkTrainerOptions(options: TrainerOptions): void {
	const given = (options ?? {}) as unknown as Readonly<Record<string, unknown>>;
	for (const name of Object.keys(given)) {
		if (!Object.hasOwn(needs, name))
			throw new ArgumentError(`Trainer: there is no option "${name}". ${suggestion(name, Object.keys(needs))}`);
	}
	for (const [name, { fits, expected }] of Object.entries(needs)) {
		if (!fits(given[name])) throw new ArgumentError(`Trainer: expected ${name} to be ${expected}, received ${showKind(given[name])}.`);
	}
	checkData(options);
}

function checkData({ train, validation = null, loss, augmentation = null }: TrainerOptions): void {
	if (validation !== null && !sameShape(train.inputShape, validation.inputShape)) {
		throw new ArgumentError(
			`Trainer: expected validation examples ${formatShape(train.inputShape)}, as those of training, received ${formatShape(validation.inputShape)}.`,
		);
	}
	// Mixing images makes numbers of classes.
	if (train.target.kind === "classes" && augmentation === null && loss.target === "values") {
		throw new ArgumentError(
			`Trainer: the loss ${loss.name} is for numbers, and the data has classes: ${train.target.classes.slice(0, 5).join(", ")}.\n` +
				'  Try: losses.crossEntropy; or target: { kind: "values" } in the data set, to predict the numbers.',
		);
	}
}
