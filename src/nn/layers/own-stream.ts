/** Streams of layers that draw. */
import type { RandomStream } from "../../core/random/index.ts";

/** A stream for one layer alone. Its name is drawn from `rng`, so that two layers given one `rng` draw differently, and a seed fixes both. */
export function ownStream(rng: RandomStream): RandomStream {
	return rng.split(rng.integer(0, 2 ** 31));
}
