/** Muon: momentum made orthogonal, for matrices; AdamW for the rest. */
import { atLeastZero, decayOption, integerOption, numbersOption, truthOption } from "../../core/options.ts";
import { formula } from "../../kernels/formula.ts";
import { add, div, square } from "../../tensor/ops/arithmetic.ts";
import { applyFormula } from "../../tensor/ops/elementwise.ts";
import { matmul } from "../../tensor/ops/matmul.ts";
import { sqrt } from "../../tensor/ops/methods.ts";
import { sum } from "../../tensor/ops/reduce.ts";
import { reshape, transpose } from "../../tensor/ops/views.ts";
import { scope } from "../../tensor/scope.ts";
import { allocate, type Tensor } from "../../tensor/tensor.ts";
import { matches } from "../settings.ts";
import { defineTensorOptimizer } from "../technique.ts";
import { mapInto, type TensorStep } from "../tensorwise.ts";
import { adamOptions, adamRule } from "./adam.ts";

/** Options of `muon`. */
export interface MuonOptions {
	/** Of the matrices, in [0, 1). Default 0.95. */
	readonly momentum?: number;
	/** Whether the step looks one momentum ahead. Default true. */
	readonly nesterov?: boolean;
	/** Newton–Schulz iterations. Default 5. */
	readonly iterations?: number;
	/**
	 * Names, with `*` for any part, of matrices that AdamW updates too: embeddings and the output layer should be among them. Default none:
	 * names of models differ.
	 */
	readonly adamFor?: readonly string[];
	/** Learning rate of what AdamW updates, while `lr` is as given; it changes in proportion with it. Default 3e-4. */
	readonly adamLr?: number;
	/** AdamW's decays of the first and second moment. Default [0.9, 0.999]. */
	readonly adamBetas?: readonly [number, number];
	/** AdamW's addend to the root of the second moment. Default 1e-8. */
	readonly adamEpsilon?: number;
}

/** Coefficients of x ← a x + b x³ + c x⁵ on the singular values: after five rounds all of them lie in about 0.7 … 1.2. */
const [A, B, C] = [3.4445, -4.775, 2.0315];
/** Keeps the gradient 0 harmless. */
const EPSILON = 1e-7;

const mix = formula("muonVelocity", (velocity, g, momentum, rest) => momentum.mul(velocity).add(rest.mul(g)));
const move = formula("muonMove", (p, u, step, keep) => keep.mul(p).sub(step.mul(u)));
const decayed = formula("decayed", (p, keep) => p.mul(keep));
const poly = formula("newtonSchulz", (x, y) => x.mul(B).add(y.mul(C)));
const grown = formula("newtonSchulzStep", (x, y) => x.mul(A).add(y));

/**
 * The nearest matrix with orthogonal rows or columns, roughly: U Vᵀ of the singular value decomposition, singular values within about 0.3 of 1.
 *
 * @param matrix - `[rows, columns]`
 * @see Jordan et al. 2024, https://kellerjordan.github.io/posts/muon
 */
export function orthogonalized(matrix: Tensor, iterations = 5): Tensor {
	const [rows, columns] = matrix.shape;
	// The product of the shorter side is the smaller one.
	const wide = rows > columns ? transpose(matrix) : matrix;
	let x = div(wide, add(sqrt(sum(square(wide))), EPSILON));
	for (let i = 0; i < iterations; i++) x = scope(() => newtonSchulz(x));
	return rows > columns ? transpose(x) : x;
}

function newtonSchulz(x: Tensor): Tensor {
	const product = matmul(x, transpose(x));
	const inner = applyFormula(poly, [product, matmul(product, product)]);
	return applyFormula(grown, [x, matmul(inner, x)]);
}

/**
 * v ← μ v + (1 − μ) g, p ← p − lr · √max(1, rows / columns) · UVᵀ(μ v + (1 − μ) g). Kernels `[out, in, h, w]` count as `[out, in · h · w]`.
 * Parameters of fewer than two axes, and those named in `adamFor`, are updated by AdamW at a rate of their own. Decay is decoupled in both.
 */
export const muon = defineTensorOptimizer<MuonOptions>({
	name: "muon",
	formula: "p ← p − lr · √max(1, rows / columns) · UVᵀ(μ v + (1 − μ) g)",
	source: "Jordan et al. 2024, https://kellerjordan.github.io/posts/muon",
	torch: null,
	defaults: { lr: 0.02 },
	options: {
		momentum: decayOption("of the matrices", 0.95),
		nesterov: truthOption("whether the step looks one momentum ahead", true),
		iterations: integerOption("Newton–Schulz iterations", 5, { min: 1 }),
		adamFor: {
			kind: "list",
			about: "names, with * for any part, of matrices that AdamW updates too",
			items: { kind: "text", about: "a name" },
			default: [],
		},
		adamLr: atLeastZero("learning rate of what AdamW updates", 3e-4),
		adamBetas: numbersOption("AdamW's decays of the first and second moment", decayOption("decay"), [0.9, 0.999]),
		adamEpsilon: adamOptions.epsilon,
	},
	rule({ momentum, nesterov, iterations, adamFor, adamLr, adamBetas, adamEpsilon, lr: fullLr }) {
		const adam = adamRule({ betas: adamBetas, epsilon: adamEpsilon });
		const usesAdam = (name: string, parameter: Tensor): boolean =>
			parameter.rank < 2 || adamFor.some((pattern) => matches("muon", pattern, name, parameter));
		return {
			momentum,
			ownDecay: true,
			slots: (name, parameter): Record<string, readonly number[]> =>
				usesAdam(name, parameter) ? { mean: parameter.shape, square: parameter.shape } : { velocity: parameter.shape },
			update(given) {
				if (!usesAdam(given.name, given.value)) return updateMatrix(given, nesterov, iterations);
				const { value, gradient, slots, step, settings } = given;
				const lr = fullLr === 0 ? 0 : (adamLr * given.lr) / fullLr;
				if (settings.weightDecay > 0) mapInto(decayed, [value, 1 - lr * settings.weightDecay], [value]);
				const numbers = adam.numbers({ step, lr, momentum: adamBetas[0], memory: {} });
				mapInto(adam.formula, [value, gradient, slots.mean, slots.square, ...numbers], [value, slots.mean, slots.square]);
			},
		};
	},
});

function updateMatrix(
	{ value, gradient, slots: { velocity }, lr, momentum, settings }: TensorStep,
	nesterov: boolean,
	iterations: number,
): void {
	const mixed = [velocity, gradient, momentum, 1 - momentum];
	mapInto(mix, mixed, [velocity]);
	const seen = nesterov ? allocate(value.executor, "float32", value.shape) : velocity;
	if (nesterov) mapInto(mix, mixed, [seen]);
	const matrix = reshape(seen, [value.shape[0], value.size / value.shape[0]]);
	const update = reshape(orthogonalized(matrix, iterations), value.shape);
	const scale = Math.sqrt(Math.max(1, matrix.shape[0] / matrix.shape[1]));
	mapInto(move, [value, update, lr * scale, 1 - lr * settings.weightDecay], [value]);
}
