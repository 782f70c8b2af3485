/** Squared error against cross-entropy at a sigmoid output. */
import { losses, parameters, scope, sgd, sigmoid, softmax, type Tensor, tensor } from "gradus";
import { lineChart } from "gradus/report";
import { type Claim, type Conclusion, defineExperiment } from "./framework.ts";
import { short, upTo } from "./numbers.ts";

const EPOCHS = 1000;
const LEARNING_RATE = 0.15;
const lossByName: Readonly<Record<string, (output: Tensor, target: Tensor) => Tensor>> = {
	"½ squared error": (output, target) => losses.meanSquaredError(output, target, { half: true }),
	"cross-entropy": (output, target) => losses.binaryCrossEntropy(output, target),
};

interface Start {
	readonly w: number;
	readonly b: number;
	/** Value and derivative in w, for each loss. */
	readonly losses: Record<string, { value: number; gradient: number }>;
}

interface Measured {
	readonly starts: Start[];
	/** Output of the unit by epoch, from w = b = 2. */
	readonly outputs: Record<string, number[]>;
	readonly bits: number[];
	readonly probabilities: number[];
	readonly likelihoods: number[];
}

/** One sigmoid unit with input 1.5 that is to say 0. */
function unit(w: number, b: number) {
	const [weight, bias] = [tensor([w]), tensor([b])];
	const optimizer = sgd(parameters({ weight, bias }), { lr: LEARNING_RATE });
	const step = (loss: string): { output: number; value: number; gradient: number } =>
		scope(() => {
			optimizer.zeroGrad();
			const output = sigmoid(weight.mul(1.5).add(bias));
			const value = lossByName[loss](output, tensor([0]));
			value.backward();
			const gradient = weight.grad?.dataSync()[0] ?? Number.NaN;
			const seen = { output: output.dataSync()[0], value: value.item(), gradient };
			optimizer.step();
			return seen;
		});
	return { step };
}

function startAt(w: number, b: number): Start {
	return { w, b, losses: Object.fromEntries(Object.keys(lossByName).map((loss) => [loss, unit(w, b).step(loss)])) };
}

const bitsOf = (output: number): number => scope(() => losses.binaryCrossEntropy(tensor([output]), tensor([1])).item() * Math.LOG2E);

const logits = [2, 1.2, 4];
const exactLikelihoods = logits.map((logit) => Math.log2(logits.reduce((sum, other) => sum + Math.exp(other - logit), 0)));

function agrees(claim: string, expected: readonly number[], measured: readonly number[]): Claim {
	// The source rounds to four decimals, also in between: one unit of the last.
	const holds = expected.every((value, i) => Math.abs(value - measured[i]) < 1e-4);
	return {
		claim,
		expected: `${expected.map((x) => x.toFixed(4)).join(", ")} ± 0.0001`,
		measured: measured.map((x) => x.toFixed(4)).join(", "),
		holds,
		exact: true,
	};
}

export const mseVsCrossEntropy = defineExperiment<Measured>({
	name: "mse-vs-cross-entropy",
	title: "Squared error against cross-entropy",
	question: "Why is cross-entropy the loss of classifiers?",
	setUp: `One sigmoid unit with input 1.5 and target 0, at two places and then trained from w = b = 2 with learning rate ${LEARNING_RATE} for ${EPOCHS} steps with each loss. No chance is involved.`,
	source: "Nielsen 2015, Neural Networks and Deep Learning, chapter 3; SPEC §3 and §13.8",
	practice:
		"Use cross-entropy on logits for classes. Squared error through a sigmoid multiplies its gradient by the sigmoid's derivative, which is near 0 exactly where the unit is most wrong.",
	usesImages: false,
	seedCount: { quick: 1, full: 1 },
	measure() {
		const outputs = Object.fromEntries(
			Object.keys(lossByName).map((loss) => {
				const { step } = unit(2, 2);
				return [loss, upTo(EPOCHS).map(() => step(loss).output)];
			}),
		);
		const probabilities = scope(() => Array.from(softmax(tensor([logits]), 1).dataSync()));
		const likelihoods = logits.map((_, c) =>
			scope(() => losses.crossEntropy(tensor([logits]), tensor(Int32Array.of(c)), { unit: "bits" }).item()),
		);
		return { starts: [startAt(0.4, 0.5), startAt(1.9, 3)], outputs, bits: [bitsOf(0.98), bitsOf(0.0001)], probabilities, likelihoods };
	},
	conclude([{ starts, outputs, bits, probabilities, likelihoods }]): Conclusion {
		const [squared, entropy] = Object.keys(lossByName);
		const gradients = (loss: string): number[] => starts.map((start) => Math.abs(start.losses[loss].gradient));
		const [squaredGradients, entropyGradients] = [gradients(squared), gradients(entropy)];
		const below = (loss: string): number => outputs[loss].findIndex((output) => output < 0.2) + 1;
		const reached = (loss: string): string => (below(loss) === 0 ? `not within ${EPOCHS}` : String(below(loss)));
		return {
			figures: [
				{
					title: "Output by step from a bad start",
					svg: lineChart(
						[entropy, squared].map((name) => ({ name, x: upTo(EPOCHS), y: outputs[name] })),
						{ x: { label: "step" }, y: { label: "output (target 0)", min: 0, max: 1 }, markers: [{ axis: "y", at: 0.2, label: "0.2" }] },
					),
					caption: "Squared error hardly moves while the unit is as wrong as can be; cross-entropy moves fastest there.",
				},
			],
			claims: [
				agrees(
					"½ squared error at (w, b) = (0.4, 0.5) and (1.9, 3.0)",
					[0.2815, 0.4971],
					starts.map((start) => start.losses[squared].value),
				),
				{
					...{ claim: "Squared error: the gradient in w is larger at the better place", expected: "larger at (0.4, 0.5)" },
					...{ measured: squaredGradients.map(short).join(" and "), holds: squaredGradients[0] > squaredGradients[1], exact: true },
				},
				{
					...{ claim: "Cross-entropy: it is larger at the worse place", expected: "larger at (1.9, 3.0)" },
					...{ measured: entropyGradients.map(short).join(" and "), holds: entropyGradients[1] > entropyGradients[0], exact: true },
				},
				agrees("Cross-entropy in bits of target 1 and outputs 0.98, 0.0001", [0.0291, 13.2877], bits),
				agrees("Softmax of (2.0, 1.2, 4.0)", [0.1131, 0.0508, 0.836], probabilities),
				agrees(
					"Log-likelihood in bits per class, from probabilities of four decimals",
					[3.1443, 4.299, 0.2584],
					probabilities.map((p) => -Math.log2(Number(p.toFixed(4)))),
				),
				agrees("Log-likelihood in bits per class from logits: −log₂ softmax in float64", exactLikelihoods, likelihoods),
				{
					...{
						claim: "From w = b = 2 squared error starts slowly",
						expected: "at least three times as many steps until the output is below 0.2",
					},
					...{
						measured: `${reached(squared)} against ${reached(entropy)} steps`,
						holds: below(entropy) > 0 && (below(squared) === 0 || below(squared) >= 3 * below(entropy)),
						exact: true,
					},
				},
			],
			shows: [
				`At (1.9, 3.0) the unit says 0.997 where 0 is right. Squared error gives it a gradient of ${short(squaredGradients[1])}, cross-entropy one of ${short(entropyGradients[1])}. ` +
					"The derivative of the logarithm cancels that of the sigmoid: what is left is output − target, the error itself.",
			],
		};
	},
});
