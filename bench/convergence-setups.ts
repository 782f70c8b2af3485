/** Each optimizer with its own defaults and a learning rate for one small problem: what `bench -- convergence` and its test train with. */

/** How an optimizer is set up. */
export interface Setup {
	/** As a config names it. */
	readonly optimizer: string;
	readonly options: Readonly<Record<string, unknown>>;
	/** Passes over the 2,000 images. */
	readonly epochs: number;
	/** Examples of a step; default 100. */
	readonly batchSize?: number;
	/** What speaks for this rate. */
	readonly reason: string;
}

const PUBLISHED = "published default";
const searched = "searched: of a third, once and three times it, at most 0.3 points below the best on 2,000 other training images";

const best = "searched: the best of three a factor of three apart on 2,000 other training images";

/** What a search multiplies a rate with. */
export const searchFactors = [1 / 3, 1, 3] as const;

const EPOCHS = 30;

/** One line for each form of an optimizer. */
export const setups: Readonly<Record<string, Setup>> = {
	sgd: { optimizer: "sgd", options: { lr: 0.1 }, epochs: EPOCHS, reason: searched },
	momentum: { optimizer: "sgd", options: { lr: 0.03, momentum: 0.9 }, epochs: EPOCHS, reason: searched },
	nesterov: { optimizer: "sgd", options: { lr: 0.03, momentum: 0.9, nesterov: true }, epochs: EPOCHS, reason: "as momentum; not searched" },
	adagrad: { optimizer: "adagrad", options: { lr: 0.01 }, epochs: EPOCHS, reason: PUBLISHED },
	adadelta: { optimizer: "adadelta", options: { lr: 1 }, epochs: EPOCHS, reason: PUBLISHED },
	rmsProp: { optimizer: "rmsProp", options: { lr: 1e-3 }, epochs: EPOCHS, reason: searched },
	adam: { optimizer: "adam", options: { lr: 1e-3 }, epochs: EPOCHS, reason: PUBLISHED },
	adamW: { optimizer: "adamW", options: { lr: 1e-3 }, epochs: EPOCHS, reason: PUBLISHED },
	amsgrad: { optimizer: "amsgrad", options: { lr: 1e-3 }, epochs: EPOCHS, reason: PUBLISHED },
	adamax: { optimizer: "adamax", options: { lr: 2e-3 }, epochs: EPOCHS, reason: PUBLISHED },
	nAdam: { optimizer: "nAdam", options: { lr: 2e-3 }, epochs: EPOCHS, reason: PUBLISHED },
	rAdam: { optimizer: "rAdam", options: { lr: 3e-3 }, epochs: EPOCHS, reason: best },
	lion: {
		optimizer: "lion",
		options: { lr: 3e-4 },
		epochs: 2 * EPOCHS,
		reason: `${searched}; its steps are of one size, so it takes longer to settle`,
	},
	lamb: {
		optimizer: "lamb",
		options: { lr: 3e-3 },
		epochs: 2 * EPOCHS,
		reason: `${searched}; made for large batches, slow with small ones`,
	},
	muon: {
		optimizer: "muon",
		options: { lr: 2e-3, adamLr: 1e-3, adamFor: ["1.weight", "13.weight"] },
		epochs: EPOCHS,
		reason: `${best}; first and last layer by AdamW, as its author says`,
	},
	adafactor: { optimizer: "adafactor", options: { lr: 3e-2 }, epochs: EPOCHS, reason: best },
	lbfgs: {
		optimizer: "lbfgs",
		options: { lr: 1, lineSearch: "strongWolfe" },
		epochs: 10,
		batchSize: 2000,
		reason: "published default; its curvature needs one and the same loss, so all images are one batch, an epoch one step of 20 iterations",
	},
};
