/** Attention and transformers beyond single values (those are in test/oracle): masks, positions, chance, messages. */
import { expect, test } from "vitest";
import { executors } from "../../../../test/executors.ts";
import { RandomStream } from "../../../core/random/index.ts";
import { gradients } from "../../../tensor/backward.ts";
import { mul, ones, randomNormal, setExecutor, sum, type Tensor, tensor, zeros } from "../../../tensor/index.ts";
import { checkGradient } from "../../../testing/check-gradient.ts";
import { buildNetwork, type LayerConfig } from "../../build.ts";
import { summary } from "../../summary.ts";
import { LearnedPositions } from "../learned-positions.ts";
import { MultiHeadAttention } from "../multi-head-attention.ts";
import { PositionalEncoding } from "../positional-encoding.ts";
import { TransformerEncoder } from "../transformer-encoder.ts";
import { TransformerEncoderLayer } from "../transformer-encoder-layer.ts";
import { attend } from "./scaled-dot-product.ts";

setExecutor(executors[1].executor);

const rng = (): RandomStream => new RandomStream(5);
const values = (x: Tensor): number[] => [...x.dataSync()];
const attention = (options: { causal?: boolean; dropout?: number } = {}) => new MultiHeadAttention(4, { heads: 2, rng: rng(), ...options });
const truths = (rows: readonly (readonly number[])[]): Tensor => tensor(rows.map((row) => row.map((value) => value === 1)));

/** Equal but for the order of float32 sums. */
function expectClose(received: Tensor, expected: Tensor): void {
	expect(received.shape).toEqual(expected.shape);
	expect(received.sub(expected).abs().max().item()).toBeLessThan(2e-6);
}

test("keys that the mask hides are not there: the result equals that of a shorter sequence", () => {
	const model = attention();
	const x = randomNormal([1, 5, 4], rng());
	const hidden = model.forward(x, { keyMask: truths([[1, 1, 1, 0, 0]]) });
	expectClose(hidden.narrow(1, [0, 3]), model.forward(x.narrow(1, [0, 3])));
});

test("causal: what comes later changes nothing before it, and equals the mask written out", () => {
	const model = attention({ causal: true });
	const x = randomNormal([2, 4, 4], rng());
	const changed = x.add(tensor([0, 0, 0, 1], { shape: [4, 1] }));
	expect(values(model.forward(changed).narrow(1, [0, 3]))).toEqual(values(model.forward(x).narrow(1, [0, 3])));
	const mask = ones([4, 4]).tril().ne(0);
	expect(values(attention().forward(x, { mask }))).toEqual(values(model.forward(x)));
	expect(values(model.forward(x, { causal: false }))).toEqual(values(attention().forward(x)));
});

test("masks of two, three and four axes say the same", () => {
	const x = randomNormal([2, 3, 4], rng());
	const mask = truths([
		[1, 0, 1],
		[0, 1, 1],
		[1, 1, 0],
	]);
	const expected = values(attention().forward(x, { mask }));
	expect(values(attention().forward(x, { mask: mask.expand([2, 3, 3]) }))).toEqual(expected);
	expect(values(attention().forward(x, { mask: mask.expand([2, 2, 3, 3]) }))).toEqual(expected);
});

test("a query that may see no key gives zeros before the last projection, and finite gradients", () => {
	const model = attention();
	const x = randomNormal([2, 3, 4], rng()).requireGrad();
	const { output, weights } = model.run(x, {
		keyMask: truths([
			[0, 0, 0],
			[1, 1, 1],
		]),
	});
	expect(values(weights.at(0)).every((value) => value === 0)).toBe(true);
	// The bias of the last projection starts at 0.
	expect(values(output.at(0)).every((value) => value === 0)).toBe(true);
	output.square().sum().backward();
	const gradient = values(x.grad as Tensor);
	expect(gradient.slice(0, 12).every((value) => value === 0)).toBe(true);
	expect(gradient.slice(12).every((value) => Number.isFinite(value) && value !== 0)).toBe(true);
});

