/** The data of a command that trains, or shows what would be trained: opened by the config, without the columns that give the target away. */
import { basename } from "node:path";
import type { RunConfig } from "../config/run-config.ts";
import { leakRemark } from "../project/data/leak-remark.ts";
import { openData } from "../project/data/open.ts";
import type { OpenedData } from "../project/data/opened.ts";
import { configFromFlags, type TrainFlags } from "./config-from-flags.ts";
import { showDataProgress } from "./data-progress.ts";
import { INTERRUPTED } from "./errors.ts";
import { onInterrupt, type Terminal } from "./terminal.ts";

/** Data ready to be prepared, and the config as it then is. */
export interface TrainingData {
	readonly config: RunConfig;
	/** The caller closes it. */
	readonly opened: OpenedData;
	/** What was decided on the way that belongs in a run's record. */
	readonly remarks: readonly string[];
}

/** Reads the config and opens its data; says what was found there and what was done about it. */
export async function openTrainingData(data: string | undefined, flags: TrainFlags, { screen }: Terminal): Promise<TrainingData> {
	const config = await configFromFlags(data, flags);
	// A process that a signal ends does not remove its temporary files; one that exits does.
	const endWatch = onInterrupt(() => process.exit(INTERRUPTED), INTERRUPTED);
	try {
		const found = await withoutLeaks(config, screen);
		for (const remark of found.opened.remarks) screen.write(`${remark}\n`);
		return found;
	} finally {
		endWatch();
	}
}

/** Columns that give the target away are pointed out and, unless the config keeps them, left out. */
async function withoutLeaks(config: RunConfig, screen: Terminal["screen"]): Promise<TrainingData> {
	const onProgress = showDataProgress(screen, basename(config.data.source));
	const opened = await openData(config, { onProgress });
	const { keepLeaks, exclude } = config.data;
	const remarks = opened.leaks.map((leak) => leakRemark(leak, keepLeaks));
	if (opened.leaks.length === 0) return { config, opened, remarks };
	for (const { text } of opened.leaks) screen.write(`Possible leak: ${text}\n`);
	const [one, many] = opened.leaks.length === 1 ? ["It is", "it"] : ["They are", "them"];
	if (keepLeaks) {
		screen.write(`  ${one} kept, as asked: the model may look better than it is.\n`);
		return { config, opened, remarks };
	}
	const columns = opened.leaks.map(({ column }) => column);
	screen.write(`  Left out: ${columns.join(", ")}. To train with ${many} all the same: --keep-leaks.\n`);
	await opened.close();
	const honest = { ...config, data: { ...config.data, exclude: [...exclude, ...columns] } };
	return { config: honest, opened: await openData(honest, { onProgress }), remarks };
}
