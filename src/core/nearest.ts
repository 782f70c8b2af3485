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

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** Up to three of the known names that are close to the given one, the closest first; case and punctuation do not count. */
export function nearestNames(given: string, known: Iterable<string>): string[] {
	const wanted = plain(given);
	return [...known]
		.map((name) => {
			const candidate = plain(name);
			const contained = wanted.length > 2 && (candidate.includes(wanted) || wanted.includes(candidate));
			return { name, distance: contained && candidate !== wanted ? 1 : editDistance(wanted, candidate) };
		})
		.filter(({ distance }) => distance <= Math.max(1, Math.floor(wanted.length / 3)))
		.sort((a, b) => a.distance - b.distance)
		.slice(0, 3)
		.map(({ name }) => name);
}

/** `Did you mean "relu" or "elu"?`, or all names where none is near. */
export function suggestion(given: string, known: Iterable<string>): string {
	const names = [...known];
	const near = nearestNames(given, names);
	if (near.length > 0) return `Did you mean ${near.map((name) => `"${name}"`).join(" or ")}?`;
	return `Known: ${names.join(", ")}.`;
}
