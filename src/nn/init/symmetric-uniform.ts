/** What the uniform initializers share: bounds at equal distances from 0. */
import type { RandomStream } from "../../core/random/index.ts";
import type { Shape } from "../../core/shape.ts";
import { randomUniform } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** U[−std·√3, std·√3), whose standard deviation is `std`. */
export function symmetricUniform(shape: Shape, rng: RandomStream, std: number): Tensor {
	const bound = std * Math.sqrt(3);
	return randomUniform(shape, rng, { low: -bound, high: bound });
}
