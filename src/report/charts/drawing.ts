/** Drawings: markup with a size, to be placed in others and at last wrapped into a document. */
import { element, escapeText, round } from "./svg.ts";
import { fitText, label } from "./text.ts";
import { styleSheet } from "./theme.ts";

/** Markup that fills a rectangle from (0, 0). */
export interface Drawing {
	readonly width: number;
	readonly height: number;
	readonly body: string;
}

/** What every chart takes. */
export interface ChartOptions {
	/** Shown above the chart, and read out by screen readers. Default none. */
	readonly title?: string;
	/** What the chart shows, for those who cannot see it. Default: a line about its data. */
	readonly description?: string;
	/** Pixels at natural size; the chart shrinks with its page. Default 640. */
	readonly width?: number;
	/** Pixels at natural size. */
	readonly height?: number;
}

/** A self-contained SVG document. */
export function svgDocument({ width, height, body }: Drawing, title: string | undefined, description: string): string {
	const attributes = {
		xmlns: "http://www.w3.org/2000/svg",
		class: "gradus-chart",
		role: "img",
		"aria-label": title ?? description,
		viewBox: `0 0 ${round(width)} ${round(height)}`,
		width,
		height,
	};
	const texts = `<title>${escapeText(title ?? description)}</title><desc>${escapeText(description)}</desc>`;
	return `${element("svg", attributes, `${texts}<style>${styleSheet}</style>${body}`)}\n`;
}

/** A drawing at a place. */
export function placed({ body }: Drawing, x: number, y: number): string {
	if (body === "") return "";
	return x === 0 && y === 0 ? body : element("g", { transform: `translate(${round(x)} ${round(y)})` }, body);
}

/** Drawings one below another. */
export function stacked(drawings: readonly Drawing[], gap = 8): Drawing {
	let y = 0;
	let body = "";
	for (const drawing of drawings) {
		body += placed(drawing, 0, y);
		y += drawing.height + gap;
	}
	return { width: Math.max(0, ...drawings.map(({ width }) => width)), height: Math.max(0, y - gap), body };
}

/** Title and a line below it over the full width of a figure. */
export function heading(title: string, line: string, width: number): Drawing {
	const body =
		label(fitText(title, width - 16, 15), { x: 8, y: 19, size: 15, weight: "600" }) + label(fitText(line, width - 16), { x: 8, y: 38 });
	return { width, height: 46, body };
}
