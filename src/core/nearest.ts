/** Which names a misspelt one may have meant. */

/** Edits (insert, delete, replace, swap of neighbours) that turn one text into another (Damerau 1964, restricted form). */
export function editDistance(from: string, to: string): number {
	let beforeLast: number[] = [];
	let last = Array.from({ length: to.length + 1 }, (_, j) => j);
	for (let i = 1; i <= from.length; i++) {
		const row = [i];
		for (let j = 1; j <= to.length; j++) {
			const same = from[i - 1] === to[j - 1];
			let best = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
			if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) best = Math.min(best, beforeLast[j - 2] + 1);
			row.push(best);
		}
		[beforeLast, last] = [last, row];
	}
	return last[to.length];
}

/** A name as names are compared: case and punctuation do not count. Letters of any script do. */
export function plainName(name: string): string {
	return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/**
 * Up to three of the known names that are close to the given one, the closest first; case and punctuation do not count. Of names with as
 * many edits, those that begin alike come first, for few people miss a word's first letters; then those of like length.
 */
export function nearestNames(given: string, known: Iterable<string>): string[] {
	const wanted = plainName(given);
	return [...known]
		.map((name) => ({ name, ...closeness(wanted, plainName(name)) }))
		.filter(({ distance }) => distance <= Math.max(1, Math.floor(wanted.length / 3)))
		.sort((a, b) => a.distance - b.distance || b.prefix - a.prefix || a.lengthGap - b.lengthGap)
		.slice(0, 3)
		.map(({ name }) => name);
}

/** How close a known name is to the wanted one, both plain. A name that holds the other counts as one edit away. */
function closeness(wanted: string, candidate: string): { distance: number; prefix: number; lengthGap: number } {
	const isPart = wanted.length > 2 && candidate.length > 2 && (candidate.includes(wanted) || wanted.includes(candidate));
	return {
		distance: isPart && candidate !== wanted ? 1 : editDistance(wanted, candidate),
		prefix: sharedPrefix(wanted, candidate),
		lengthGap: Math.abs(candidate.length - wanted.length),
	};
}

function sharedPrefix(a: string, b: string): number {
	let length = 0;
	while (length < Math.min(a.length, b.length) && a[length] === b[length]) length++;
	return length;
}

/** `Did you mean "relu" or "elu"?`, or all names where none is near. */
export function suggestion(given: string, known: Iterable<string>): string {
	const names = [...known];
	const near = nearestNames(given, names);
	if (near.length > 0) return `Did you mean ${near.map((name) => `"${name}"`).join(" or ")}?`;
	return `Known: ${names.join(", ")}.`;
}
