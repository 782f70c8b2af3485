/**
 * Trains a small network on Fisher's iris and prints the accuracy on flowers that training did not see.
 *
 *     node --conditions=gradus-source examples/trainer.ts
 */
import { adamW, buildNetwork, losses, metrics, RandomStream, Trainer } from "gradus";
import { arrayDataset, iris, splitRows, subset } from "gradus/data";

const { features: x, labels: y, classNames: classes, rowCount } = await iris();
const flowers = arrayDataset({ x, y, inputShape: [4], target: { kind: "classes", classes } });
const rng = new RandomStream(42);
const { train, validation } = splitRows({ rowCount, by: { stratify: y }, rng: rng.split("split") });

const model = buildNetwork([{ linear: 16 }, "relu", { linear: 3 }], { inputShape: flowers.inputShape, rng: rng.split("weights") });
const trainer = new Trainer({
	model,
	loss: losses.crossEntropy,
	optimizer: adamW(model.parameters(), { lr: 0.01 }),
	rng: rng.split("training"),
	train: subset(flowers, train),
	validation: subset(flowers, validation),
	metrics: [metrics.accuracy],
	epochs: 60,
});
const { best, bestEpoch } = await trainer.fit();
console.log(`epoch ${bestEpoch}: validation accuracy ${(100 * (best?.accuracy ?? 0)).toFixed(1)} %`);
