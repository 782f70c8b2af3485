/** What `predict` was given: rows by column names, or numbers as the network takes them; one example or several. */
import { ArgumentError } from "../core/errors.ts";
import { show, showKind } from "../core/options.ts";
import { formatShape, type Shape, sizeOf } from "../core/shape.ts";
import type { NumberLists } from "../data/datasets/array-arguments.ts";
import { DataError } from "../data/errors.ts";
import type { ModelRecord } from "../io/model-record.ts";
import { type InputRow, rowExample } from "./rows-to-table.ts";

/** One example: a row by column names, or for models of plain numbers a flat list of them. */
export type OneInput = InputRow | readonly number[];

/** Examples: rows by column names, lists of numbers, or all numbers in one array, as the network takes them. */
export type ManyInputs = readonly InputRow[] | readonly NumberLists[] | Float32Array;

/** What was given, of one kind. */
export type ReadInput = { readonly isOne: boolean } & (
	| { readonly kind: "rows"; readonly rows: readonly InputRow[] }
	| { readonly kind: "values"; readonly x: Float32Array }
);

/**
 * Tells rows from numbers and one from several.
 *
 * @param where - the method that was called; it begins the message of an error
 * @throws ArgumentError if the model takes something else
 * @throws DataError if numbers are not as many as the network takes, or one is not finite
 */
export function readInput(given: unknown, { input, inputShape }: Pick<ModelRecord, "input" | "inputShape">, where = "predict"): ReadInput {
	if (given instanceof Float32Array) return { kind: "values", isOne: false, x: given };
	if (input.kind === "images") {
		throw new ArgumentError(`${where}: this model takes images, received ${showKind(given)}. Try: predictPixels(bytes).`);
	}
	const list = Array.isArray(given) ? given : null;
	const isNumbers = list !== null && list.length > 0 && list.every((item) => typeof item === "number" || Array.isArray(item));
	if (input.kind === "values") {
		if (list?.length === 0) return { kind: "values", isOne: false, x: new Float32Array(0) };
		if (list === null || !isNumbers) throw wantsNumbers(inputShape, given, where);
		const isOne = list.every((item) => typeof item === "number");
		return { kind: "values", isOne, x: numbersIn(isOne ? [list] : list, inputShape, where) };
	}
	const isObject = typeof given === "object" && given !== null && !ArrayBuffer.isView(given);
	if (isNumbers || !isObject) throw wantsRows(input.preprocessor.inputs[0].name, given, where);
	return { kind: "rows", isOne: list === null, rows: list ?? [given as InputRow] };
}

function numbersIn(examples: readonly unknown[], inputShape: Shape, where: string): Float32Array {
	const size = sizeOf(inputShape);
	const x = new Float32Array(examples.length * size);
	for (const [row, example] of examples.entries()) {
		const numbers = Array.isArray(example) ? (example.flat(Number.POSITIVE_INFINITY) as unknown[]) : [example];
		const what = `${where}: example ${row}`;
		if (numbers.length !== size) {
			throw new DataError(`${what}: expected ${size} numbers (${formatShape(inputShape)}), received ${numbers.length}.`, { row });
		}
		for (const [i, number] of numbers.entries()) {
			if (typeof number !== "number" || !Number.isFinite(number)) {
				throw new DataError(`${what}, place ${i}: expected a finite number, received ${show(number)}.`, { row });
			}
			x[row * size + i] = number;
		}
	}
	return x;
}

function wantsNumbers(inputShape: Shape, given: unknown, where: string): ArgumentError {
	const size = sizeOf(inputShape);
	const example = `[${size <= 4 ? Array(size).fill("…").join(", ") : "…"}]`;
	return new ArgumentError(
		`${where}: this model takes numbers, ${size} an example (${formatShape(inputShape)}), received ${showKind(given)}.\n` +
			`  Try: ${where}(${example}) for one example, ${where}([${example}, ${example}]) for several.`,
	);
}

function wantsRows(column: string, given: unknown, where: string): ArgumentError {
	const row = rowExample(column);
	return new ArgumentError(
		`${where}: expected rows by column names, as in the table that the model was trained on, received ${showKind(given)}.\n` +
			`  Try: ${where}(${row}) for one row, ${where}([${row}, …]) for several.`,
	);
}
