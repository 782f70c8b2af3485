/** One training of the 784-100×6-10 ReLU network on MNIST images, as `bench -- convergence` and its test do it. */
import { RandomStream } from "../src/core/random/index.ts";
import type { Dataset } from "../src/data/dataset.ts";
import { subset } from "../src/data/datasets/subset.ts";
import { openIdxFolder } from "../src/data/images/index.ts";
import { buildNetwork } from "../src/nn/build.ts";
import { optimizerByName } from "../src/optim/index.ts";
import { crossEntropy } from "../src/tensor/ops/cross-entropy.ts";
import { scope } from "../src/tensor/scope.ts";
import { evaluate, toTensors } from "../src/train/evaluate.ts";
import { accuracy } from "../src/train/metrics/accuracy.ts";
import { Trainer } from "../src/train/trainer.ts";
import type { Setup } from "./convergence-setups.ts";

/** Images for training, others for choosing rates, and the official test set. */
export interface Images {
	readonly train: Dataset;
	readonly validation: Dataset;
	readonly test: Dataset;
}

const rows = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** The first 2,000 training images of a folder, the 2,000 after them, and its test images. */
export async function openImages(folder: string): Promise<Images> {
	const { train, test } = await openIdxFolder(folder);
	if (test === null) throw new Error(`${folder}: no test images.`);
	return { train: subset(train, rows(0, 2000)), validation: subset(train, rows(2000, 4000)), test };
}

/** What a training came to. */
export interface Outcome {
	readonly accuracy: number;
	/** Of training alone. */
	readonly seconds: number;
}

/** Trains from the same initial weights (He) and the same order of images each time. */
export async function train({ optimizer: name, options, epochs, batchSize = 100 }: Setup, data: Dataset, judge: Dataset): Promise<Outcome> {
	const hidden = Array.from({ length: 6 }, () => [{ linear: 100 }, "relu"]).flat();
	const model = buildNetwork(["flatten", ...hidden, { linear: 10 }], {
		inputShape: data.inputShape,
		rng: new RandomStream(1),
		weightInit: "heNormal",
	});
	const optimizer = optimizerByName({ [name]: options }, model.parameters());
	const start = performance.now();
	if (batchSize < data.size) {
		const trainer = new Trainer({ model, optimizer, loss: crossEntropy, rng: new RandomStream(2), train: data, epochs, batchSize });
		await trainer.fit();
	} else {
		const batch = await data.read(Int32Array.from(rows(0, data.size)));
		for (let epoch = 0; epoch < epochs; epoch++) {
			optimizer.step(() =>
				scope(() => {
					const { x, y } = toTensors(batch, data, optimizer.parameters.executor);
					optimizer.zeroGrad();
					const loss = crossEntropy(model.forward(x), y);
					loss.backward();
					return loss.item();
				}),
			);
		}
	}
	const seconds = (performance.now() - start) / 1000;
	const { scores } = await evaluate(model, judge, { metrics: [accuracy], outputs: (x) => x.softmax(1) });
	return { accuracy: scores.accuracy, seconds };
}
