/** `gradus evaluate`. */
import { parseRunConfig } from "../../config/parse.ts";
import { ArgumentError } from "../../core/errors.ts";
import { readRunConfig } from "../../io/node/run-folder.ts";
import { toLoss } from "../../nn/losses/index.ts";
import { openTestData } from "../../project/data/open-test.ts";
import { planTraining } from "../../project/defaults.ts";
import { loadRunModel } from "../../project/trained-model.ts";
import { evaluate } from "../../train/evaluate.ts";
import { metricRegistry } from "../../train/metrics/index.ts";
import { scoreText, table } from "../format.ts";
import type { Terminal } from "../terminal.ts";

/** Scores a run's model on other labelled data. */
export async function evaluateRun(run: string, data: string, terminal: Terminal): Promise<undefined> {
	const model = await loadRunModel(run);
	const config = parseRunConfig(await readRunConfig(run), `${run}/config.yaml`);
	const { input, target, outputs } = model.record;
	if (input.kind === "values") throw new ArgumentError(`${run}: this model takes numbers that code prepares, not files of data.`);
	const dataset = await openTestData(data, input, config);
	const plan = planTraining(config, { train: dataset, validation: null, test: null, input, target, remarks: [] });
	const found = await evaluate(model.network, dataset, {
		loss: toLoss(plan.loss),
		metrics: plan.metrics.map((name) => metricRegistry.get(name)),
		// As the model was saved, whatever the loss takes.
		outputs: (x) => (outputs === "softmax" ? x.softmax(1) : x),
	});
	if (terminal.json) {
		terminal.out(JSON.stringify({ kind: "evaluation", run, data, examples: dataset.size, scores: found.scores }));
		return;
	}
	const rows = Object.entries(found.scores).map(([name, value]) => [name, scoreText(name, value)]);
	terminal.out(table([["score", `${dataset.size} examples`], ...rows], [1]));
}
