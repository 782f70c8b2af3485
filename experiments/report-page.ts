/** An experiment's report as one HTML page that needs nothing else. */
import type { ExperimentResult } from "./run.ts";

const style =
	"body{font:16px/1.55 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#24292f;background:#fff}" +
	"table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #d0d7de;padding:.4rem .6rem;text-align:left;vertical-align:top}" +
	"figure{margin:1.5rem 0}figcaption{color:#57606a}.no{color:#b3261e;font-weight:600}" +
	"@media(prefers-color-scheme:dark){body{color:#d6dbe1;background:#15181c}td,th{border-color:#3a4048}figcaption{color:#9aa4af}.no{color:#ff8a80}}";

const markup = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The page; `svgs` are the figures in the order of the result's. */
export function reportPage(result: ExperimentResult, svgs: readonly string[]): string {
	const figures = result.figures.map(
		({ title, caption }, i) => `<figure aria-label="${markup(title)}">${svgs[i]}<figcaption>${markup(caption)}</figcaption></figure>`,
	);
	const rows = result.claims.map(
		({ claim, expected, measured, holds }) =>
			`<tr><td>${markup(claim)}</td><td>${markup(expected)}</td><td>${markup(measured)}</td>` +
			`<td${holds ? "" : ' class="no"'}>${holds ? "holds" : "does not hold"}</td></tr>`,
	);
	return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${markup(result.title)}</title><style>${style}</style>
<h1>${markup(result.title)}</h1>
<p><strong>${markup(result.question)}</strong></p>
<h2>Set-up</h2><p>${markup(result.setUp)}</p><p>${markup(conditionsOf(result))}</p>
${figures.join("\n")}
<h2>What it shows</h2>${result.shows.map((text) => `<p>${markup(text)}</p>`).join("\n")}
<h2>In practice</h2><p>${markup(result.practice)}</p>
<h2>Known results and these</h2>
<table><thead><tr><th>claim</th><th>expected</th><th>measured</th><th>verdict</th></tr></thead><tbody>${rows.join("\n")}</tbody></table>
<p>After: ${markup(result.source)}.</p></html>
`;
}

/** Data, seeds, size and time of a run in a sentence. */
export function conditionsOf({ data, seeds, quick, seconds, executor }: ExperimentResult): string {
	const which =
		seeds.length === 1
			? `seed ${seeds[0]}`
			: `seeds ${seeds[0]} to ${seeds.at(-1)}; lines are means, bands go from the least to the largest`;
	const size = quick ? " Quick mode: fewer images, epochs and settings than the set-up says; tolerances may not fit." : "";
	return `${data === null ? "" : `Images: ${data}. `}Run with ${which}, on the ${executor} executor, in ${seconds.toFixed(0)} s of computing.${size}`;
}
