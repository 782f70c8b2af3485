/** Making something out of parts that hold files, folders or threads. */

/** What gives back what it holds. */
export interface Closable {
	close?(): unknown;
}

/**
 * Gives what `make` makes. Where that fails, the parts that it had made by then are closed.
 *
 * @param make - hands each part to `own` as soon as there is one
 * @throws the error of `make`
 */
export async function closedOnFailure<R>(make: (own: <T extends Closable>(part: T) => T) => Promise<R>): Promise<R> {
	const parts: Closable[] = [];
	const own = <T extends Closable>(part: T): T => {
		parts.push(part);
		return part;
	};
	try {
		return await make(own);
	} catch (error) {
		// A part that cannot be closed would hide why there was need to close it.
		await Promise.allSettled(parts.map(async (part) => part.close?.()));
		throw error;
	}
}
