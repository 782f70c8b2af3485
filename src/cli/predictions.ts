/** Predictions as CSV or JSON lines, to a file that appears whole or not at all, or to standard output. */
import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import type { Prediction } from "../predict/model.ts";
import type { Terminal } from "./terminal.ts";

/** How predictions are written. */
export type PredictionFormat = "csv" | "jsonl";

/** Takes predictions one by one. */
export interface PredictionWriter {
	/** `place` says which example it is, where the order does not. */
	write(place: Readonly<Record<string, string>>, prediction: Prediction): void;
	finish(): void;
	/** Leaves nothing behind. */
	discard(): void;
}

/** Opens a file, or standard output where none is named. */
export function openOutput(path: string | undefined, format: PredictionFormat, terminal: Terminal): PredictionWriter {
	const partial = `${path}.partial`;
	const file = path === undefined ? null : openSync(partial, "w");
	const line = (text: string): void => {
		if (file === null) terminal.out(text);
		else writeSync(file, `${text}\n`);
	};
	let hasHeader = false;
	return {
		write(place, prediction) {
			const record = { ...place, ...flat(prediction, format) };
			if (format === "jsonl") {
				line(JSON.stringify(record));
				return;
			}
			if (!hasHeader) line(Object.keys(record).map(cell).join(","));
			hasHeader = true;
			line(Object.values(record).map(cell).join(","));
		},
		finish() {
			if (file === null || path === undefined) return;
			closeSync(file);
			renameSync(partial, path);
		},
		discard() {
			if (file === null) return;
			closeSync(file);
			rmSync(partial, { force: true });
		},
	};
}

function flat(prediction: Prediction, format: PredictionFormat): Record<string, unknown> {
	if (!("class" in prediction)) return mapped(prediction.values);
	const { class: name, probability, probabilities } = prediction;
	const shares = mapped(probabilities);
	if (format === "jsonl") return { class: name, probability: rounded(probability), probabilities: shares };
	const columns = Object.entries(shares).map(([of, share]) => [`p(${of})`, share] as const);
	return { class: name, probability: rounded(probability), ...Object.fromEntries(columns) };
}

function mapped(values: Readonly<Record<string, number>>): Record<string, number> {
	return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, rounded(value)]));
}

/** The digits that a float32 has. */
function rounded(value: number): number {
	return Number(value.toPrecision(7));
}

/** A cell of RFC 4180. */
function cell(value: unknown): string {
	const text = String(value);
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
