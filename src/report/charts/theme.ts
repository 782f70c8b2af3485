/** Colours that people with any colour vision tell apart, and the style sheet of all charts. */

/**
 * Okabe & Ito's colours in the order in which series get them. Their yellow is left out, which is too pale for lines on white; black is
 * the ink itself.
 */
export const palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "currentColor"] as const;

/** Lines and points of the darker colours on a dark ground, where they would be hard to see; areas do not need it. */
const onDark = { "#0072b2": "#459fd8", "#d55e00": "#ef7f35", "#009e73": "#22b98d" } as const;

const dashes = [undefined, "6 3", "2 3"] as const;

/** How the i-th series is drawn: after the last colour they begin again, dashed, then dotted. */
export function seriesStyle(i: number): { color: string; dash: string | undefined } {
	return { color: palette[i % palette.length], dash: dashes[Math.floor(i / palette.length) % dashes.length] };
}

/** Light or dark as the reader's system is; a page overrules it with --chart-ink and --chart-paper. */
export const styleSheet =
	'.gradus-chart{fill:currentColor;font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;' +
	"color:var(--chart-ink,#24292f);background:var(--chart-paper,#fff);max-width:100%;height:auto}" +
	".gradus-chart .halo{paint-order:stroke;stroke:var(--chart-paper,#fff);stroke-width:4px;stroke-linejoin:round}" +
	"@media(prefers-color-scheme:dark){.gradus-chart{color:var(--chart-ink,#d6dbe1);background:var(--chart-paper,#15181c)}" +
	".gradus-chart .halo{stroke:var(--chart-paper,#15181c)}}" +
	`@media screen and (prefers-color-scheme:dark){${Object.entries(onDark)
		.map(([color, lighter]) => `.gradus-chart [stroke="${color}"]{stroke:${lighter}}.gradus-chart circle[fill="${color}"]{fill:${lighter}}`)
		.join("")}}`;
