/** A self-contained page: head, style sheet, nothing that runs and nothing that is fetched. */
import { escapeText } from "../charts/svg.ts";

const light =
	"--ink:#1f2328;--muted:#59636e;--paper:#fff;--ground:#f4f6f8;--line:#d9dee3;--accent:#0072b2;--good:#00795a;--bad:#b3460a;--chart-ink:#24292f;--chart-paper:#fff";
const dark =
	"--ink:#e3e7eb;--muted:#9aa4ae;--paper:#15181c;--ground:#0c0e11;--line:#2d333a;--accent:#5db4ec;--good:#35c79c;--bad:#f0883e;--chart-ink:#d6dbe1;--chart-paper:#15181c";

const style = `:root{color-scheme:light dark;${light}}
@media screen and (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1180px;margin:0 auto;padding:28px 20px 48px}
h1{font-size:26px;line-height:1.25;margin:0;overflow-wrap:anywhere}
h2{font-size:17px;margin:0 0 12px}
h3{font-size:14px;margin:18px 0 8px}
p{margin:0 0 10px;overflow-wrap:anywhere}
.muted{color:var(--muted)}
header{margin-bottom:20px}
section{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:18px 20px;margin-bottom:16px}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(170px,1fr));gap:10px;margin:18px 0}
.tile{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:10px 14px}
.tile b{display:block;font-size:22px;font-weight:600;font-variant-numeric:tabular-nums;line-height:1.3}
.tile span{color:var(--muted);font-size:13px;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 18px;margin:0}
dt{color:var(--muted)}
dd{margin:0;overflow-wrap:anywhere}
.finding{border-left:4px solid var(--bad);padding:2px 0 2px 14px;margin:0 0 14px}
.finding:last-child{margin-bottom:0}
.finding.fine{border-color:var(--good)}
.finding b{color:var(--bad);text-transform:capitalize}
.finding.fine b{color:var(--good)}
.finding p{margin:2px 0 0}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,460px),1fr));gap:16px;align-items:start;margin-bottom:8px}
figure{margin:0;min-width:0}
figure svg{display:block;margin:0 auto}
.scroll{overflow-x:auto;margin-bottom:8px}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:14px}
th,td{text-align:left;padding:4px 18px 4px 0;border-bottom:1px solid var(--line);vertical-align:top;white-space:nowrap}
.long{white-space:normal;min-width:220px;max-width:420px;overflow-wrap:anywhere}
th{color:var(--muted);font-weight:500}
th.number,td.number{text-align:right}
tbody tr:last-child td{border-bottom:0}
.examples{display:grid;grid-template-columns:repeat(auto-fill,minmax(140px,1fr));gap:14px}
.example img{display:block;width:100%;height:auto;image-rendering:pixelated;border:1px solid var(--line);border-radius:4px;background:#808080}
.example p{font-size:13px;margin:4px 0 0;line-height:1.35}
details{margin-top:10px}
summary{cursor:pointer;color:var(--accent)}
pre{overflow-x:auto;font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;margin:10px 0 0}
footer{color:var(--muted);font-size:13px}
@media print{body{background:none;font-size:11px}main{max-width:none;padding:0}section{border:0;border-top:1px solid var(--line);border-radius:0;padding:10px 0;margin:0}figure,.finding,.example,tr{break-inside:avoid}h2{break-after:avoid}pre{white-space:pre-wrap;overflow-wrap:anywhere}.figures{grid-template-columns:1fr 1fr}}`;

/** What the page may do: show itself. A slip in escaping could then still run nothing and fetch nothing. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** A whole HTML document. `body` is markup already. */
export function page(title: string, body: string): string {
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>
<link rel="icon" href="data:,">
<style>
${style}
</style>
</head>
<body>
<main>
${body}</main>
</body>
</html>
`;
}
