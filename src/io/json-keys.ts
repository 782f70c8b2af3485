/** Finds keys that occur twice in one object of a JSON text; `JSON.parse` would silently take the last. */

/**
 * The first key that an object repeats, or null.
 *
 * @param text - valid JSON
 */
export function repeatedKey(text: string): string | null {
	/** Keys of each open object; null for an open list. */
	const open: (Set<string> | null)[] = [];
	let expectsKey = false;
	for (let at = 0; at < text.length; at++) {
		switch (text[at]) {
			case "{":
				open.push(new Set());
				expectsKey = true;
				break;
			case "[":
				open.push(null);
				expectsKey = false;
				break;
			case "}":
			case "]":
				open.pop();
				expectsKey = false;
				break;
			case ",":
				expectsKey = (open.at(-1) ?? null) !== null;
				break;
			case '"': {
				const start = at;
				at = endOfString(text, at);
				if (!expectsKey) break;
				const key = JSON.parse(text.slice(start, at + 1)) as string;
				const keys = open.at(-1) as Set<string>;
				if (keys.has(key)) return key;
				keys.add(key);
				expectsKey = false;
				break;
			}
			default:
		}
	}
	return null;
}

/** Place of the quote that closes the string which opens at `at`. */
function endOfString(text: string, at: number): number {
	let end = at + 1;
	while (text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
	return end;
}
