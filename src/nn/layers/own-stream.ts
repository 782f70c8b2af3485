/** Streams of layers that draw. */
import { ArgumentError } from "../../core/errors.ts";
import { RandomStream } from "../../core/random/index.ts";

/**
 * A stream for one layer alone. Its name is drawn from `rng`, so that two layers given one `rng` draw differently, and a seed fixes both.
 *
 * @param where - the layer, for the message
 * @throws ArgumentError if `rng` is no stream
 */
export function ownStream(rng: RandomStream, where: string): RandomStream {
	if (!(rng instanceof RandomStream)) {
		throw new ArgumentError(
			`${where}: expected a random stream to draw from, received ${typeof rng}. Try: { rng: new RandomStream(seed) }.`,
		);
	}
	return rng.split(rng.integer(0, 2 ** 31));
}
