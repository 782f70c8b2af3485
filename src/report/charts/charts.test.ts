/** Charts as text: coordinates worked out by hand, hostile input, and stored pictures of each kind. */
import { describe, expect, test } from "vitest";
import { initReportFigure } from "../init-report-figure.ts";
import { drawFrame } from "./frame.ts";
import { barChart, chartGrid, heatmap, histogramGrid, type LineSeries, lineChart, pathChart, scatterPlot } from "./index.ts";
import { drawLine } from "./line-marks.ts";
import { makeScale } from "./scale.ts";
import { fitText, textWidth } from "./text.ts";

const steps = Array.from({ length: 20 }, (_, i) => i + 1);
const training: LineSeries = { name: "training", x: steps, y: steps.map((step) => 2 / step) };
const validation: LineSeries = {
	name: "validation",
	x: steps,
	y: steps.map((step) => 0.3 + 2 / step),
	band: { low: steps.map((step) => 0.2 + 2 / step), high: steps.map((step) => 0.4 + 2 / step) },
};
const grid = Array.from({ length: 13 }, (_, i) => -3 + i / 2);
const histogram = { title: "tanh", note: "variance 0.4", low: -1, high: 1, counts: [5, 1, 0, 2, 4] };
const entry = (path: string, variance: number, hasParameters: boolean) => ({
	...{ path, description: hasParameters ? "linear 4 → 4" : "tanh", hasParameters },
	...{ forward: { variance, histogram: { low: -1, high: 1, counts: [1, 4, 1] } }, gradient: { variance: variance / 2 } },
});

const axes = { x: { label: "epoch" }, y: { label: "loss", unit: "nats" } };
const pictures: Record<string, () => string> = {
	"line-chart": () =>
		lineChart([training, validation], { ...axes, title: "Learning curves", markers: [{ axis: "x", at: 8, label: "best" }] }),
	"line-chart-log": () => lineChart([training], { x: { label: "step", scale: "log" }, y: { label: "loss", scale: "log" } }),
	"line-chart-empty": () => lineChart([], { ...axes, title: "Nothing yet" }),
	"bar-chart": () =>
		barChart({
			categories: ["SGD", "Adam"],
			series: [
				{ name: "train", values: [0.9, 0.95] },
				{ name: "test", values: [0.8, Number.NaN] },
			],
		}),
	"bar-chart-horizontal": () =>
		barChart(
			{ categories: ["learning rate", "weight decay"], series: [{ name: "share", values: [0.7, -0.1] }] },
			{ orientation: "horizontal" },
		),
	"scatter-plot": () =>
		scatterPlot([
			{ name: "a", x: [0, 1, Number.NaN], y: [1, 3, 2] },
			{ name: "b", x: [2], y: [2] },
		]),
	heatmap: () =>
		heatmap(
			{
				rows: ["cat", "dog"],
				columns: ["cat", "dog"],
				values: [
					[48, 2],
					[0, 50],
				],
			},
			{ rowLabel: "true class", columnLabel: "predicted class" },
		),
	"histogram-grid": () => histogramGrid([histogram, { ...histogram, title: "empty", counts: [0, 0] }], { title: "Values", width: 400 }),
	"chart-grid": () =>
		chartGrid(
			[1, 2, 3].map((rank) => ({ title: `#${rank}`, series: [training, validation] })),
			{ ...axes, columnCount: 2, width: 500 },
		),
	"path-chart": () =>
		pathChart({
			surface: { x: grid, y: grid, z: grid.map((y) => grid.map((x) => (x * x) / 20 + y * y)) },
			paths: [{ name: "SGD", x: [-2, 0, 1], y: [2, -1, 0] }],
			target: [0, 0],
		}),
	"init-report": () =>
		initReportFigure({
			entries: [entry("0", 1, true), entry("1", 0.4, false), entry("2", 1.1, true)],
			verdict: { text: "healthy: all is well" },
		}),
};

