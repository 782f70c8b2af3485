/**
 * Optimizer steps over 10⁶ parameters, as one tensor and as 40, beside PyTorch's foreach and single-tensor forms on one thread, in
 * microseconds; all take turns in one run. `norm` is the joint norm of the gradients alone, read back.
 *
 *     npm run -s bench -- optimizers [--json] [--rounds 40] [--only adam]
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { adam, adamW, createWasmExecutor, type Optimizer, RandomStream, randomNormal, scope, setExecutor, sgd, type Tensor } from "gradus";
import { median } from "./versus/measure.ts";
import { Server } from "./versus/server.ts";

const { values } = parseArgs({
	options: {
		json: { type: "boolean", default: false },
		rounds: { type: "string", default: "40" },
		only: { type: "string", default: "" },
	},
});

const PARAMETER_COUNT = 1_000_000;
const STEPS = 5;
const LIMIT_SECONDS = 60;
const variants = ["foreach", "single"] as const;

const rules: Readonly<Record<string, (parameters: readonly Tensor[], clip: { clipNorm?: number }) => Optimizer>> = {
	adam: (parameters, clip) => adam(parameters, clip),
	adamW: (parameters, clip) => adamW(parameters, { regularize: "all", ...clip }),
	momentum: (parameters, clip) => sgd(parameters, { lr: 1e-3, momentum: 0.9, ...clip }),
};

setExecutor(createWasmExecutor());
const python = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
const torch = new Server([python, fileURLToPath(new URL("./versus/torch_optimizers.py", import.meta.url)), "--threads", "1"]);

/** What a work's step is here: "adam 40 clip" is Adam over 40 tensors with a bound on the joint norm. */
function stepper(work: string): () => unknown {
	const [rule, count, clip] = work.split(" ");
	const stream = new RandomStream(1);
	const shape = [PARAMETER_COUNT / Number(count)];
	const parameters = Array.from({ length: Number(count) }, (_, i) => randomNormal(shape, stream.split("value", i)).keep());
	const optimizer = (rules[rule] ?? rules.adam)(parameters, clip === undefined ? {} : { clipNorm: 1 });
	scope(() => {
		parameters.forEach((parameter, i) => {
			parameter
				.mul(randomNormal(shape, stream.split("gradient", i)))
				.sum()
				.backward();
		});
	});
	return rule === "norm" ? () => optimizer.gradientNorm() : () => optimizer.step();
}

function timesOf(step: () => unknown, count: number): number[] {
	return Array.from({ length: count }, () => {
		const start = performance.now();
		step();
		return (performance.now() - start) * 1000;
	});
}

const works = [
	...Object.keys(rules).flatMap((rule) => ["1", "40", "1 clip", "40 clip"].map((how) => `${rule} ${how}`)),
	"norm 1",
	"norm 40",
];
for (const work of works) {
	if (!work.startsWith(values.only)) continue;
	const step = stepper(work);
	timesOf(step, 20);
	const own: number[][] = [];
	const rivals = Object.fromEntries(variants.map((variant) => [variant, [] as number[][]]));
	for (let round = 0; round < Number(values.rounds); round++) {
		own.push(timesOf(step, STEPS));
		for (const variant of variants) {
			const { times, unsupported } = await torch.ask({ work, variant, steps: STEPS }, LIMIT_SECONDS);
			if (times === undefined) throw new Error(`PyTorch did not answer: ${unsupported}`);
			rivals[variant].push(times);
		}
	}
	report(work, own, rivals);
}
torch.stop();
process.exit(0);

/** The ratio is to PyTorch's faster form: the median over the rounds, and best to best. */
function report(work: string, own: number[][], rivals: Readonly<Record<string, number[][]>>): void {
	const middle = (rounds: number[][]): number => median(rounds.flat());
	const best = (rounds: number[][]): number => Math.min(...rounds.flat());
	const fastest = variants.reduce((a, b) => (middle(rivals[b]) < middle(rivals[a]) ? b : a));
	const ratio = median(own.map((times, i) => median(times) / median(rivals[fastest][i])));
	const bestRatio = best(own) / Math.min(...variants.map((variant) => best(rivals[variant])));
	const entries = [["gradus", own] as const, ...variants.map((variant) => [variant, rivals[variant]] as const)];
	const figures = Object.fromEntries(entries.map(([name, rounds]) => [name, { median: middle(rounds), best: best(rounds) }]));
	if (values.json) {
		console.log(JSON.stringify({ work, figures, fastest, ratio, bestRatio }));
		return;
	}
	const columns = Object.entries(figures).map(
		([name, of]) => `${name} ${of.median.toFixed(0).padStart(5)} (best ${of.best.toFixed(0).padStart(5)})`,
	);
	console.log(`${work.padEnd(17)} ${columns.join("   ")} µs   ratio ${ratio.toFixed(2)} / ${bestRatio.toFixed(2)} to ${fastest}`);
}
