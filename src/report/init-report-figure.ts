/** The figure of an init report: histograms of values layer by layer, and variances of values and gradients by depth. */
import { type Drawing, heading, stacked, svgDocument } from "./charts/drawing.ts";
import { drawHistogramGrid } from "./charts/histogram-grid.ts";
import { drawLineChart, type LineSeries } from "./charts/line-chart.ts";
import { formatShort } from "./charts/number-format.ts";

/** What the figure needs of one output; `initReport` gives it. */
export interface InitFigureEntry {
	readonly path: string;
	readonly description: string;
	/** Whether the module has parameters of its own. */
	readonly hasParameters: boolean;
	readonly forward: {
		readonly variance: number;
		readonly histogram: { readonly low: number; readonly high: number; readonly counts: readonly number[] };
	};
	readonly gradient: { readonly variance: number } | null;
}

/** What the figure needs of a report; `initReport` gives it. */
export interface InitFigureData {
	readonly entries: readonly InitFigureEntry[];
	readonly verdict: { readonly text: string };
}

/** Options of `initReportFigure`. */
export interface InitFigureOptions {
	/** Default "Initial weights". */
	readonly title?: string;
	/** Pixels. Default 900. */
	readonly width?: number;
	/** Histograms at most; of more outputs evenly spaced ones are shown. Default 10. */
	readonly histogramCount?: number;
}

/** The figure as an SVG document. */
export function initReportFigure(report: InitFigureData, options: InitFigureOptions = {}): string {
	const { title = "Initial weights", width = 900, histogramCount = 10 } = options;
	const drawings: Drawing[] = [
		heading(title, report.verdict.text, width),
		drawHistograms(evenlySpaced(report.entries, histogramCount), width),
		drawVariances(report.entries, width),
	];
	return svgDocument(
		stacked(drawings),
		title,
		`${report.verdict.text}. Histograms of values and variances by depth of ${report.entries.length} outputs.`,
	);
}

function drawHistograms(entries: readonly InitFigureEntry[], width: number): Drawing {
	const panels = entries.map(({ path, description, forward }) => ({
		...forward.histogram,
		title: path === "" ? description : `${path}: ${description}`,
		note: `variance ${formatShort(forward.variance)}`,
	}));
	return drawHistogramGrid(panels, { width, panelHeight: 150, sharedX: false, x: { label: "value" } });
}

/** Outputs of layers with parameters and of activations lie on different levels, so they get lines of their own. */
function drawVariances(entries: readonly InitFigureEntry[], width: number): Drawing {
	const numbered = entries.map((entry, i) => ({ ...entry, number: i + 1 }));
	const groups = [
		{ of: "layers with parameters", dashed: false, members: numbered.filter(({ hasParameters }) => hasParameters) },
		{ of: "others", dashed: true, members: numbered.filter(({ hasParameters }) => !hasParameters) },
	].filter(({ members }) => members.length > 0);
	const series = groups.flatMap(({ of, dashed, members }): LineSeries[] => {
		const x = members.map(({ number }) => number);
		return [
			{ name: `values, ${of}`, x, y: members.map(({ forward }) => forward.variance), color: 0, dashed },
			{ name: `gradients, ${of}`, x, y: members.map(({ gradient }) => gradient?.variance ?? Number.NaN), color: 1, dashed },
		];
	});
	return drawLineChart(series, {
		...{ width, height: 280, title: "Variance by depth" },
		...{ x: { label: "output, in the order of computing" }, y: { label: "variance", scale: "log" } },
	});
}

/** At most `count` of the items, the first and the last among them. */
function evenlySpaced<T>(items: readonly T[], count: number): T[] {
	if (items.length <= count) return [...items];
	const step = count < 2 ? 0 : (items.length - 1) / (count - 1);
	return Array.from({ length: count }, (_, i) => items[Math.round(i * step)]);
}
