/**
 * Opens a table and streams it to files of examples; prints as JSON the most resident memory that opening took, and the most that JavaScript
 * held afterwards, garbage aside. For the test beside it, run with `--expose-gc`. Arguments: the file and its target.
 */
import { RandomStream } from "../../src/core/random/index.ts";
import { openTable } from "../../src/data/sources/index.ts";
import { splitRows } from "../../src/data/splits/index.ts";
import { StreamedTable } from "../../src/project/data/streamed-table.ts";
import { processMemory } from "./process-memory.ts";

const [file, target] = process.argv.slice(2);

let held = 0;
/** Resident memory moves by 50 MB from run to run with what allocators keep for later; this is exact. */
function measure(): void {
	globalThis.gc!();
	const { heapUsed, external } = process.memoryUsage();
	held = Math.max(held, heapUsed + external);
}

const source = await openTable(file);
const opened = processMemory(process.pid)!.peak;
const table = new StreamedTable(source, { preprocessing: { target }, onProgress: measure });
const { train } = await table.prepare(splitRows({ rowCount: source.rowCount, rng: new RandomStream(1) }));
console.log(JSON.stringify({ opened, held, rowCount: train.size }));
await table.close();
await source.close();
