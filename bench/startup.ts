/**
 * From process start to the end of the first step of W1, in fresh processes of the built package.
 *
 *     npm run build && npm run -s bench -- startup [--runs 9]
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { runs: { type: "string", default: "9" }, json: { type: "boolean", default: false } } });
const built = fileURLToPath(new URL("../dist/index.js", import.meta.url));
if (!existsSync(built)) throw new Error("Build first: npm run build");

/** `performance.now()` counts from the start of the process. */
const program = (executor: string): string => `
import { ${executor}, crossEntropy, linear, parameters, relu, scope, setExecutor, sgd, tensor, zeros } from ${JSON.stringify(built)};
const imported = performance.now();
setExecutor(${executor}());
const sizes = [784, 100, 100, 100, 100, 100, 100, 10];
const weights = sizes.slice(1).flatMap((size, i) => [
  tensor(Float32Array.from({ length: size * sizes[i] }, (_, j) => Math.sin(j) / 10), { shape: [size, sizes[i]] }), zeros([size])]);
const optimizer = sgd(parameters(weights));
const x = tensor(Float32Array.from({ length: 78400 }, (_, i) => Math.cos(i)), { shape: [100, 784] });
const y = tensor(Int32Array.from({ length: 100 }, (_, i) => i % 10));
scope(() => {
  let h = x;
  for (let i = 0; i < 7; i++) { h = linear(h, weights[2 * i], weights[2 * i + 1]); if (i < 6) h = relu(h); }
  crossEntropy(h, y).backward();
  optimizer.step();
});
console.log(JSON.stringify({ imported, stepped: performance.now() }));
`;

for (const executor of ["createNativeExecutor", "createWasmExecutor"]) {
	const runs = Array.from({ length: Number(values.runs) }, () => {
		const out = execFileSync(process.execPath, ["--input-type=module", "--eval", program(executor)], { encoding: "utf8" });
		return JSON.parse(out) as { imported: number; stepped: number };
	});
	const median = (pick: (run: { imported: number; stepped: number }) => number): number =>
		Math.round(runs.map(pick).sort((a, b) => a - b)[runs.length >> 1]);
	const line = { executor, importedMs: median((run) => run.imported), firstStepMs: median((run) => run.stepped) };
	if (values.json) console.log(JSON.stringify(line));
	else
		console.log(
			`${executor}: imported after ${line.importedMs} ms, first step of W1 done after ${line.firstStepMs} ms (medians of ${runs.length})`,
		);
}
