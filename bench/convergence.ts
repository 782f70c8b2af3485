/**
 * Every optimizer trains the 784-100×6-10 ReLU network on 2,000 MNIST images; accuracy is of the official 10,000 test images.
 * With --search, a third, once and three times each rate are judged on 2,000 other training images: this is how rates were chosen.
 *
 *     npm run -s bench -- convergence [--data ../shared/data/mnist] [--json] [--only adam] [--search]
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createWasmExecutor, setExecutor } from "gradus";
import { openImages, train } from "./convergence-run.ts";
import { searchFactors, setups } from "./convergence-setups.ts";

const { values } = parseArgs({
	options: {
		data: { type: "string", default: fileURLToPath(new URL("../../shared/data/mnist", import.meta.url)) },
		json: { type: "boolean", default: false },
		only: { type: "string", default: "" },
		search: { type: "boolean", default: false },
	},
});

setExecutor(createWasmExecutor());
const images = await openImages(values.data);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

for (const [name, setup] of Object.entries(setups)) {
	if (values.only !== "" && !values.only.split(",").includes(name)) continue;
	if (values.search) await search(name);
	else {
		const outcome = await train(setup, images.train, images.test);
		const { lr = "" } = setup.options;
		if (values.json) console.log(JSON.stringify({ name, ...setup, ...outcome }));
		else
			console.log(`| ${name} | ${lr} | ${setup.epochs} | ${percent(outcome.accuracy)} | ${outcome.seconds.toFixed(1)} | ${setup.reason} |`);
	}
}
process.exit(0);

async function search(name: string): Promise<void> {
	const setup = setups[name];
	const found: string[] = [];
	for (const factor of searchFactors) {
		const lr = Number((factor * Number(setup.options.lr)).toPrecision(1));
		const { accuracy } = await train({ ...setup, options: { ...setup.options, lr } }, images.train, images.validation);
		found.push(`${lr}: ${percent(accuracy)}`);
	}
	console.log(`${name.padEnd(10)} ${found.join("   ")}`);
}
