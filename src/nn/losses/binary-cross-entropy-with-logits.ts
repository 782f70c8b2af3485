/** Cross-entropy of logits of two classes. */
import { ShapeError } from "../../core/errors.ts";
import { broadcastShapes, formatShape, sameShape } from "../../core/shape.ts";
import { constant, formula } from "../../kernels/formula.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { binaryCrossEntropy, checkPair } from "../../tensor/ops/regression-losses.ts";
import { expectTensor, type Tensor } from "../../tensor/tensor.ts";
import { type CommonLossOptions, commonOptions, defineLoss, type UnitOptions, unitOptions, unitScale } from "./loss.ts";
import { reduceElements } from "./reduce.ts";
import { expectRule, targetRules } from "./rules.ts";

/** Options of `binaryCrossEntropyWithLogits`. */
export interface BinaryCrossEntropyOptions extends CommonLossOptions, UnitOptions {
	/** Factor of the losses of positives, broadcast against the last axes: `[labels]` for several labels. Default none. */
	readonly posWeight?: Tensor | null;
}

const weighted = formula("binaryCrossEntropyWithLogits", (x, t, weight) => {
	const hit = t.mul(weight).mul(scalars.softplus(x.neg()));
	return hit.add(constant(1).sub(t).mul(scalars.softplus(x)));
});

/** −w · t · log σ(x) − (1 − t) · log(1 − σ(x)) from logits x, so that nothing overflows; w is `posWeight`. */
export const binaryCrossEntropyWithLogits = defineLoss<BinaryCrossEntropyOptions>({
	name: "binaryCrossEntropyWithLogits",
	formula: "−w t log σ(x) − (1 − t) log(1 − σ(x))",
	source: "—",
	torch: "nn.BCEWithLogitsLoss",
	aliases: ["bceWithLogits"],
	target: "binary",
	takesLogits: true,
	options: {
		...commonOptions,
		...unitOptions,
		posWeight: { kind: "code", about: "factor of the losses of positives, a tensor [labels]", default: null },
	},
	compute(prediction, target, { reduction, sampleWeights, unit, posWeight, checksValues }) {
		checkPair("binaryCrossEntropyWithLogits", prediction, target);
		if (checksValues) expectRule("binaryCrossEntropyWithLogits", "target", target, targetRules.binary);
		const settings = { reduction, sampleWeights, scale: unitScale(unit) };
		if (posWeight === null) return reduceElements(binaryCrossEntropy, [prediction, target], settings);
		checkPosWeight(posWeight, prediction);
		return reduceElements(weighted, [prediction, target, posWeight], settings);
	},
});

function checkPosWeight(posWeight: Tensor, prediction: Tensor): void {
	expectTensor(posWeight, "binaryCrossEntropyWithLogits: posWeight");
	if (sameShape(broadcastShapes(prediction.shape, posWeight.shape, "binaryCrossEntropyWithLogits"), prediction.shape)) return;
	throw new ShapeError(
		`binaryCrossEntropyWithLogits: got posWeight ${formatShape(posWeight.shape)} for predictions ${formatShape(prediction.shape)}.\n` +
			"  Expected one factor for each label, the last axis.",
	);
}
