/** Points beside the line on which they would ideally lie: predictions against truth, residuals about zero. */
import { type Drawing, svgDocument } from "./drawing.ts";
import { drawDot, drawLine, hasPoints, type Points, runsOf } from "./line-marks.ts";
import { drawPanel, type PanelOptions } from "./panel.ts";
import { palette } from "./theme.ts";

/** What `scatterWithLine` shows. */
export interface ScatterWithLineData {
	readonly points: Points;
	/** Ends of the line, within the axes or not. */
	readonly line: Points;
}

/** Points and a dashed line, as an SVG document. */
export function scatterWithLine(data: ScatterWithLineData, options: PanelOptions = {}): string {
	const description = options.description ?? "Scatter plot with the line on which points would ideally lie.";
	return svgDocument(drawScatterWithLine(data, options), options.title, description);
}

function drawScatterWithLine({ points, line }: ScatterWithLineData, options: PanelOptions): Drawing {
	const content = {
		...{ xValues: [...Array.from(points.x), ...Array.from(line.x)], yValues: [...Array.from(points.y), ...Array.from(line.y)] },
		...{ legend: [], hasData: hasPoints([points], options), xEnds: "ticks" as const, grid: "both" as const },
	};
	return drawPanel(content, options, (plot) => {
		const dots = runsOf(points, plot).flat();
		return (
			dots.map((place) => drawDot(place, { color: palette[0], radius: 3, opacity: 0.65 })).join("") +
			drawLine(line, plot, { color: "currentColor", dash: "5 4", strokeWidth: 1.5, opacity: 0.75 })
		);
	});
}
