/** Examples as users have them, made into flat typed arrays of which shape and target are known. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { show, showKind } from "../../core/options.ts";
import { formatShape, type Shape, sizeOf } from "../../core/shape.ts";
import type { TargetKind } from "../dataset.ts";
import { counted } from "../preprocessing/refuse.ts";
import type { Examples } from "./check.ts";

/** Numbers, lists of them, lists of lists … */
export interface NumberLists extends ReadonlyArray<number | NumberLists> {}

/** A typed array of numbers. */
export type NumberArray = Float32Array | Float64Array | Int32Array | Uint8Array | Int8Array | Int16Array | Uint16Array | Uint32Array;

/** Examples, what is to be predicted of them, and as far as these do not say it, their shape and the names of what is predicted. */
export interface ArrayDatasetOptions {
	/** Examples `[examples, ...inputShape]`: nested lists, or a typed array with `inputShape`. A Float32Array is held, not copied. */
	readonly x: NumberLists | NumberArray;
	/** A class index an example, or `[examples, values]` numbers. */
	readonly y: NumberLists | NumberArray;
	/** Of one example. Default: as the lists of x are nested. */
	readonly inputShape?: Shape;
	/**
	 * What y is. Classes without names are called "0", "1" …, values "y", or "y0", "y1" …. Default: classes for an Int32Array, values for a
	 * Float32Array, a Float64Array or nested lists.
	 */
	readonly target?: TargetKind | { readonly kind: "classes" | "values" };
}

/** Examples with everything settled. */
export interface SettledExamples extends Examples {
	readonly inputShape: Shape;
	readonly target: TargetKind;
}

const WHERE = "arrayDataset";

/**
 * Settles what was left out and brings numbers into the arrays that data sets hold. Values are checked by `checkExamples`.
 *
 * @throws ArgumentError or ShapeError that says which argument is missing, of another kind or of unequal lengths
 */
export function settleArguments(options: ArrayDatasetOptions): SettledExamples {
	const { x: givenX, y: givenY, target: givenTarget, inputShape: givenShape } = options ?? {};
	const [x, y] = [flatten(givenX, "x"), flatten(givenY, "y")];
	const inputShape = settleShape(givenShape, x);
	const rowCount = x.values.length / Math.max(1, sizeOf(inputShape));
	const target = settleTarget(givenTarget, y, rowCount);
	const values = target.kind === "classes" ? classIndices(y.values) : asFloat32(y.values);
	return { x: asFloat32(x.values), y: values, inputShape, target };
}

interface Flat {
	readonly values: NumberArray | number[];
	/** Null for typed arrays, which have none. */
	readonly shape: Shape | null;
}

function flatten(given: unknown, name: "x" | "y"): Flat {
	if (ArrayBuffer.isView(given) && !(given instanceof DataView) && !(given instanceof BigInt64Array || given instanceof BigUint64Array)) {
		return { values: given as NumberArray, shape: null };
	}
	if (!Array.isArray(given)) {
		throw new ArgumentError(`${WHERE}: expected ${name} to be nested lists of numbers or a typed array, received ${showKind(given)}.`);
	}
	const shape: number[] = [];
	for (let list: unknown = given; Array.isArray(list); list = list[0]) shape.push(list.length);
	const values: number[] = [];
	append(given, shape, { into: values, place: name });
	return { values, shape };
}

/** Lists of one depth have one length. */
function append(list: readonly unknown[], [length, ...inner]: readonly number[], at: { into: number[]; place: string }): void {
	if (list.length !== length) {
		throw new ShapeError(`${WHERE}: expected ${at.place} to have ${length} items, as the lists before it, received ${list.length}.`);
	}
	for (const [i, item] of list.entries()) {
		const place = `${at.place}[${i}]`;
		if (inner.length > 0 && Array.isArray(item)) append(item, inner, { ...at, place });
		else if (inner.length === 0 && typeof item === "number") at.into.push(item);
		else
			throw new ArgumentError(`${WHERE}: expected ${place} to be ${inner.length > 0 ? "a list" : "a number"}, received ${showKind(item)}.`);
	}
}

