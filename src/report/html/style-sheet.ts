/** How reports look: light or dark as the reader's system is, narrow or wide, on screen and on paper. */

const light =
	"--ink:#1b1f24;--muted:#5c6670;--paper:#fff;--ground:#f3f5f8;--line:#dfe3e8;--accent:#0068a5;--good:#00704f;--warning:#a34a00;--bad:#b3261e;--open:#5c6670;" +
	"--shade:rgba(20,30,40,.13);--chart-ink:#24292f;--chart-paper:#fff";
const dark =
	"--ink:#e6e9ed;--muted:#9aa5b0;--paper:#171b20;--ground:#0d1014;--line:#2b323a;--accent:#66b8ee;--good:#3fcf9f;--warning:#f29b4b;--bad:#ff8a80;--open:#9aa5b0;" +
	"--shade:rgba(0,0,0,.6);--chart-ink:#d6dbe1;--chart-paper:#171b20";

/** Of a whole page, charts excepted, which bring their own. */
export const styleSheet = `:root{color-scheme:light dark;${light}}
@media screen and (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1160px;margin:0 auto;padding:32px 20px 48px}
h1{font-size:15px;font-weight:600;color:var(--muted);margin:0;overflow-wrap:anywhere}
h2{font-size:18px;line-height:1.3;margin:0 0 14px;letter-spacing:-.005em}
h2 small{font-size:13px;font-weight:400;color:var(--muted);margin-left:6px;letter-spacing:0}
h3{font-size:14px;margin:18px 0 8px}
p{margin:0 0 10px;overflow-wrap:anywhere}
ul{margin:0;padding-left:20px}
li{margin:0 0 4px;overflow-wrap:anywhere}
a{color:var(--accent);text-decoration:none}
a:hover{text-decoration:underline}
.muted{color:var(--muted)}
header{margin-bottom:20px}
.top{display:flex;flex-wrap:wrap;gap:4px 10px;align-items:center;color:var(--muted);font-size:14px}
.verdict{font-size:27px;line-height:1.25;font-weight:650;letter-spacing:-.015em;margin:8px 0 6px;text-wrap:balance}
.details{color:var(--muted);margin:0;max-width:110ch}
.badges{display:flex;flex-wrap:wrap;gap:8px;margin:14px 0 0;padding:0;list-style:none}
.badges li{margin:0}
.badge{display:inline-block;color:var(--tone);border:1px solid var(--tone);border-radius:99px;padding:1px 11px;font-size:13px;font-weight:600}
.good{--tone:var(--good)}.warning{--tone:var(--warning)}.bad{--tone:var(--bad)}.open{--tone:var(--open)}
nav{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:14px;margin-top:18px}
section{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:20px 22px;margin-bottom:16px}
.tiles{display:grid;grid-template-columns:repeat(var(--columns),minmax(0,1fr));gap:10px;margin:20px 0 0}
.tile{display:grid;grid-template-rows:subgrid;grid-row:span 3;row-gap:1px;background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:11px 14px 12px;min-width:0}
.tile b{display:block;font-size:23px;font-weight:650;font-variant-numeric:tabular-nums;line-height:1.3;letter-spacing:-.01em;overflow-wrap:anywhere}
.tile span{display:block;color:var(--muted);font-size:13px;line-height:1.4;overflow-wrap:anywhere}
.tile .name{color:var(--ink)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:5px 18px;margin:0}
dt{color:var(--muted)}
dd{margin:0;overflow-wrap:anywhere}
.finding{border-left:4px solid var(--tone);padding:1px 0 1px 14px;margin:0 0 16px;max-width:95ch}
.finding:last-child{margin-bottom:0}
.finding b{display:block;color:var(--tone)}
.finding b::first-letter{text-transform:uppercase}
.finding p{margin:2px 0 0}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,440px),1fr));gap:20px 24px;align-items:start;margin-bottom:10px}
.figures>div{min-width:0}
.figures h3:first-child{margin-top:4px}
figure{margin:0 0 0 -8px;min-width:0}
figure .gradus-chart{display:block;width:100%;max-width:580px}
.scroll{overflow-x:auto;margin-bottom:8px;background:linear-gradient(to left,var(--paper) 40%,transparent) right/44px 100% no-repeat local,linear-gradient(to left,var(--shade),transparent) right/12px 100% no-repeat scroll}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:14px}
th,td{text-align:left;padding:5px 20px 5px 0;border-bottom:1px solid var(--line);vertical-align:top;white-space:nowrap}
th:last-child,td:last-child{padding-right:4px}
th:first-child,td:first-child{position:sticky;left:0;background:var(--paper)}
.long{white-space:normal;min-width:200px;max-width:380px;overflow-wrap:anywhere}
th{color:var(--muted);font-weight:500}
th.number,td.number{text-align:right}
tbody tr:last-child td{border-bottom:0}
.examples{display:grid;grid-template-columns:repeat(auto-fill,minmax(128px,1fr));gap:18px 16px}
.example img{display:block;width:100%;height:auto;image-rendering:pixelated;border:1px solid var(--line);border-radius:6px;background:#808080}
.example p{font-size:13px;margin:6px 0 0;line-height:1.4}
details{margin-top:12px}
summary{cursor:pointer;color:var(--accent)}
pre{overflow-x:auto;font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;margin:10px 0 0}
footer{color:var(--muted);font-size:13px;text-align:center;margin-top:24px}
@media screen and (max-width:900px){.tiles{grid-template-columns:repeat(auto-fit,minmax(145px,1fr))}}
@media screen and (max-width:560px){main{padding:18px 12px 32px}section{padding:16px 14px}.verdict{font-size:22px}.tile{padding:9px 12px 10px}.tile b{font-size:20px}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:8px}.examples{grid-template-columns:repeat(auto-fill,minmax(104px,1fr))}th,td{padding-right:14px}.long{min-width:150px}.wide{white-space:normal;min-width:110px}}
@media print{body{background:none;font-size:11px}main{max-width:none;padding:0}nav{display:none}section{border:0;border-top:1px solid var(--line);border-radius:0;padding:10px 0;margin:0}.verdict{font-size:20px}figure,.finding,.example,.tile,tr{break-inside:avoid}h2{break-after:avoid}.scroll{background:none;overflow:visible}pre{white-space:pre-wrap;overflow-wrap:anywhere}.figures{grid-template-columns:1fr 1fr}}`;
