/** Permutation importance: how much worse a model gets when it can no longer use a column. */
import { momentsOf } from "../../core/moments.ts";
import type { RandomStream } from "../../core/random/index.ts";

/** Features that belong to one column and move together. */
export interface FeatureGroup {
	readonly name: string;
	/** Places in a row of x. */
	readonly features: readonly number[];
}

/** What importance is measured on. */
export interface PermutationOptions {
	/** `[rowCount, width]`, row-major; left as it is. */
	readonly x: Float32Array;
	readonly rowCount: number;
	readonly groups: readonly FeatureGroup[];
	/** The model's score on such inputs, in the order of the rows. */
	readonly score: (x: Float32Array) => number | Promise<number>;
	/** Whether more is better. */
	readonly goal: "min" | "max";
	/** A group's shuffles depend on its name alone, not on the other groups. */
	readonly rng: RandomStream;
	/** Shuffles of each column. Default 5. */
	readonly repeats?: number;
}

/** How much one column matters. */
export interface ColumnImportance {
	readonly name: string;
	/** By how much the score got worse when the column was shuffled; about 0 for a column that is not used. */
	readonly mean: number;
	/** Over the repeats. */
	readonly deviation: number;
}

/**
 * Shuffles the cells of one column at a time over the rows and measures how much worse the score gets. Columns that say the same hide
 * each other: each can stand in for the other.
 *
 * @returns most important first
 * @see Breiman 2001, "Random Forests", section 10; Fisher, Rudin & Dominici 2019, arXiv:1801.01489
 */
export async function permutationImportance(options: PermutationOptions): Promise<ColumnImportance[]> {
	const { x, rowCount, groups, score, goal, rng, repeats = 5 } = options;
	const width = x.length / Math.max(1, rowCount);
	const base = await score(x);
	const found: ColumnImportance[] = [];
	for (const { name, features } of groups) {
		const changes: number[] = [];
		for (let repeat = 0; repeat < repeats; repeat++) {
			const order = rng.split(name, repeat).permutation(rowCount);
			const shuffled = x.slice();
			for (let row = 0; row < rowCount; row++) {
				for (const feature of features) shuffled[row * width + feature] = x[order[row] * width + feature];
			}
			const value = await score(shuffled);
			changes.push(goal === "max" ? base - value : value - base);
		}
		const { mean, variance } = momentsOf(changes);
		found.push({ name, mean, deviation: Math.sqrt(variance) });
	}
	return found.sort((a, b) => b.mean - a.mean);
}
