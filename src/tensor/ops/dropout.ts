/** Dropout. */
import { ArgumentError } from "../../core/errors.ts";
import { RandomStream } from "../../core/random/index.ts";
import { formula } from "../../kernels/formula.ts";
import { randomMask } from "../random.ts";
import { isRecorded, record } from "../tape.ts";
import { allocate, expectTensor, type Tensor } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { expectFloating, sendBack } from "./elementwise.ts";

const masked = formula("dropout", (x, mask) => x.mul(mask));

/** Options of `dropout`. */
export interface DropoutOptions {
	/** Where the mask is drawn from; needed while training unless p is 0. */
	readonly stream?: RandomStream;
	/** Probability that a value is dropped, 0 ≤ p < 1. Default 0.5. */
	readonly p?: number;
	/** Whether to drop at all. Default true. */
	readonly training?: boolean;
	/**
	 * Where the expected value is kept: `inverted` divides what stays by 1 − p while training, `classic` multiplies everything by 1 − p
	 * otherwise. Default inverted.
	 */
	readonly mode?: "inverted" | "classic";
}

/**
 * While training, 0 with probability p and x / (1 − p) otherwise, so that the expected value stays; x itself if not training or p is 0.
 * In the classic mode x stays x while training and becomes x · (1 − p) otherwise.
 *
 * @throws ArgumentError if p is not in 0 ≤ p < 1, or the stream is missing
 * @see Srivastava et al. 2014, JMLR 15
 * @example
 * const y = x.dropout({ p: 0.15, stream: new RandomStream(42, "dropout") });
 */
export function dropout(x: Tensor, options: DropoutOptions = {}): Tensor {
	const { p = 0.5, training = true, stream, mode = "inverted" } = options;
	expectTensor(x, "dropout");
	expectFloating(x, "dropout");
	if (!(p >= 0 && p < 1)) throw new ArgumentError(`dropout: expected a probability 0 ≤ p < 1, received ${p}.`);
	if (p === 0) return x;
	if (!training) return mode === "classic" ? mul(x, 1 - p) : x;
	if (!(stream instanceof RandomStream)) {
		throw new ArgumentError(`dropout: expected a stream to draw from, received ${typeof stream}. Try: { stream: new RandomStream(seed) }.`);
	}
	const mask = randomMask(x, stream, { p, scale: mode === "classic" ? 1 : 1 / (1 - p) });
	const out = allocate(x.executor, x.dtype, x.shape);
	x.executor.kernels.map(masked, [x, mask], [out]);
	if (!isRecorded([x])) {
		mask.dispose();
		return out;
	}
	const inputs = [x, mask];
	return record(out, "dropout", inputs, (grad, request) => sendBack(masked, inputs, { out, grad, request }), [mask]);
}
