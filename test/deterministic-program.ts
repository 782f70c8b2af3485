/** A short training run whose bits are compared between Node, browsers and thread counts. Runs in a browser as it is. */
import type * as Gradus from "../src/index.ts";

/** Trains a convolutional network for a few steps; returns the bits of losses and weights. */
export function trainedBits(gradus: typeof Gradus, executor: Gradus.Executor): number[] {
	const {
		RandomStream,
		adam,
		conv2d,
		crossEntropy,
		dropout,
		linear,
		maxPool2d,
		parameters,
		randomNormal,
		scope,
		tanh,
		tensor,
		withExecutor,
		zeros,
	} = gradus;
	return withExecutor(executor, () => {
		const stream = new RandomStream("bits");
		const init = stream.split("init");
		const kernel = randomNormal([8, 1, 3, 3], init, { std: 0.3 });
		const weight = randomNormal([10, 8 * 13 * 13], init, { std: 0.03 });
		const bias = zeros([10]);
		const optimizer = adam(parameters([kernel, weight, bias]));
		const images = randomNormal([16, 1, 28, 28], stream.split("data"));
		const target = tensor(Int32Array.from({ length: 16 }, (_, i) => i % 10));
		const masks = stream.split("masks");
		const bits: number[] = [];
		const view = new Float32Array(1);
		const bitsOf = (value: number): number => {
			view[0] = value;
			return new Uint32Array(view.buffer)[0];
		};
		for (let step = 0; step < 5; step++) {
			const loss = scope(() => {
				optimizer.zeroGrad();
				const features = maxPool2d(tanh(conv2d(images, kernel)), 2).reshape([16, -1]);
				const value = crossEntropy(linear(dropout(features, { p: 0.3, training: true, stream: masks }), weight, bias), target);
				value.backward();
				optimizer.step();
				return value.item();
			});
			bits.push(bitsOf(loss));
		}
		for (const x of [kernel, bias]) bits.push(...Array.from(x.dataSync(), bitsOf));
		let sum = 0;
		for (const value of weight.dataSync()) sum = (Math.imul(sum, 31) + bitsOf(value)) | 0;
		return [...bits, sum];
	});
}
