/** What embedding layers have in common: a table of rows, and tokens as indices into it. */
import { ArgumentError } from "../../core/errors.ts";
import { integerOption, type OptionSpecs, techniqueOption } from "../../core/options.ts";
import type { RandomStream } from "../../core/random/index.ts";
import type { Shape } from "../../core/shape.ts";
import { expectInteger } from "../../tensor/ops/checks.ts";
import { ne } from "../../tensor/ops/comparison.ts";
import { to } from "../../tensor/ops/convert.ts";
import { trunc } from "../../tensor/ops/rounding.ts";
import { any } from "../../tensor/ops/truth.ts";
import { randomNormal } from "../../tensor/random.ts";
import { scope } from "../../tensor/scope.ts";
import { noGrad } from "../../tensor/tape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type InitializerLike, toInitializer } from "../init/index.ts";
import { parameter } from "../parameter.ts";

/** Options of embedding layers. */
export interface EmbeddingOptions {
	/** Where the first rows are drawn from. */
	readonly rng: RandomStream;
	/** Initializer of the table. Default N(0, 1), as in PyTorch. */
	readonly weightInit?: InitializerLike | null;
}

/** Options of embedding layers in a config. */
export interface EmbeddingConfig {
	readonly count: number;
	readonly dim: number;
	readonly weightInit?: InitializerLike | null;
}

/** Specs of those options. */
export const embeddingOptionSpecs: OptionSpecs<EmbeddingConfig> = {
	count: integerOption("rows of the table: tokens are 0 … count − 1", undefined, { min: 1 }),
	dim: integerOption("values of a row", undefined, { min: 1 }),
	weightInit: techniqueOption("initializer", "first rows; default: normal with standard deviation 1", null),
};

/** A table of first rows, `[count, dim]`. */
export function makeTable(where: string, shape: readonly [count: number, dim: number], { rng, weightInit }: EmbeddingOptions): Tensor {
	for (const [i, what] of ["count", "dim"].entries()) expectInteger(shape[i], where, what, 1);
	const initializer = weightInit === undefined || weightInit === null ? standardNormal : toInitializer(weightInit);
	return parameter(initializer(shape, rng));
}

const standardNormal = (shape: Shape, rng: RandomStream): Tensor => randomNormal(shape, rng);

/**
 * Tokens as int32. Data pipelines keep all columns in one float tensor, so whole numbers in float32 are taken for tokens.
 *
 * @throws ArgumentError if one is no whole number; executors that can only be read asynchronously cut fractions off instead
 */
export function asTokens(x: Tensor): Tensor {
	if (x.dtype !== "float32" && x.dtype !== "float64") return x;
	return noGrad(() => {
		const hasFractions = x.executor.readSync !== null && scope(() => any(ne(x, trunc(x))).item()) !== 0;
		if (hasFractions) {
			throw new ArgumentError(
				"  Expected tokens, whole numbers, received numbers with fractions.\n  Try: check which columns come to this layer.",
			);
		}
		return to(x, "int32");
	});
}
