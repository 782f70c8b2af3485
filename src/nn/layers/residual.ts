/** The residual block: a shortcut around some layers. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { type ListSpec, techniqueOption } from "../../core/options.ts";
import type { RandomStream } from "../../core/random/index.ts";
import { formatShape, sameShape } from "../../core/shape.ts";
import { type Formula, formula, substitute } from "../../kernels/formula.ts";
import { add } from "../../tensor/ops/arithmetic.ts";
import { applyFormula } from "../../tensor/ops/elementwise.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type ActivationLike, activation } from "../activations/index.ts";
import { Module } from "../module.ts";
import { DropPath } from "./drop-path.ts";
import { rateOption } from "./drop-rate.ts";
import { defineLayer } from "./layer.ts";

/** Options of `Residual`. */
export interface ResidualOptions {
	/** What brings x to the shape of the body's output, such as a 1×1 convolution; null: x itself. Default null. */
	readonly shortcut?: Module | null;
	/** After the sum, in the same pass where it is elementwise. Default none. */
	readonly activation?: ActivationLike | null;
	/** Probability that the body is left out for an example while training. Default 0. */
	readonly dropPath?: number;
	/** Where drop-path draws from; needed if `dropPath` is above 0. */
	readonly rng?: RandomStream;
}

/**
 * activation(body(x) + shortcut(x)).
 *
 * @see He et al. 2015, arXiv:1512.03385; drop-path: Huang et al. 2016, arXiv:1603.09382
 * @example
 * new Residual(new Sequential([new Linear(64, 64, { rng }), activation("relu"), new Linear(64, 64, { rng })]));
 */
export class Residual extends Module {
	readonly body: Module;
	/** null: x itself. */
	readonly shortcut: Module | null;
	readonly dropPath: DropPath | null;
	readonly activation: Module | null;

	/** @throws ArgumentError if drop-path has nothing to draw from */
	constructor(body: Module, options: ResidualOptions = {}) {
		super();
		const { shortcut = null, dropPath = 0, rng } = options;
		this.body = body;
		this.shortcut = shortcut;
		if (dropPath !== 0 && rng === undefined) {
			throw new ArgumentError("residual: dropPath draws numbers. Try: { dropPath, rng: new RandomStream(seed) }.");
		}
		this.dropPath = dropPath !== 0 && rng !== undefined ? new DropPath({ p: dropPath, rng }) : null;
		this.activation = options.activation === undefined || options.activation === null ? null : activation(options.activation);
	}

	override forward(x: Tensor): Tensor {
		const { activation } = this;
		const [body, shortcut] = this.#branches(x);
		if (activation === null) return add(body, shortcut);
		const fusible = activation.isObserved ? null : activation.fusible;
		return fusible === null ? activation.forward(add(body, shortcut)) : applyFormula(afterSum(fusible), [body, shortcut]);
	}

	override forwardFused(x: Tensor, next: Formula): Tensor {
		if (this.activation !== null) return applyFormula(next, [this.forward(x)]);
		return applyFormula(afterSum(next), this.#branches(x));
	}

	override describe(): string {
		const parts = [this.shortcut === null ? "residual, identity shortcut" : "residual, projected shortcut"];
		if (this.activation !== null) parts.push(this.activation.describe());
		return parts.join(", ");
	}

	#branches(x: Tensor): [body: Tensor, shortcut: Tensor] {
		const whole = this.body.forward(x);
		const body = this.dropPath === null ? whole : this.dropPath.forward(whole);
		const shortcut = this.shortcut === null ? x : this.shortcut.forward(x);
		if (sameShape(body.shape, shortcut.shape)) return [body, shortcut];
		const projection = "{ shortcut: a layer that changes x alike, such as a 1×1 convolution of the same stride }";
		throw new ShapeError(
			`  Expected body and shortcut to give one shape, received ${formatShape(body.shape)} and ${formatShape(shortcut.shape)}.\n` +
				`  Try: ${this.shortcut === null ? projection : "a shortcut with the body's channels and stride"}.`,
		);
	}
}

const sums = new WeakMap<Formula, Formula>();

/** activation(a + b) as one formula; made once for each activation. */
function afterSum(activation: Formula): Formula {
	let made = sums.get(activation);
	if (made === undefined) {
		made = formula(`${activation.name}OfSum`, (a, b) => substitute(activation.outputs[0], [a.add(b)]));
		sums.set(activation, made);
	}
	return made;
}

const layersOption = (about: string, fallback?: null): ListSpec => ({
	kind: "list",
	about,
	items: techniqueOption("layer", "a layer"),
	orSingle: true,
	...(fallback === undefined ? {} : { default: fallback }),
});

/** Options of `residual` in a config. */
interface ResidualConfig {
	readonly body: readonly unknown[];
	readonly shortcut?: readonly unknown[] | null;
	readonly activation?: ActivationLike | null;
	readonly dropPath?: number;
}

/** `{ residual: { body: [{ conv2d: { out: 16, kernel: 3, padding: 1 } }, "batchNorm"], activation: "relu" } }` */
export const residualLayer = defineLayer<ResidualConfig>({
	name: "residual",
	formula: "activation(body(x) + shortcut(x))",
	source: "He et al. 2015, arXiv:1512.03385",
	torch: null,
	shorthand: "body",
	options: {
		body: layersOption("layers that the shortcut passes by"),
		shortcut: layersOption("layers that bring x to the body's shape; default: none, x itself", null),
		activation: techniqueOption("activation", "after the sum", null),
		dropPath: rateOption("the body", 0),
	},
	create: ({ body, shortcut, activation: after, dropPath }, { rng, build, activations }) =>
		new Residual(build(body), {
			shortcut: shortcut === null ? null : build(shortcut),
			activation: after === null ? null : activation(after, activations),
			dropPath,
			rng,
		}),
});
