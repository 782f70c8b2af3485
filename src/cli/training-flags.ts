/** The flags that say what is trained and how, as data: what each is for, where it goes in a config, how it is written. */
import { type Command, Option } from "commander";

/** A flag that sets a place of the config. */
export interface TrainingFlag {
	/** As commander takes it. */
	readonly usage: string;
	readonly about: string;
	/** Where it goes. */
	readonly place: readonly string[];
	/** The option that it sets there, where the place takes a technique with options. */
	readonly option?: string;
	/** What a text stands for. A text that stands for nothing stays as it is: the config's check says what was expected. */
	readonly read?: (text: string) => unknown;
	/** How it could be written. */
	readonly example: string;
}

const number = (text: string): unknown => (text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text));
const list = (text: string): string[] => text.split(",").map((part) => part.trim());

/** `group:customer` and `time:day` name a column. */
function split(text: string): unknown {
	const [, kind, column] = /^(group|time):(.+)$/.exec(text) ?? [];
	return kind === undefined ? text : { [kind]: column };
}

/** Flags of all commands that train, or would train, by the name under which commander hands them over. */
export const trainingFlags = {
	target: {
		usage: "-t, --target <column>",
		about: "column to predict; several numbers: a,b",
		place: ["data", "target"],
		read: (text) => (text.includes(",") ? list(text) : text),
		example: "--target price",
	},
	task: {
		usage: "--task <task>",
		about: "what is predicted: classes or values; found by itself",
		place: ["data", "task"],
		example: "--task classes",
	},
	exclude: {
		usage: "--exclude <columns>",
		about: "columns to leave out, a,b",
		place: ["data", "exclude"],
		read: list,
		example: "--exclude id,name",
	},
	keepLeaks: {
		usage: "--keep-leaks",
		about: "train with columns that say what is to be predicted, too",
		place: ["data", "keepLeaks"],
		example: "--keep-leaks",
	},
	model: { usage: "-m, --model <model>", about: "mlp:256x3, cnn, resnet:14, …", place: ["model"], example: "--model mlp:64x2" },
	epochs: {
		usage: "-e, --epochs <n>",
		about: "passes over the training data",
		place: ["training", "epochs"],
		read: number,
		example: "--epochs 30",
	},
	batchSize: {
		usage: "-b, --batch-size <n>",
		about: 'examples of a step, or "all"',
		place: ["training", "batchSize"],
		read: number,
		example: "--batch-size 64",
	},
	lr: { usage: "--lr <rate>", about: "learning rate", place: ["optimizer"], option: "lr", read: number, example: "--lr 0.001" },
	optimizer: { usage: "-o, --optimizer <name>", about: "adamW, sgd, lion, …", place: ["optimizer"], example: "--optimizer sgd" },
	schedule: {
		usage: "--schedule <name>",
		about: 'oneCycle, cosine, … or "none"',
		place: ["schedule"],
		read: (text) => (text === "none" ? null : text),
		example: "--schedule cosine, or --schedule none",
	},
	loss: { usage: "--loss <name>", about: "crossEntropy, huber, …", place: ["loss"], example: "--loss huber" },
	seed: { usage: "-s, --seed <n>", about: "seed of everything random", place: ["seed"], read: number, example: "--seed 7" },
	split: {
		usage: "--split <how>",
		about: "random, stratified, group:<column> or time:<column>",
		place: ["data", "split"],
		read: split,
		example: "--split group:customer",
	},
	delimiter: {
		usage: "--delimiter <character>",
		about: "between cells; found by itself",
		place: ["data", "delimiter"],
		read: (text) => (text === "\\t" ? "\t" : text),
		example: "--delimiter ';'",
	},
	encoding: {
		usage: "--encoding <name>",
		about: "of text files: utf-8 or latin-1",
		place: ["data", "encoding"],
		example: "--encoding latin-1",
	},
	header: { usage: "--no-header", about: "the first line holds values", place: ["data", "header"], example: "--no-header" },
	missingTarget: {
		usage: "--missing-target <what>",
		about: "what happens to rows without target: error or drop",
		place: ["data", "missingTarget"],
		example: "--missing-target drop",
	},
	validation: {
		usage: "--validation <share>",
		about: "share of the examples that judge while training",
		place: ["data", "validation"],
		read: number,
		example: "--validation 0.2",
	},
	test: {
		usage: "--test <share or path>",
		about: "share kept for the test, or a file of test data",
		place: ["data", "test"],
		read: number,
		example: "--test 0.1, or --test test.csv",
	},
	patience: {
		usage: "--patience <epochs>",
		about: "epochs without improvement before training stops",
		place: ["training", "patience"],
		read: number,
		example: "--patience 5",
	},
	executor: {
		usage: "--executor <name>",
		about: "what computes: auto, native, wasm or reference",
		place: ["machine", "executor"],
		example: "--executor wasm",
	},
	threads: {
		usage: "--threads <n>",
		about: "threads of the executor",
		place: ["machine", "threads"],
		read: number,
		example: "--threads 2",
	},
	deterministic: {
		usage: "--deterministic",
		about: "the same bits on every machine",
		place: ["machine", "deterministic"],
		example: "--deterministic",
	},
	folds: { usage: "--folds <n>", about: "cross-validate with so many parts", place: ["data", "folds"], read: number, example: "--folds 5" },
} as const satisfies Readonly<Record<string, TrainingFlag>>;

/** Names of the flags that only training itself has. */
const ONLY_TRAIN: ReadonlySet<string> = new Set<keyof typeof trainingFlags>(["folds"]);

/** What the flags were given as: texts of a command line, or values from code. */
export type TrainingFlagValues = { readonly [K in keyof typeof trainingFlags]?: unknown };

/** Gives a command the flags of training. */
export function addTrainingFlags(command: Command, { trains = false }: { readonly trains?: boolean } = {}): Command {
	for (const [name, flag] of Object.entries<TrainingFlag>(trainingFlags)) {
		if (!trains && ONLY_TRAIN.has(name)) continue;
		command.addOption(new Option(flag.usage, flag.about));
	}
	return command.option("-c, --config <file>", "config in TypeScript or YAML; flags come on top");
}

/** `--batch-size`, as messages name a flag. */
export function flagName({ usage }: TrainingFlag): string {
	return /--[\w-]+/.exec(usage)?.[0] ?? usage;
}