test("large scores do not overflow: the largest takes all", () => {
	const [query, key] = [
		tensor([[3e4, 0]]),
		tensor([
			[3e4, 0],
			[-3e4, 0],
		]),
	];
	const value = tensor([[1], [2]]);
	const mask = truths([[0, 1]]);
	expect(values(attend({ query, key, value, mask: null, dropout: null }).output)).toEqual([1]);
	// The only key that may be seen has a score of −6e8, far below the hidden one's.
	expect(values(attend({ query, key, value, mask, dropout: null }).output)).toEqual([2]);
});

test("weights of the attention sum to 1 in every row, before dropout too", () => {
	const { weights } = attention({ dropout: 0.5 }).run(randomNormal([2, 3, 4], rng()));
	expect(weights.shape).toEqual([2, 2, 3, 3]);
	expectClose(weights.sum(-1), ones([2, 2, 3]));
});

test("second derivatives are limits of differences of the first, masks included", () => {
	const keyMask = [
		[true, true, false],
		[true, true, true],
	];
	const gradient = (query: Tensor, key: Tensor, value: Tensor): Tensor => {
		const { output } = attend({ query, key, value, mask: tensor(keyMask).unsqueeze(1), dropout: null });
		return gradients(output.square().sum(), [query, key, value], { createGraph: true })
			.map((one) => sum(mul(one, one)))
			.reduce((a, b) => a.add(b));
	};
	checkGradient(gradient, [randomNormal([2, 2, 3], rng()), randomNormal([2, 3, 3], rng()), randomNormal([2, 3, 2], rng())]);
});

test("what does not fit is refused by name", () => {
	expect(() => new MultiHeadAttention(6, { heads: 4, rng: rng() })).toThrow(
		/multiHeadAttention: expected heads to divide the features, received 4 heads for 6 features.\n {2}Try: 1, 2, 3, 6\./,
	);
	const model = attention();
	const x = zeros([2, 3, 4]);
	const named = /^attention of 2 heads over 4 got input \[2, 3, 4\]\.\n {2}Expected /;
	expect(() => model.run(x, { keyMask: truths([[1, 1, 1]]) })).toThrow(named);
	expect(() => model.forward(x, { keyMask: truths([[1, 1, 1]]) })).toThrow(/keyMask \[batch, keys\] = \[2, 3\], received \[1, 3\]/);
	expect(() => model.forward(x, { mask: truths([[1, 1]]) })).toThrow(
		/mask \[queries, keys\] = \[3, 3\] or .*\[2, 2, 3, 3\], received \[1, 2\]/,
	);
	expect(() => model.forward(x, { mask: zeros([3, 3]) })).toThrow(/truths \(true: may attend\), received float32.*mask\.eq\(0\)/s);
	expect(() => model.forward(zeros([2, 3, 5]))).toThrow(/last axis to be 4 \(features\), received 5/);
	expect(() => model.forward(x, { key: zeros([2, 3, 5]) })).toThrow(/last axis to be 4 \(keyFeatures\)/);
	expect(() => model.forward(x, { key: zeros([1, 3, 4]) })).toThrow(/keys and values of one length for each of 2 examples/);
	const encoder = new TransformerEncoder(4, { heads: 2, layers: 2, rng: rng() });
	expect(() => encoder.forward(zeros([2, 3, 5]))).toThrow(
		/^model\.layers\.0 \(transformer block of 2 heads over 4\) got input \[2, 3, 5\]/,
	);
	expect(() => new LearnedPositions(3, 4, { rng: rng() }).forward(zeros([1, 5, 4]))).toThrow(/at most 3 steps \(longest\), received 5/);
});

test("an encoder is its blocks, with a final norm only where norms come first", () => {
	const options = { heads: 2, layers: 2, dropout: 0 };
	const [post, pre] = [false, true].map((normFirst) => new TransformerEncoder(4, { ...options, normFirst, rng: rng() }));
	expect([post.norm === null, pre.norm === null]).toEqual([true, false]);
	const x = randomNormal([2, 3, 4], rng());
	expect(values(post.forward(x))).toEqual(values(post.layers[1].forward(post.layers[0].forward(x))));
	// A normalised last axis has mean 0.
	expect(pre.forward(x).mean(-1).abs().max().item()).toBeLessThan(1e-6);
});

