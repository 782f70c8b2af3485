/** What happened inside: how far weights moved, how activations looked, layer by layer. */
import type { LayersEvent } from "../../runs/events.ts";
import { type LineSeries, lineChart } from "../charts/index.ts";
import { figures, paragraph, type Section } from "../html/markup.ts";
import { comparePaths, layerName, layerOf } from "../layer-path.ts";
import type { RunReportData } from "../run-report-data.ts";
import { CHART } from "./curves.ts";

/** As many lines as can be told apart; of more layers evenly spaced ones are shown. */
const MOST_LINES = 10;

const TITLE = "Inside the network";

/** The section of layers; empty where none were recorded. */
export function layersSection({ run, layerKinds }: RunReportData): Section {
	const named = (series: readonly LineSeries[]): LineSeries[] => series.map((one) => ({ ...one, name: layerName(one.name, layerKinds) }));
	const zeros = activationSeries(run.layers, "zeroShare").filter(({ y }) => Array.from(y).some((share) => share > 0));
	if (run.layers.length === 0) return { id: "layers", title: TITLE, content: "" };
	const content =
		paragraph("A healthy update changes weights by about a thousandth a step; outputs keep their spread from layer to layer.", "muted") +
		figures(
			chart(named(updateSeries(run.layers)), "Update ratio ‖Δw‖ / ‖w‖", "log"),
			chart(named(gradientSeries(run.layers)), "Gradient norm", "log"),
			chart(named(activationSeries(run.layers, "std")), "Standard deviation of outputs", "log"),
			zeros.length === 0 ? "" : chart(named(zeros), "Share of outputs that are zero", "linear"),
		);
	return { id: "layers", title: TITLE, content };
}

function chart(series: readonly LineSeries[], title: string, scale: "log" | "linear"): string {
	if (series.length === 0) return "";
	const y = scale === "log" ? { scale } : { min: 0, max: 1 };
	return lineChart(evenly(series), { ...CHART, title, x: { label: "step", whole: true }, y });
}

function evenly<T>(all: readonly T[]): T[] {
	const count = Math.min(MOST_LINES, all.length);
	return Array.from({ length: count }, (_, i) => all[count === 1 ? 0 : Math.round((i * (all.length - 1)) / (count - 1))]);
}

/** ‖update‖ / ‖weight‖ of each layer, all its parameters together. */
export function updateSeries(layers: readonly LayersEvent[]): LineSeries[] {
	return byLayer(layers, (records) => {
		const weight = Math.hypot(...records.map(({ weightNorm }) => weightNorm));
		return Math.hypot(...records.map(({ updateRatio, weightNorm }) => updateRatio * weightNorm)) / weight;
	});
}

function gradientSeries(layers: readonly LayersEvent[]): LineSeries[] {
	return byLayer(layers, (records) => Math.hypot(...records.map(({ gradNorm }) => gradNorm)));
}

function byLayer(layers: readonly LayersEvent[], value: (records: LayersEvent["parameters"]) => number): LineSeries[] {
	return seriesOf(layers, ({ parameters }) => {
		const groups = Map.groupBy(parameters, ({ path }) => layerOf(path));
		return [...groups].map(([path, records]) => [path, value(records)]);
	});
}

function activationSeries(layers: readonly LayersEvent[], field: "std" | "zeroShare"): LineSeries[] {
	return seriesOf(layers, ({ activations }) => activations.map((record) => [record.path, record[field]]));
}

function seriesOf(layers: readonly LayersEvent[], values: (event: LayersEvent) => [path: string, value: number][]): LineSeries[] {
	const byPath = new Map<string, { x: number[]; y: number[] }>();
	for (const event of layers) {
		for (const [path, value] of values(event)) {
			const points = byPath.get(path) ?? { x: [], y: [] };
			points.x.push(event.step);
			points.y.push(value);
			byPath.set(path, points);
		}
	}
	return [...byPath].sort(([a], [b]) => comparePaths(a, b)).map(([path, points]) => ({ name: path, ...points }));
}
