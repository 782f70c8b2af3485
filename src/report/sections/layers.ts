/** What happened inside: how far weights moved, how activations looked, layer by layer. */
import type { LayersEvent } from "../../runs/events.ts";
import { type LineSeries, lineChart } from "../charts/index.ts";
import { figures, paragraph, section } from "../html/markup.ts";
import { comparePaths, layerOf } from "../layer-path.ts";
import type { RunReportData } from "../run-report-data.ts";

/** As many lines as can be told apart; of more layers evenly spaced ones are shown. */
const MOST_LINES = 10;

/** The section of layers; empty where none were recorded. */
export function layersSection({ run }: RunReportData): string {
	if (run.layers.length === 0) return "";
	const zeros = activationSeries(run.layers, "zeroShare").filter(({ y }) => Array.from(y).some((share) => share > 0));
	const content =
		paragraph(
			"A healthy update changes weights by about a thousandth a step; activations keep their spread from layer to layer. Names are the layers' places in the model's table.",
			"muted",
		) +
		figures(
			chart(updateSeries(run.layers), "Update ratio ‖Δw‖ / ‖w‖ by layer", "log"),
			chart(gradientSeries(run.layers), "Gradient norm by layer", "log"),
			chart(activationSeries(run.layers, "std"), "Standard deviation of outputs", "log"),
			zeros.length === 0 ? "" : chart(zeros, "Share of outputs that are zero", "linear"),
		);
	return section("layers", "Inside the network", content);
}

function chart(series: readonly LineSeries[], title: string, scale: "log" | "linear"): string {
	if (series.length === 0) return "";
	const y = scale === "log" ? { scale } : { min: 0, max: 1 };
	return lineChart(evenly(series), { width: 560, height: 320, title, x: { label: "step" }, y });
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
	return [...byPath].sort(([a], [b]) => comparePaths(a, b)).map(([path, points]) => ({ name: path === "" ? "model" : path, ...points }));
}
