/** SVG as text: elements, escaping, numbers. No DOM. */

/** Attributes of an element; undefined ones are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A coordinate with at most two decimals, so that equal charts are equal texts on every machine. */
export function round(x: number): number {
	// + 0 turns −0 into 0.
	return Math.round(x * 100) / 100 + 0;
}

/** `<name a="1">…</name>`; attribute values are escaped, `content` is markup already. */
export function element(name: string, attributes: Attributes, content = ""): string {
	const written = Object.entries(attributes)
		.filter(([, value]) => value !== undefined)
		.map(([key, value]) => ` ${key}="${typeof value === "number" ? round(value) : escapeText(String(value))}"`)
		.join("");
	return content === "" ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text made safe in markup and attributes; characters that XML forbids become U+FFFD. */
export function escapeText(text: string): string {
	return (
		text
			.toWellFormed()
			// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
			.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
			.replace(/[&<>"']/g, (character) => entities[character])
	);
}
