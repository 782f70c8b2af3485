/** A profile as text for a terminal. */
import type { ColumnProfile, TableProfile } from "./profile.ts";

const WIDTH = 100;
const NAME_WIDTH = 22;
const GAP = "  ";

/** The profile as an aligned table of at most 100 characters a line, one line a column, and the remarks below it. */
export function describeProfile({ path, rowCount, columns }: TableProfile): string {
	const header = ["column", "kind", "missing", "distinct", "values"];
	const rows = columns.map((column) => [
		clip(column.name, NAME_WIDTH),
		kindOf(column),
		missingOf(column),
		distinctOf(column),
		valuesOf(column),
	]);
	const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
	const line = (cells: readonly string[]) => {
		const padded = cells.map((cell, i) => (i === 2 || i === 3 ? cell.padStart(widths[i]) : cell.padEnd(widths[i])));
		return clip(padded.join(GAP).trimEnd(), WIDTH);
	};
	const remarks = columns.flatMap(({ name, remarks }) => remarks.map(({ text }) => wrap(`${clip(name, NAME_WIDTH)}: ${text}`)));
	const rule = "─".repeat(
		Math.min(
			WIDTH,
			widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length),
		),
	);
	const title = wrap(`${path}: ${grouped(rowCount)} rows, ${columns.length} columns`).trimStart();
	return [title, "", line(header), rule, ...rows.map(line), ...(remarks.length > 0 ? ["", "Remarks", ...remarks] : []), ""].join("\n");
}

function clip(text: string, width: number): string {
	const oneLine = text.replaceAll(/\s+/g, (space) => (/[\r\n\t]/.test(space) ? " " : space));
	return oneLine.length > width ? `${oneLine.slice(0, width - 1)}…` : oneLine;
}

/** Indents and breaks between words; a word longer than a line is cut. */
function wrap(text: string): string {
	const lines: string[] = [];
	let line = "  ";
	for (const word of text.split(" ")) {
		const next = line.trim() === "" ? line + word : `${line} ${word}`;
		if (next.length > WIDTH && line.trim() !== "") {
			lines.push(line);
			line = `    ${word}`;
		} else line = next;
	}
	return [...lines, line].map((one) => one.slice(0, WIDTH)).join("\n");
}

const grouped = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, ",");

const kindOf = ({ kind, temporal }: ColumnProfile): string => (temporal ? "date" : kind);

function missingOf({ missingCount, missingShare }: ColumnProfile): string {
	return missingCount === 0 ? "–" : percent(missingShare);
}

const distinctOf = ({ distinctCount, distinctIsExact }: ColumnProfile): string => `${distinctIsExact ? "" : "≈"}${grouped(distinctCount)}`;

/** Small shares must not read as none, nor nearly all as all. */
function percent(share: number): string {
	if (share > 0 && share < 0.01) return "<1 %";
	if (share < 1 && share > 0.99) return ">99 %";
	return `${Math.round(share * 100)} %`;
}

function valuesOf({ statistics, min, max, mean, temporal, distinctCount, examples }: ColumnProfile): string {
	if (distinctCount === 0) return "–";
	switch (statistics.kind) {
		case "numeric": {
			const [, , median] = statistics.quantiles;
			if (temporal) return `${date(min)} … ${date(max)}, median ${date(median)}`;
			return `${number(min)} … ${number(max)}, mean ${number(mean)} ± ${number(statistics.deviation)}, median ${number(median)}`;
		}
		case "nominal":
			return statistics.top.map(({ category, count }) => `${clip(category, 20)} ${percent(count / statistics.cellCount)}`).join(", ");
		case "text":
			return examples.map((example) => JSON.stringify(clip(example, 24))).join(", ");
		default:
			throw statistics satisfies never;
	}
}

/** Four digits. */
function number(x: number | null): string {
	if (x === null || !Number.isFinite(x)) return String(x ?? "–");
	if (x === 0) return "0";
	const size = Math.abs(x);
	if (size >= 1e7 || size < 1e-4) return x.toExponential(2).replace("e+", "e");
	if (size >= 1000) return String(Math.round(x));
	return String(Number(x.toPrecision(4)));
}

/** The day, or the minute where that is not midnight. */
function date(seconds: number | null): string {
	if (seconds === null || Math.abs(seconds) > 8.64e12) return "–";
	const [day, time] = new Date(seconds * 1000).toISOString().split("T");
	return time.startsWith("00:00:00") ? day : `${day} ${time.slice(0, 5)}`;
}
