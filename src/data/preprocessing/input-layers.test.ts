import { expect, it } from "vitest";
import { RandomStream } from "../../core/random/index.ts";
import { buildNetwork } from "../../nn/build.ts";
import { tensor } from "../../tensor/create.ts";
import { applyPreprocessor } from "./apply.ts";
import { fitPreprocessor } from "./fit.ts";
import { nominal, numeric, tableOf } from "./fixture.ts";
import { inputLayers } from "./input-layers.ts";

const table = tableOf(numeric("n", [1, 2, 3, 5]), nominal("name", ["a", "b", "a", "b"]), nominal("y", ["p", "q", "p", "q"]));

it("looks up the codes of names, so that a network of these layers takes the table's rows", () => {
	const preprocessor = fitPreprocessor(table, { target: "y", columns: { name: { encode: "embedding" } } });
	const model = buildNetwork(inputLayers(preprocessor), { inputShape: [2], rng: new RandomStream(1) });
	const { x } = applyPreprocessor(preprocessor, table);
	const [first, second, third] = model.forward(tensor(x, { shape: [4, 2] })).toArray() as number[][];
	// The number, then the name's vector: the same for the first and third row.
	expect(first.slice(1)).toEqual(third.slice(1));
	expect(first.slice(1)).not.toEqual(second.slice(1));
	expect(first[0]).toBe(x[0]);
});

it("are none where no column is embedded", () => {
	expect(inputLayers(fitPreprocessor(table, { target: "y", columns: { name: { encode: "oneHot" } } }))).toEqual([]);
});