test("activations with parameters are not shared between blocks, and hidden is 4 times the features", () => {
	const encoder = new TransformerEncoder(4, { heads: 2, layers: 2, activation: "pReLU", rng: rng() });
	expect(encoder.parameters()["layers.0.feedForward.0.weight"].shape).toEqual([16, 4]);
	expect(Object.keys(encoder.parameters()).filter((path) => path.includes("feedForward.1."))).toHaveLength(2);
});

test("dropout of a block repeats with the seed and rests in inference", () => {
	const block = () => new TransformerEncoderLayer(4, { heads: 2, dropout: 0.5, rng: rng() });
	const x = randomNormal([2, 3, 4], rng());
	const [a, b] = [block(), block()];
	const trained = values(a.forward(x));
	expect(values(b.forward(x))).toEqual(trained);
	expect(values(a.forward(x))).not.toEqual(trained);
	expect(values(a.eval().forward(x))).toEqual(values(a.forward(x)));
});

test("positions are the paper's sine waves, for odd features too", () => {
	for (const features of [4, 5]) {
		const found = values(new PositionalEncoding(features, { rng: rng() }).forward(zeros([1, 3, features])));
		const expected = [0, 1, 2].flatMap((t) =>
			Array.from({ length: features }, (_, column) => {
				const i = Math.floor(column / 2);
				const angle = t / 10000 ** ((2 * i) / features);
				return Math.fround(column % 2 === 0 ? Math.sin(angle) : Math.cos(angle));
			}),
		);
		expect(found).toEqual(expected);
	}
});

test("positions follow longer inputs and other executors, and are not saved", () => {
	const model = new PositionalEncoding(4, { rng: rng() });
	const long = values(model.forward(zeros([1, 6, 4])));
	expect(values(model.forward(zeros([1, 2, 4])))).toEqual(long.slice(0, 8));
	const elsewhere = model.forward(zeros([1, 6, 4], { executor: executors[0].executor }));
	expect(values(elsewhere)).toEqual(long);
	expect(model.state().tensors).toEqual({});
});

test.each([
	[{ multiHeadAttention: { heads: 2, causal: true } }, "attention of 2 heads over 4, causal"],
	[{ multiHeadAttention: 2 }, "attention of 2 heads over 4"],
	[{ transformerEncoder: { heads: 2, hidden: 7, layers: 2, activation: "gelu" } }, "transformer encoder of 2 blocks, 2 heads over 4"],
	["positionalEncoding", "positional encoding 4"],
	["learnedPositions", "learned positions 3 × 4"],
	[{ learnedPositions: 9 }, "learned positions 9 × 4"],
] as [LayerConfig, string][])("%j is built from a config", (config, description) => {
	const model = buildNetwork([config], { inputShape: [3, 4], rng: rng() });
	expect(model.layers[0].describe()).toBe(description);
	expect(model.forward(ones([2, 3, 4])).shape).toEqual([2, 3, 4]);
});

test("a config refuses heads that do not divide, and images", () => {
	const build = (config: LayerConfig, inputShape: number[]) => buildNetwork([config], { inputShape, rng: rng() });
	expect(() => build({ transformerEncoder: { heads: 3 } }, [3, 4])).toThrow(/heads to divide the features, received 3 heads for 4/);
	expect(() => build("positionalEncoding", [1, 3, 4])).toThrow(/positionalEncoding: expected examples of shape \[time, features\]/);
});

test("a summary counts four projections and the mixing of 5 steps over 4 features", () => {
	const { multiplyAdds } = summary(attention(), [5, 4]);
	expect(multiplyAdds).toBe(4 * 5 * 16 + 2 * 5 * 5 * 4);
});
