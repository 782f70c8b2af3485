/** The layers that a network needs before all others to read a table's rows. */
import type { Named } from "../../core/technique.ts";
import type { Preprocessor } from "./preprocessor.ts";

/**
 * Layers to put first: `embedColumns` where some columns are codes of names to be looked up, which a network would else take for
 * quantities; none where there are no such columns.
 *
 * @example
 * const model = buildNetwork([...inputLayers(preprocessor), { linear: 32 }, "relu", { linear: 2 }], { inputShape: train.inputShape, rng });
 */
export function inputLayers({ embeddings }: Pick<Preprocessor, "embeddings">): Named[] {
	return embeddings.length === 0 ? [] : [{ embedColumns: { sizes: embeddings.map(({ count, dim }) => [count, dim]) } }];
}
