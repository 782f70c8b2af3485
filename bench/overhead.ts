/**
 * Training steps of the MLPs beside their bare arithmetic at a BLAS's speed: nothing but their matrix products, called in the BLAS directly. The two
 * take turns, a burst each, in one process and one thread.
 *
 *     npm run -s bench -- overhead [--only W1,W3] [--rounds 40]
 */
import { parseArgs } from "node:util";
import { createNativeExecutor } from "gradus";
import { buildWork } from "./gradus-model.ts";
import { engineNamed, type Product, product } from "./product-engines.ts";
import { median } from "./versus/measure.ts";
import { type Layer, workData, works } from "./works.ts";

const { values } = parseArgs({ options: { only: { type: "string", default: "W1,W3" }, rounds: { type: "string", default: "40" } } });

/** Milliseconds of a burst. */
const BURST_MS = 60;

/** The products of a step of an MLP: each layer's forward, gradient of the weight and, but for the first layer, of the input. */
function productsOf(rows: number, layers: readonly Layer[]): Product[] {
	const sizes = layers.flatMap((layer) => (layer.kind === "linear" ? [[layer.outFeatures, layer.inFeatures] as const] : []));
	return sizes.flatMap(([outFeatures, inFeatures], i) => [
		product(rows, outFeatures, inFeatures, "NT"),
		product(outFeatures, inFeatures, rows, "TN"),
		...(i === 0 ? [] : [product(rows, inFeatures, outFeatures, "NN")]),
	]);
}

/** Microseconds of each call within a burst. */
function burst(run: () => void): number[] {
	const times: number[] = [];
	const end = performance.now() + BURST_MS;
	do {
		const start = performance.now();
		run();
		times.push((performance.now() - start) * 1000);
	} while (performance.now() < end);
	return times;
}

const blas = engineNamed("blas");
for (const name of values.only.split(",") as (keyof typeof works)[]) {
	const work = works[name];
	const data = workData(name);
	const step = buildWork({ ...work, ...data }, createNativeExecutor(), { dropout: true });
	const products = productsOf(work.inputShape[0], work.layers).map(blas);
	let batch = 0;
	const contenders = {
		step: () => step(batch++ % data.batches.length).release(),
		products: () => {
			for (const run of products) run();
		},
	};
	const times = { step: [] as number[][], products: [] as number[][] };
	for (let round = -2; round < Number(values.rounds); round++) {
		for (const key of ["step", "products"] as const) {
			const taken = burst(contenders[key]);
			if (round >= 0) times[key].push(taken);
		}
	}
	const best = (key: keyof typeof times): number => Math.min(...times[key].flat());
	const middle = (key: keyof typeof times): number => median(times[key].map(median));
	const ratios = times.step.map((step, i) => median(step) / median(times.products[i]));
	console.log(
		`${name}  step ${middle("step").toFixed(0)} µs (best ${best("step").toFixed(0)}), its ${products.length} products ` +
			`${middle("products").toFixed(0)} µs (best ${best("products").toFixed(0)})   ratio ${median(ratios).toFixed(2)}, best / best ${(best("step") / best("products")).toFixed(2)}`,
	);
}
process.exit(0);
