/**
 * Formulas near memory speed: bytes moved per second by relu, add and Adam's update over 10⁶ floats, beside a plain copy of as many,
 * interleaved in one run.
 *
 *     npm run -s bench -- elementwise [--json] [--executor wasm]
 */
import { parseArgs } from "node:util";
import { adam, createWasmExecutor, noGrad, parameters, scope, tensor, withExecutor } from "gradus";

const { values } = parseArgs({ options: { json: { type: "boolean", default: false }, rounds: { type: "string", default: "60" } } });
const COUNT = 1_000_000;

interface Contender {
	readonly name: string;
	/** Bytes read and written by one run. */
	readonly bytes: number;
	run(): void;
}

const executor = createWasmExecutor();
const contenders: Contender[] = withExecutor(executor, () => {
	const draw = (): Float32Array => Float32Array.from({ length: COUNT }, (_, i) => Math.sin(i) + 0.1);
	const [x, y] = [tensor(draw()), tensor(draw())];
	const weight = tensor(draw());
	const optimizer = adam(parameters([weight]));
	scope(() => weight.mul(y).sum().backward());
	const freshly = (fn: () => unknown) => (): void => {
		scope(() => {
			noGrad(fn);
		});
	};
	return [
		{ name: "copy", bytes: 8 * COUNT, run: freshly(() => x.clone()) },
		{ name: "relu", bytes: 8 * COUNT, run: freshly(() => x.relu()) },
		{ name: "add", bytes: 12 * COUNT, run: freshly(() => x.add(y)) },
		{ name: "adam", bytes: 28 * COUNT, run: () => optimizer.step() },
	];
});

const times = new Map<Contender, number[]>(contenders.map((contender) => [contender, []]));
for (let round = 0; round < Number(values.rounds); round++) {
	for (const contender of contenders) {
		const start = performance.now();
		contender.run();
		times.get(contender)?.push(performance.now() - start);
	}
}

const rates = contenders.map((contender) => {
	const sorted = (times.get(contender) ?? []).sort((a, b) => a - b);
	return { name: contender.name, median: contender.bytes / sorted[sorted.length >> 1] / 1e6, best: contender.bytes / sorted[0] / 1e6 };
});
for (const { name, median, best } of rates) {
	const ratio = rates[0].median / median;
	if (values.json) console.log(JSON.stringify({ formula: name, gigabytesPerSecond: median, best, timesCopy: ratio }));
	else
		console.log(
			`${name.padEnd(6)} ${median.toFixed(1).padStart(6)} GB/s  (best ${best.toFixed(1)})   copy is ${ratio.toFixed(2)} × as fast`,
		);
}
