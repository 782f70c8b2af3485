/**
 * Trains a small network on the built-in digits (8 × 8 pixels, ten classes) and prints loss and test accuracy.
 *
 *     npm start
 */
import {
	adam,
	argMax,
	crossEntropy,
	eq,
	executorInfo,
	linear,
	parameters,
	RandomStream,
	randomNormal,
	relu,
	scope,
	type Tensor,
	take,
	tensor,
	zeros,
} from "gradus";
import { digits } from "gradus/data";

const EPOCHS = 30;
const BATCH = 64;
const TEST_SHARE = 0.2;

const { features, labels, rowCount, columnCount } = await digits();
const stream = new RandomStream("digits");
const info = executorInfo();
console.log(`Digits: ${rowCount} images of ${columnCount} pixels. Executor: ${info.chosen.name} (${info.reason}).`);

// A fifth of the rows, drawn by a seeded stream, is kept for the test.
const order = stream.split("rows").permutation(rowCount);
const testCount = Math.round(rowCount * TEST_SHARE);
const images = tensor(features, { shape: [rowCount, columnCount] }).div(16);
const classes = tensor(labels);
const rows = (indices: Int32Array): { x: Tensor; y: Tensor } => ({
	x: take(images, tensor(indices), 0),
	y: take(classes, tensor(indices), 0),
});
const test = rows(order.slice(0, testCount));
const train = order.slice(testCount);

const sizes = [columnCount, 64, 10];
const init = stream.split("weights");
// He et al. 2015: standard deviation √(2 / fanIn) keeps the signal's size through ReLU layers.
const layers = sizes.slice(1).map((size, i) => ({
	weight: randomNormal([size, sizes[i]], init, { std: Math.sqrt(2 / sizes[i]) }),
	bias: zeros([size]),
}));
const optimizer = adam(parameters(layers.flatMap(({ weight, bias }) => [weight, bias])), { lr: 3e-3 });

const forward = (x: Tensor): Tensor =>
	layers.reduce((h, { weight, bias }, i) => {
		const z = linear(h, weight, bias);
		return i < layers.length - 1 ? relu(z) : z;
	}, x);

const accuracy = (): number =>
	scope(() =>
		eq(argMax(forward(test.x), 1), test.y)
			.to("float32")
			.mean()
			.item(),
	);

const shuffles = stream.split("shuffle");
const started = performance.now();
for (let epoch = 1; epoch <= EPOCHS; epoch++) {
	const shuffled = shuffles.permutation(train.length).map((i) => train[i]);
	let total = 0;
	for (let start = 0; start < shuffled.length; start += BATCH) {
		total += scope(
			() => {
				const { x, y } = rows(shuffled.slice(start, start + BATCH));
				optimizer.zeroGrad();
				const loss = crossEntropy(forward(x), y);
				loss.backward();
				optimizer.step();
				return loss.item() * x.shape[0];
			},
			{ name: "training step" },
		);
	}
	if (epoch === 1 || epoch % 5 === 0) {
		const loss = (total / shuffled.length).toFixed(4);
		console.log(`epoch ${String(epoch).padStart(2)}  loss ${loss}  test accuracy ${(100 * accuracy()).toFixed(1)} %`);
	}
}
console.log(`Trained in ${((performance.now() - started) / 1000).toFixed(2)} s. The program: examples/digits.ts`);
