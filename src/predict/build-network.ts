/** Builds a saved network without trusting its record: sizes are held against the weights that came with it before memory is taken. */
import { RandomStream } from "../core/random/index.ts";
import { sizeOf } from "../core/shape.ts";
import { callable, Registry } from "../core/technique.ts";
import { FileError } from "../io/errors.ts";
import type { ModelRecord } from "../io/model-record.ts";
import { buildNetwork, type NetworkShelf } from "../nn/build.ts";
import { initializerRegistry } from "../nn/init/index.ts";
import type { Initializer, InitializerMaker } from "../nn/init/initializer.ts";
import type { Sequential } from "../nn/sequential.ts";
import type { ModelState } from "../nn/state.ts";
import { zeros } from "../tensor/create.ts";

/** Numbers in a record up to this are never suspicious. */
const HARMLESS = 2 ** 16;

/**
 * The network of a record with its weights, in inference mode, on the current executor.
 *
 * @throws ArgumentError or FileError if layers and weights do not fit each other
 */
export function buildSaved(
	record: Pick<ModelRecord, "layers" | "inputShape">,
	state: ModelState,
	shelf: Partial<Pick<NetworkShelf, "layers" | "activations">> = {},
): Sequential {
	const available = Object.values(state.tensors).reduce((sum, { data }) => sum + data.length, 0);
	checkNumbers(record.layers, Math.max(HARMLESS, available));
	const weightInit = countingZeros(available);
	const initializers = new Registry(
		"initializer",
		Array.from(initializerRegistry, (known): InitializerMaker<object> => callable(() => weightInit, { ...known, name: known.name })),
	);
	const network = buildNetwork(record.layers, {
		...shelf,
		inputShape: record.inputShape,
		rng: new RandomStream(0),
		weightInit,
		initializers,
	});
	network.load(state);
	return network.eval();
}

/** First values do not matter, for the saved ones replace them; but more than were saved cannot be meant. */
function countingZeros(available: number): Initializer {
	let count = 0;
	return (shape) => {
		count += sizeOf(shape);
		if (count > available) throw tooLarge(`at least ${count} weights`, available);
		return zeros(shape);
	};
}

/** Sizes that no initializer sees, such as those of padding or upsampling. */
function checkNumbers(value: unknown, most: number): void {
	if (typeof value === "number" && Math.abs(value) > most) throw tooLarge(`the number ${value}`, most);
	if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) checkNumbers(inner, most);
}

function tooLarge(what: string, available: number): FileError {
	return new FileError(
		"damaged",
		`model.json: its layers have ${what}, but the weights beside it are fewer: ${available}.\n  Try: copy both files again, from one place.`,
	);
}
