/** `gradus train --folds`: cross-validation. */
import type { RunConfig } from "../../config/run-config.ts";
import type { Executor } from "../../kernels/contracts.ts";
import { crossValidate } from "../../project/cross-validate.ts";
import type { OpenedData } from "../../project/data/opened.ts";
import { makeExecutor } from "../../project/machine.ts";
import { scoreText, table } from "../format.ts";
import { scoresText } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

/** Trains once for each fold and reports mean and standard deviation; keeps no model. */
export async function trainFolds(config: RunConfig, opened: OpenedData, terminal: Terminal): Promise<number> {
	const started = performance.now();
	let executor: Executor | null = null;
	try {
		executor = await makeExecutor(config.machine);
		const found = await crossValidate(config, opened, executor, {
			onFold(fold) {
				if (terminal.json) terminal.out(JSON.stringify({ kind: "fold", ...fold }));
				else terminal.screen.write(`fold ${fold.fold + 1}/${config.data.folds}: ${scoresText(fold.scores)}\n`);
			},
		});
		const seconds = (performance.now() - started) / 1000;
		if (terminal.json) {
			terminal.out(JSON.stringify({ kind: "result", mean: found.mean, standardDeviation: found.deviation, seconds }));
			return 0;
		}
		const rows = Object.keys(found.mean).map((name) => [
			name,
			scoreText(name, found.mean[name]),
			"±",
			scoreText(name, found.deviation[name]),
		]);
		terminal.out(table([["score", "mean", "", "sd"], ...rows], [1, 3]));
		return 0;
	} finally {
		await opened.close();
		await executor?.close?.();
	}
}
