/** The check that all layers which draw numbers begin with. */
import { ArgumentError } from "../../core/errors.ts";
import { show } from "../../core/options.ts";
import { RandomStream } from "../../core/random/index.ts";

/**
 * The options of a layer's constructor, with a random stream among them: nothing is read from options that are not there.
 *
 * @param where - the layer, for the message
 * @param attempt - a call that works
 * @throws ArgumentError if `options` has no `rng` that is a stream
 */
export function layerOptions<O extends { readonly rng: RandomStream }>(where: string, options: O, attempt: string): O {
	const rng: unknown = (options as O | null | undefined)?.rng;
	if (rng instanceof RandomStream) return options;
	const received = rng === undefined ? "none" : show(rng);
	throw new ArgumentError(
		`${where}: expected rng among the options, the RandomStream that it draws from, received ${received}.\n  Try: ${attempt}.`,
	);
}
