/** Models and lengths of training that suit data by its size and kind; docs/accuracy.md shows what they reach. */
import type { ModelConfig } from "../nn/models/index.ts";
import type { PreparedData } from "./data/opened.ts";

/** A model and how long it learns: so many steps, but so many passes over the data at least. */
export interface Recipe {
	readonly model: ModelConfig;
	readonly steps: number;
	readonly leastEpochs: number;
}

type RecipeRule = (data: PreparedData) => Recipe;

/** Fewer training examples than this are few: more units or steps are then learnt by heart. */
const FEW_EXAMPLES = 1000;

/** Of examples with classes, fewer than this are very few: tanh is then right more often than GELU. */
const VERY_FEW_EXAMPLES = 600;

/** Images whose shorter side is less than this are tiny: fewer channels tell them apart. */
const TINY_SIDE = 16;

/** Images of at least this side are convolved. */
const LEAST_CONVOLVED_SIDE = 8;

/**
 * On very few examples tanh was right more often than GELU on iris, wine and breast_cancer; on Titanic GELU was, with its columns of names
 * or without, but not on a third of its rows (docs/accuracy.md). So the rule looks at rows, not at the kind of columns.
 */
const perceptron: RecipeRule = ({ target, train }) => {
	if (train.size >= FEW_EXAMPLES) return { model: { mlp: { hidden: [256, 256], dropout: 0.4 } }, steps: 2500, leastEpochs: 5 };
	if (target.kind === "values") return { model: { mlp: { hidden: [64, 64], dropout: 0.1 } }, steps: 1500, leastEpochs: 5 };
	const activation = train.size < VERY_FEW_EXAMPLES ? "tanh" : "gelu";
	return { model: { mlp: { hidden: [64, 64], activation, dropout: 0.3 } }, steps: 500, leastEpochs: 5 };
};

const convolutional: RecipeRule = (data) => {
	if (sideOf(data) < TINY_SIDE) return { model: { cnn: { channels: [16, 32], dense: 64 } }, steps: 500, leastEpochs: 8 };
	return { model: "cnn", steps: 1000, leastEpochs: 8 };
};

const byName: Readonly<Record<string, RecipeRule>> = { mlp: perceptron, cnn: convolutional };

/** What suits the data. A model by its bare name gets options that suit the data; one that was given options keeps them. */
export function recipeFor(given: ModelConfig | undefined, data: PreparedData): Recipe {
	const named = typeof given === "string" && Object.hasOwn(byName, given) ? byName[given] : undefined;
	const suitable = (named ?? (sideOf(data) >= LEAST_CONVOLVED_SIDE ? convolutional : perceptron))(data);
	return given === undefined || named !== undefined ? suitable : { ...suitable, model: given };
}

/** Examples of a step: powers of two, some fifty steps an epoch, from 64 to 128; images 64. */
export function suitableBatchSize({ input, train }: PreparedData): number {
	if (input.kind === "images") return 64;
	return Math.min(128, Math.max(64, 2 ** Math.round(Math.log2(Math.max(1, train.size / 50)))));
}

/** The shorter side of images; 0 for anything else. */
function sideOf({ input }: PreparedData): number {
	return input.kind === "images" ? Math.min(input.shape[1], input.shape[2]) : 0;
}
