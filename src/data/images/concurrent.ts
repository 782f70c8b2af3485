/** Runs many tasks, a few at a time. */

/**
 * Runs `work(0)` … `work(count − 1)`, at most `limit` at a time. After a failure no more are started.
 *
 * @throws what the failed task with the lowest number threw, once all that were started have ended
 */
export async function eachConcurrently(count: number, limit: number, work: (i: number) => Promise<void>): Promise<void> {
	let next = 0;
	const failures: { readonly i: number; readonly error: unknown }[] = [];
	const run = async (): Promise<void> => {
		while (next < count && failures.length === 0) {
			const i = next++;
			try {
				await work(i);
			} catch (error) {
				failures.push({ i, error });
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(limit, count) }, run));
	if (failures.length > 0) throw failures.sort((a, b) => a.i - b.i)[0].error;
}
