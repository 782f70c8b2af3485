/** Checks that examples and targets are what a network can learn from. */
import { ShapeError } from "../../core/errors.ts";
import { formatShape, type Shape, sizeOf } from "../../core/shape.ts";
import type { TargetKind } from "../dataset.ts";
import { DataError } from "../errors.ts";

/** Examples and their targets, row-major. */
export interface Examples {
	/** `[rowCount, ...inputShape]` */
	readonly x: Float32Array;
	/** `[rowCount]` class indices, or `[rowCount, names.length]` values. */
	readonly y: Int32Array | Float32Array;
}

/** Targets of one example: 1 for a class index. */
export function targetWidth(target: TargetKind): number {
	return target.kind === "classes" ? 1 : target.names.length;
}

/**
 * The number of examples.
 *
 * @param firstRow - the number of the first example, for messages
 * @throws ShapeError if x, y and the shape do not fit together
 * @throws DataError if a number is not finite or a class index has no class
 */
export function checkExamples({ x, y }: Examples, inputShape: Shape, target: TargetKind, firstRow = 0): number {
	const [rowSize, width] = [sizeOf(inputShape), targetWidth(target)];
	const rowCount = y.length / width;
	if (!Number.isInteger(rowCount) || x.length !== rowCount * rowSize) {
		throw new ShapeError(
			`data set: expected ${rowSize} numbers of x (${formatShape(inputShape)}) and ${width} of y for each example, ` +
				`received ${x.length} of x and ${y.length} of y.\n  Try: x as [examples, ...inputShape], y as [examples${width > 1 ? `, ${width}` : ""}].`,
		);
	}
	checkFinite(x, rowSize, "x", firstRow);
	if (target.kind === "values") checkFinite(y, width, "y", firstRow);
	else checkClasses(y, target.classes.length, firstRow);
	return rowCount;
}

function checkFinite(values: ArrayLike<number>, rowSize: number, name: string, firstRow: number): void {
	for (let i = 0; i < values.length; i++) {
		if (Number.isFinite(values[i])) continue;
		const row = firstRow + Math.floor(i / rowSize);
		throw new DataError(
			`data set: expected finite numbers, received ${values[i]} in ${name}, example ${row}, place ${i % rowSize}.\n` +
				"  Try: impute missing values, as fitPreprocessor does, or leave the example out.",
			{ row },
		);
	}
}

function checkClasses(y: ArrayLike<number>, classCount: number, firstRow: number): void {
	for (let i = 0; i < y.length; i++) {
		if (Number.isInteger(y[i]) && y[i] >= 0 && y[i] < classCount) continue;
		const row = firstRow + i;
		throw new DataError(
			`data set: expected class indices from 0 to ${classCount - 1}, received ${y[i]} for example ${row}.\n` +
				"  Try: count classes from 0, and name all of them in target.classes.",
			{ row },
		);
	}
}
