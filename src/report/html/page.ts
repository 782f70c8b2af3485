/** A self-contained page: head, style sheet, nothing that runs and nothing that is fetched. */
import { escapeText } from "../charts/svg.ts";
import { styleSheet } from "./style-sheet.ts";

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
${styleSheet}
</style>
</head>
<body>
<main>
${body}</main>
</body>
</html>
`;
}