describe.each(Object.entries(pictures))("%s", (name, draw) => {
	test("is the stored picture", async () => {
		await expect(draw()).toMatchFileSnapshot(`snapshots/${name}.svg`);
	});

	test("is one well-formed document that needs nothing else and has a text for those who cannot see it", () => {
		const svg = draw();
		expectWellFormed(svg);
		expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" class="gradus-chart" role="img" aria-label="[^"]+" viewBox="0 0 /);
		expect(svg).toContain("<desc>");
		expect(svg.match(/https?:/g)).toHaveLength(1);
		expect(svg).not.toMatch(/NaN|Infinity|undefined|null|\d\.\d{3}/);
		expect(draw()).toBe(svg);
	});
});

/** Every element is closed in its turn. */
function expectWellFormed(svg: string): void {
	const open: string[] = [];
	for (const [, end, name, , self] of svg.matchAll(/<(\/?)([a-z]+)((?:\s[^<>]*?)?)(\/?)>/g)) {
		if (end === "/") expect(open.pop()).toBe(name);
		else if (self === "") open.push(name);
	}
	expect(open).toEqual([]);
	expect(svg.replace(/<\/?[a-z]+(\s[\w:-]+="[^"<>]*")*\/?>/g, "")).not.toMatch(/[<]/);
}

describe("coordinates", () => {
	const plotOf = (xs: number[], ys: number[]) => ({
		...{ left: 50, top: 10, width: 200, height: 100, hasData: true },
		...{ xScale: makeScale(xs, {}, { tickCount: 4 }), yScale: makeScale(ys, {}, { tickCount: 4 }) },
	});

	test("values stand where the axes say: y upwards", () => {
		const svg = drawFrame(plotOf([0, 10], [0, 4]), (plot) => drawLine({ x: [0, 2.5, 10], y: [0, 3, 4] }, plot, { color: "red" }));
		// 0 … 10 over 200 pixels, 0 … 4 over 100 pixels from below.
		expect(svg).toContain('d="M0 100L50 25L200 0"');
	});

	test("a value that is not finite breaks the line, and a point alone is a dot", () => {
		const svg = drawFrame(plotOf([0, 4], [0, 4]), (plot) =>
			drawLine({ x: [0, 1, 2, 3, 4], y: [0, 4, Number.NaN, 2, Number.POSITIVE_INFINITY] }, plot, { color: "red" }),
		);
		expect(svg).toContain('d="M0 100L50 0"');
		expect(svg).toContain('<circle cx="150" cy="50" r="2.5" fill="red"/>');
	});

	test("a bar reaches from 0 to its value", () => {
		const svg = barChart({ categories: ["a"], series: [{ name: "s", values: [3] }] }, { height: 400, y: { max: 4 } });
		const plotHeight = Number(/height="([\d.]+)" viewBox="-4/.exec(svg)?.[1]) - 8;
		const [, y, height] = /<rect x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"/.exec(svg) ?? [];
		expect(Number(y)).toBeCloseTo(plotHeight / 4, 1);
		expect(Number(height)).toBeCloseTo((plotHeight * 3) / 4, 1);
	});

	test("a line of a million points is drawn with a few per pixel, its peak kept", () => {
		const x = Float64Array.from({ length: 1e6 }, (_, i) => i);
		const y = x.map((_, i) => (i === 777_777 ? 5 : (i % 7) / 7));
		const svg = lineChart([{ name: "noise", x, y }], { y: { max: 5, min: 0 } });
		expect(svg.length).toBeLessThan(60_000);
		expect(svg).toMatch(/L[\d.]+ 0L/);
	});
});

const hostile = `</text><script>alert("1")</script>&'\u0000\ud800`;

test("hostile text is escaped wherever it stands", () => {
	const series = [{ ...training, name: hostile }, validation];
	const options = { title: hostile, description: hostile, x: { label: hostile, unit: hostile }, y: { label: hostile } };
	const drawn = [
		lineChart(series, { ...options, markers: [{ axis: "x", at: 3, label: hostile }] }),
		barChart({ categories: [hostile], series: [{ name: hostile, values: [1] }] }, options),
		scatterPlot([{ name: hostile, x: [1], y: [1] }], options),
		heatmap({ rows: [hostile], columns: [hostile], values: [[1]] }, { title: hostile, rowLabel: hostile, columnLabel: hostile }),
		histogramGrid([{ ...histogram, title: hostile, note: hostile }], { title: hostile }),
		chartGrid([{ title: hostile, series }], options),
		pathChart({ paths: [{ name: hostile, x: [1, 2], y: [1, 2] }] }, options),
	];
	for (const svg of drawn) {
		expectWellFormed(svg);
		expect(svg).not.toContain("<script");
		expect(svg).not.toContain("\u0000");
		expect(svg.isWellFormed()).toBe(true);
	}
});

test("no data gives the frame and says so", () => {
	const nothing = [Number.NaN, Number.NaN];
	for (const svg of [
		lineChart([{ name: "a", x: [1, 2], y: nothing }]),
		lineChart([{ name: "a", x: [1, 2], y: [-1, 0] }], { y: { scale: "log" } }),
		barChart({ categories: [], series: [] }),
		scatterPlot([]),
		heatmap({ rows: [], columns: [], values: [] }),
		histogramGrid([]),
		chartGrid([]),
		pathChart({ paths: [] }),
		initReportFigure({ entries: [], verdict: { text: "healthy" } }),
	]) {
		expectWellFormed(svg);
		expect(svg).toContain("no data");
		expect(svg).not.toMatch(/NaN|Infinity/);
	}
});

test("texts that are too long end in an ellipsis and fit", () => {
	const long = "activation of the hidden layers";
	expect(fitText(long, 1000)).toBe(long);
	expect(fitText(long, 80)).toMatch(/^activ.*…$/);
	expect(textWidth(fitText(long, 80))).toBeLessThanOrEqual(80);
	expect(fitText(long, 2)).toBe("");
});
