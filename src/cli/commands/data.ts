/** `gradus data`. */
import { existsSync } from "node:fs";
import { parseRunConfig } from "../../config/parse.ts";
import { describeProfile, findLeaks, openTable, profileTable } from "../../data/sources/index.ts";
import { missingData } from "../../project/data/missing-data.ts";
import { openOptions } from "../../project/data/open-table.ts";
import type { Terminal } from "../terminal.ts";

/** Rows in which leaks are looked for. */
const LEAK_ROWS = 20_000;

/** Shows the columns of a file and what is suspicious about them. */
export async function showData(file: string, { target }: { readonly target?: string }, { out, json }: Terminal): Promise<undefined> {
	if (!existsSync(file)) throw missingData(file);
	const source = await openTable(file, openOptions(parseRunConfig({ data: { source: file } })));
	try {
		const profile = await profileTable(source);
		const leaks = target === undefined ? [] : findLeaks(await source.read({ limit: LEAK_ROWS }), target);
		if (json) {
			out(JSON.stringify({ ...profile, leaks }));
			return;
		}
		out(describeProfile(profile));
		for (const { column, score, flagged } of leaks.slice(0, 5)) {
			out(`${flagged ? "Leak?" : "     "} "${column}" alone predicts "${target}" with score ${score.toFixed(3)}`);
		}
	} finally {
		await source.close();
	}
}