function settleShape(given: unknown, { shape, values }: Flat): Shape {
	if (given === undefined) {
		if (shape !== null && (shape.length > 1 || values.length > 0)) return shape.slice(1);
		throw new ArgumentError(
			`${WHERE}: expected inputShape, the lengths of one example, received nothing.\n  Try: [4] for four numbers, [1, 28, 28] for a grey image.`,
		);
	}
	if (!(Array.isArray(given) && given.every((length) => Number.isInteger(length) && length > 0))) {
		throw new ArgumentError(`${WHERE}: expected inputShape to be a list of lengths such as [4] or [1, 28, 28], received ${show(given)}.`);
	}
	if (shape !== null && shape.length > 1 && sizeOf(shape.slice(1)) !== sizeOf(given)) {
		throw new ShapeError(
			`${WHERE}: expected examples ${formatShape(given)}, as inputShape says, received lists ${formatShape(shape.slice(1))} in x.`,
		);
	}
	return given;
}

function settleTarget(given: ArrayDatasetOptions["target"], y: Flat, rowCount: number): TargetKind {
	const kind = given === undefined ? kindOf(y) : given?.kind;
	switch (kind) {
		case "classes": {
			checkOnePerExample(y);
			const { classes = numbered(y.values) } = (given ?? {}) as { classes?: readonly string[] };
			return { kind, classes: checkNames(classes, "target.classes") };
		}
		case "values": {
			const { names = numberedValues(y.values.length / Math.max(1, rowCount)) } = (given ?? {}) as { names?: readonly string[] };
			return { kind, names: checkNames(names, "target.names") };
		}
		default:
			throw new ArgumentError(
				`${WHERE}: expected target to be { kind: "classes" } or { kind: "values" }, with names if there are some, received ${show(given)}.`,
			);
	}
}

function kindOf({ values, shape }: Flat): "classes" | "values" {
	if (values instanceof Int32Array) return "classes";
	if (values instanceof Float32Array || values instanceof Float64Array || (shape !== null && shape.length > 1)) return "values";
	throw new ArgumentError(
		`${WHERE}: expected target, for y may be class indices or numbers to predict.\n  Try: target: { kind: "classes" } or target: { kind: "values" }.`,
	);
}

function checkNames(names: unknown, place: string): readonly string[] {
	const isList = Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === "string");
	if (isList && new Set(names).size === names.length) return names;
	throw new ArgumentError(`${WHERE}: expected ${place} to be a list of names that all differ, received ${show(names)}.`);
}

function checkOnePerExample({ shape }: Flat): void {
	if (shape === null || sizeOf(shape.slice(1)) === 1) return;
	throw new ShapeError(
		`${WHERE}: expected one class index an example in y, received lists ${formatShape(shape.slice(1))}.\n  Try: of one-hot rows the place of the 1: row.indexOf(1).`,
	);
}

/** Names of classes up to the largest index; indices that are none are for `checkExamples` to find. */
function numbered(y: ArrayLike<number>): string[] {
	let largest = 0;
	for (let i = 0; i < y.length; i++) if (Number.isSafeInteger(y[i]) && y[i] > largest) largest = y[i];
	if (largest < Math.max(y.length, 1000)) return Array.from({ length: largest + 1 }, (_, i) => String(i));
	throw new ArgumentError(
		`${WHERE}: expected class indices 0, 1, 2 … in y, received ${largest} among ${counted(y.length, "example")}.\n` +
			'  Try: { kind: "values" } to predict the number, or number the classes from 0.',
	);
}

/** Of a count that is no whole number, `checkExamples` says that lengths do not fit. */
function numberedValues(count: number): string[] {
	return count > 1 ? Array.from({ length: Math.ceil(count) }, (_, i) => `y${i}`) : ["y"];
}

function asFloat32(values: Flat["values"]): Float32Array {
	return values instanceof Float32Array ? values : Float32Array.from(values);
}

/** Int32Array if all are whole numbers that it holds; else as they are, for `checkExamples` to name the first that is no index. */
function classIndices(values: Flat["values"]): Int32Array | Float32Array {
	if (values instanceof Int32Array) return values;
	return Array.prototype.every.call(values, (value) => (value | 0) === value) ? Int32Array.from(values) : Float32Array.from(values);
}
