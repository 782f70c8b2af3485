/** Cross-validation: each row is validated once. */
import { ArgumentError } from "../../core/errors.ts";
import type { RandomStream } from "../../core/random/index.ts";
import { DataError } from "../errors.ts";
import { checkClasses, type Stratum, strataOf } from "./strata.ts";

/** How to make folds. */
export interface KFoldOptions {
	readonly rowCount: number;
	/** Number of folds, ≥ 2. Default 5. */
	readonly folds?: number;
	/** A class index a row: each fold gets the same share of each class, to within one row. */
	readonly stratify?: ArrayLike<number>;
	/** Names of the classes, for messages. */
	readonly classes?: readonly string[];
	/** An integer a row: all rows of one group are in one fold. Not together with `stratify`. */
	readonly group?: ArrayLike<number>;
	readonly rng: RandomStream;
}

/** Row numbers of a fold's parts, ascending. */
export interface Fold {
	readonly train: Int32Array;
	readonly validation: Int32Array;
}

const WHERE = "kFold";

/**
 * Splits rows 0 … rowCount − 1 into folds; each is the validation part once, with all others for training. Sizes differ by one row at
 * most, but for groups. The same options and the same place of the random stream give the same folds.
 *
 * @throws ArgumentError if `folds` is no integer ≥ 2, or `stratify` and `group` are both given
 * @throws DataError if there are fewer rows or groups than folds, or a class has only one row
 */
export function kFold({ rowCount, folds = 5, stratify, classes, group, rng }: KFoldOptions): Fold[] {
	if (!(Number.isSafeInteger(folds) && folds >= 2)) {
		throw new ArgumentError(`${WHERE}: expected folds to be an integer ≥ 2, received ${folds}.`);
	}
	if (stratify !== undefined && group !== undefined) {
		throw new ArgumentError(
			`${WHERE}: expected stratify or group, received both.\n  Try: group alone; whole groups leave little choice of classes.`,
		);
	}
	const groups = group === undefined ? null : strataOf(group, rowCount, WHERE);
	const unitCount = groups?.length ?? rowCount;
	if (unitCount < folds) {
		throw new DataError(`${WHERE}: expected at least ${folds} ${groups ? "groups" : "rows"} for ${folds} folds, received ${unitCount}.`);
	}
	const foldOf = groups === null ? dealRows({ rowCount, stratify, classes, rng }, folds) : dealGroups(groups, rowCount, folds, rng);
	return Array.from({ length: folds }, (_, fold) => ({
		train: rowsWhere(foldOf, (other) => other !== fold),
		validation: rowsWhere(foldOf, (other) => other === fold),
	}));
}

/** Deals shuffled rows round the folds, class after class without starting anew, so that neither classes nor folds differ by two. */
function dealRows({ rowCount, stratify, classes, rng }: KFoldOptions, folds: number): Int32Array {
	const strata = strataOf(stratify ?? new Int32Array(rowCount), rowCount, WHERE);
	if (stratify !== undefined) checkClasses(strata, WHERE, classes);
	const foldOf = new Int32Array(rowCount);
	let next = 0;
	for (const { rows } of strata) for (const row of rng.shuffle(rows)) foldOf[row] = next++ % folds;
	return foldOf;
}

/** The largest groups first, each to the smallest fold; equal ones in random order. */
function dealGroups(groups: Stratum[], rowCount: number, folds: number, rng: RandomStream): Int32Array {
	const foldOf = new Int32Array(rowCount);
	const sizes = new Array<number>(folds).fill(0);
	for (const { rows } of rng.shuffle(groups).sort((a, b) => b.rows.length - a.rows.length)) {
		const fold = sizes.indexOf(Math.min(...sizes));
		for (const row of rows) foldOf[row] = fold;
		sizes[fold] += rows.length;
	}
	return foldOf;
}

function rowsWhere(foldOf: Int32Array, isIn: (fold: number) => boolean): Int32Array {
	const rows = new Int32Array(foldOf.length);
	let count = 0;
	for (let row = 0; row < foldOf.length; row++) if (isIn(foldOf[row])) rows[count++] = row;
	return rows.slice(0, count);
}
