/** Training as the experiments do it: the product's trainer, followed by curves in plain numbers. */
import {
	buildNetwork,
	type InitializerLike,
	type LayerConfig,
	type Module,
	type Optimizer,
	type RandomStream,
	type Schedule,
	type Sequential,
	toLoss,
} from "gradus";
import type { Dataset } from "gradus/data";
import { evaluate, metrics, Trainer } from "gradus/train";

/** What happened in a training; lists by evaluation are as long as `epochs`, shorter if the loss stopped being a number. */
export interface Curves {
	/** Epochs done at each evaluation. */
	readonly epochs: number[];
	/** On the training images, in inference mode. */
	readonly trainLoss: number[];
	readonly trainAccuracy: number[];
	readonly testLoss: number[];
	readonly testAccuracy: number[];
	/** Loss of each step's batch, before its update. */
	readonly stepLoss: number[];
	/** Whether the loss stayed a number. */
	readonly finite: boolean;
	/** Of the training steps and evaluations together. */
	readonly seconds: number;
}

/** How to train. */
export interface FollowOptions {
	readonly model: Module;
	readonly optimizer: Optimizer;
	readonly rng: RandomStream;
	readonly train: Dataset;
	/** Default none. */
	readonly test?: Dataset | null;
	readonly epochs: number;
	readonly batchSize: number;
	/** Epochs between evaluations; 0 for none. Default 1. */
	readonly every?: number;
	readonly schedule?: Schedule | null;
}

/** Trains with cross-entropy and notes losses and accuracies. */
export async function follow(options: FollowOptions): Promise<Curves> {
	const { model, optimizer, rng, train, test = null, epochs, batchSize, every = 1, schedule = null } = options;
	const loss = toLoss("crossEntropy");
	const curves: Curves = {
		...{ epochs: [], trainLoss: [], trainAccuracy: [], testLoss: [], testAccuracy: [], stepLoss: [], finite: true, seconds: 0 },
	};
	const trainer = new Trainer({
		...{ model, optimizer, rng, train, loss, epochs, batchSize, schedule },
		...{ restoreBest: false, logEvery: 1, layersEvery: 0, checkpointSeconds: Number.POSITIVE_INFINITY },
	});
	const scoresOn = async (data: Dataset) => (await evaluate(model, data, { loss, metrics: [metrics.accuracy], batchSize: 500 })).scores;
	const started = performance.now();
	let finite = true;
	for await (const event of trainer.run()) {
		if (event.kind === "step") curves.stepLoss.push(event.loss);
		if (event.kind === "nonFinite") finite = false;
		if (event.kind !== "epoch" || every === 0 || ((event.epoch + 1) % every !== 0 && event.epoch + 1 !== epochs)) continue;
		const [onTrain, onTest] = [await scoresOn(train), test === null ? { loss: Number.NaN, accuracy: Number.NaN } : await scoresOn(test)];
		curves.epochs.push(event.epoch + 1);
		curves.trainLoss.push(onTrain.loss);
		curves.trainAccuracy.push(onTrain.accuracy);
		curves.testLoss.push(onTest.loss);
		curves.testAccuracy.push(onTest.accuracy);
	}
	return { ...curves, finite, seconds: (performance.now() - started) / 1000 };
}

/** What a deep network of equal layers is made of. */
export interface DeepOptions {
	readonly inputCount: number;
	/** Hidden layers. */
	readonly depth: number;
	/** Units of each. */
	readonly width?: number;
	/** Default "relu". */
	readonly activation?: LayerConfig;
	/** Of all weights. Default: what suits the activation. */
	readonly weightInit?: InitializerLike | null;
	/** Layers between each linear layer and its activation, such as batch normalisation. Default none. */
	readonly before?: readonly LayerConfig[];
	/** Layers after each activation, such as dropout. Default none. */
	readonly after?: readonly LayerConfig[];
	readonly outputCount?: number;
	readonly rng: RandomStream;
}

/** Linear layers of equal width with an activation each, and a linear layer with ten outputs. */
export function deepNetwork(options: DeepOptions): Sequential {
	const {
		inputCount,
		depth,
		width = 100,
		activation = "relu",
		weightInit = null,
		before = [],
		after = [],
		outputCount = 10,
		rng,
	} = options;
	const block: LayerConfig[] = [{ linear: width }, ...before, activation, ...after];
	const layers = [...Array.from({ length: depth }, () => block).flat(), { linear: outputCount }];
	return buildNetwork(layers, { inputShape: [inputCount], rng, weightInit });
}
