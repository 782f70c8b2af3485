/** What a config and data become. */
import { expect, it } from "vitest";
import { parseRunConfig } from "../config/parse.ts";
import type { RunConfigInput } from "../config/run-config.ts";
import { tableDataset } from "../data/datasets/table-dataset.ts";
import { fitPreprocessor, type PreprocessorOptions } from "../data/preprocessing/fit.ts";
import { targetKind } from "../data/preprocessing/preprocessor.ts";
import { tableFromRows } from "../data/sources/index.ts";
import { createReferenceExecutor } from "../executors/reference/index.ts";
import { type Assembly, assemble } from "./assemble.ts";
import { openData } from "./data/open.ts";
import type { PreparedData } from "./data/opened.ts";
import { prepareData } from "./data/prepare.ts";

/** Rows `{ size: 0 … 99, town: "a" … "d", price: 10 · size }`; towns as they are asked for. */
function sizes(columns: PreprocessorOptions["columns"] = {}): PreparedData {
	const rows = Array.from({ length: 100 }, (_, i) => ({ size: i, town: "abcd"[i % 4], price: 10 * i }));
	const table = tableFromRows(rows);
	const preprocessor = fitPreprocessor(table, { target: "price", columns, exclude: "town" in columns ? [] : ["town"] });
	const train = tableDataset(preprocessor, table);
	return { train, validation: null, test: null, input: { kind: "table", preprocessor }, target: targetKind(preprocessor), remarks: [] };
}

function assembled(given: Omit<RunConfigInput, "data">, data: PreparedData, limitBytes = 2 ** 30): Assembly {
	return assemble(parseRunConfig({ data: { source: "sizes.csv" }, ...given }), data, createReferenceExecutor({ limitBytes }));
}

async function digits(given: Omit<RunConfigInput, "data">): Promise<Assembly> {
	const config = parseRunConfig({ data: { source: "digits", test: 0.5, validation: 0.4 }, ...given });
	const opened = await openData(config);
	return assemble(config, await prepareData(config, opened), createReferenceExecutor());
}

it("names that are looked up get their vectors before all other layers", () => {
	const { layers } = assembled({ model: "mlp:8" }, sizes({ town: { encode: "embedding" } }));
	expect(layers[0]).toEqual({ embedColumns: { sizes: [[expect.any(Number), expect.any(Number)]] } });
	expect(layers[1]).toEqual({ linear: { out: 8, bias: true } });
});

it("values come back in the units of the table, also where the data set does not know its table", () => {
	const data = sizes();
	const { input: _, ...train } = data.train;
	const { decode } = assembled({ model: "mlp:8" }, { ...data, train });
	// The mean of 0, 10, … 990 is 495; of its squares less that of the mean, 100 · (100² − 1) / 12 remain.
	const deviation = Math.sqrt((100 * (100 ** 2 - 1)) / 12);
	const decoded = decode({ outputs: Float32Array.of(0, 1), targets: Float32Array.of(0, -1), rowCount: 2, outputCount: 1 });
	expect(decoded.outputs[0]).toBeCloseTo(495, 3);
	expect(decoded.outputs[1]).toBeCloseTo(495 + deviation, 3);
	expect(decoded.targets[1]).toBeCloseTo(495 - deviation, 3);
});

it("augmentation of the config changes what is trained on, by the seed alone", async () => {
	const lossAfter = async (augmentation: RunConfigInput["augmentation"], seed: number): Promise<number> => {
		const { trainer } = await digits({ model: "mlp:4", augmentation, seed, training: { epochs: 1, batchSize: "all" } });
		for await (const event of trainer.run()) if (event.kind === "epoch") return event.train.loss;
		return Number.NaN;
	};
	const shifted = await lossAfter([{ crop: 2 }], 1);
	expect(shifted).not.toBe(await lossAfter([], 1));
	expect(shifted).toBe(await lossAfter([{ crop: 2 }], 1));
});

it("a network that leaves no memory for its training is told with its size", () => {
	// 60,000 weights and biases, 60,000 weights and a bias: 0.69 MiB of float32, which the optimizer lays side by side.
	expect(() => assembled({ model: [{ linear: 60_000 }, "relu", { linear: 1 }] }, sizes(), 2 ** 20)).toThrow(
		/^The network is too large to be trained: it has 180,001 parameters, .* memory for 1 MiB\.\n {2}Try: a smaller model/,
	);
});
