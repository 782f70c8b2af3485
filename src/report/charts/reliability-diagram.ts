/** Reliability diagrams: how often answers are right by how sure they are. */
import { type Drawing, svgDocument } from "./drawing.ts";
import type { Plot } from "./frame.ts";
import { drawDot, drawLine } from "./line-marks.ts";
import { drawPanel, type PanelOptions } from "./panel.ts";
import { element } from "./svg.ts";
import { palette } from "./theme.ts";

/** Examples with a like confidence. */
export interface ReliabilityBin {
	readonly low: number;
	readonly high: number;
	readonly count: number;
	/** Mean confidence, 0 to 1. */
	readonly confidence: number;
	/** Share of right answers. */
	readonly accuracy: number;
}

/** Accuracy over confidence as bars, paler with fewer examples; on the dashed line confidence is deserved. As an SVG document. */
export function reliabilityDiagram(bins: readonly ReliabilityBin[], options: PanelOptions = {}): string {
	const description = options.description ?? "Reliability diagram: accuracy over confidence.";
	return svgDocument(drawReliability(bins, options), options.title, description);
}

function drawReliability(bins: readonly ReliabilityBin[], options: PanelOptions): Drawing {
	const filled = bins.filter(({ count }) => count > 0);
	const content = {
		...{ xValues: [0, 1], yValues: [0, 1], hasData: filled.length > 0 },
		legend: [
			{ name: "accuracy", color: palette[0], mark: "box" as const },
			{ name: "at mean confidence", color: palette[1], mark: "point" as const },
			{ name: "perfect", color: "currentColor", dash: "5 4", mark: "line" as const },
		],
	};
	return drawPanel(content, options, (plot) => {
		const most = Math.max(...filled.map(({ count }) => count));
		const diagonal = { x: [0, 1], y: [0, 1] };
		return (
			filled.map((bin) => drawBin(bin, plot, 0.25 + 0.65 * Math.sqrt(bin.count / most))).join("") +
			drawLine(diagonal, plot, { color: "currentColor", dash: "5 4", strokeWidth: 1.5, opacity: 0.75 })
		);
	});
}

function drawBin({ low, high, confidence, accuracy }: ReliabilityBin, plot: Plot, opacity: number): string {
	const [left, right, top] = [plot.x(low), plot.x(high), plot.y(accuracy)];
	const bar = { x: left + 1, y: top, width: right - left - 2, height: plot.y(0) - top, fill: palette[0], "fill-opacity": opacity };
	return element("rect", bar) + drawDot({ x: plot.x(confidence), y: top }, { color: palette[1], radius: 3.5 });
}
