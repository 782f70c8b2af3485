/** A trained model that predicts: raw inputs in, classes or values out. No training, no files. */
import { ArgumentError } from "../core/errors.ts";
import { sizeOf } from "../core/shape.ts";
import { DataError } from "../data/errors.ts";
import { applyImageScaling } from "../data/images/image-scaling.ts";
import { applyPreprocessor } from "../data/preprocessing/apply.ts";
import { type InputNotes, inspectTable, noNotes } from "../data/preprocessing/inspect.ts";
import type { Preprocessor } from "../data/preprocessing/preprocessor.ts";
import { decodeTarget } from "../data/preprocessing/target.ts";
import type { Table } from "../data/table.ts";
import type { ModelRecord } from "../io/model-record.ts";
import type { Executor } from "../kernels/contracts.ts";
import type { Sequential } from "../nn/sequential.ts";
import { withExecutor } from "../tensor/context.ts";
import { tensor } from "../tensor/create.ts";
import { scope } from "../tensor/scope.ts";
import { noGrad } from "../tensor/tape.ts";
import { type ManyInputs, type OneInput, readInput } from "./read-input.ts";
import { type InputRow, rowsToTable } from "./rows-to-table.ts";

/** What a model for classes says of one example. */
export interface ClassPrediction {
	/** The most probable class. */
	readonly class: string;
	readonly probability: number;
	/** Of each class by name. */
	readonly probabilities: Readonly<Record<string, number>>;
}

/** What a model for values says of one example. */
export interface ValuePrediction {
	/** The first value, in the units of the training data. */
	readonly value: number;
	/** Of each target by name. */
	readonly values: Readonly<Record<string, number>>;
}

/** What a model says of one example. */
export type Prediction = ClassPrediction | ValuePrediction;

/** Examples that go through the network at a time. */
const BATCH_SIZE = 256;

/** A row may have a column named "columns", but no row's is a list of columns beside a count of rows. */
function isTable(input: object): input is Table {
	const { columns, rowCount } = input as Partial<Table>;
	return Array.isArray(columns) && typeof rowCount === "number";
}

/** A model ready to predict; `P` is what it predicts. Made by `loadModel`. */
export class Model<P extends Prediction = Prediction> {
	/** Architecture, preprocessing, scores and provenance. */
	readonly record: ModelRecord;
	/** The bare network, in inference mode. */
	readonly network: Sequential;
	readonly #executor: Executor;

	/** @throws DataError if the network does not give one output for each class or target */
	constructor(record: ModelRecord, network: Sequential, executor: Executor) {
		this.record = record;
		this.network = network;
		this.#executor = executor;
		const given = withExecutor(executor, () =>
			scope(() =>
				noGrad(() => network.forward(tensor(new Float32Array(sizeOf(record.inputShape)), { shape: [1, ...record.inputShape] })).shape),
			),
		);
		if (given.length !== 2 || given[1] !== this.names.length) {
			throw new DataError(
				`model.json: expected layers that give [batch, ${this.names.length}], one number for each of ${this.names.slice(0, 5).join(", ")}, received [batch, ${given.slice(1).join(", ")}].`,
			);
		}
	}

	/** Classes, or names of the targets. */
	get names(): readonly string[] {
		const { target } = this.record;
		return target.kind === "classes" ? target.classes : target.names;
	}

	/**
	 * Predicts one example or several: rows by column names for models of tables, else numbers as the network takes them.
	 *
	 * A cell that is null, empty or of a name that training had not is predicted all the same; `check` tells of such cells.
	 *
	 * @param input - a row, a list of rows; a list of numbers, a list of such lists; or `[count, ...inputShape]` numbers in one array
	 * @returns one prediction for a row or a flat list of numbers, else one for each example
	 * @throws ArgumentError if the model takes something else
	 * @throws DataError if a column is absent, a cell is not as in training, or numbers do not divide into examples
	 * @example
	 * const { class: name, probability } = await model.predict({ age: 29, sex: "female", fare: 80 });
	 * const [first, second] = await model.predict([{ age: 29, sex: "female", fare: 80 }, { age: 3, sex: "male", fare: 7 }]);
	 */
	predict(input: ManyInputs): Promise<P[]>;
	predict(input: OneInput): Promise<P>;
	async predict(input: ManyInputs | OneInput): Promise<P[] | P> {
		const read = readInput(input, this.record);
		const predictions = read.kind === "values" ? await this.#run(read.x) : await this.predictTable(this.#tableOf(read.rows, "predict"));
		return read.isOne ? predictions[0] : predictions;
	}

	/** Predicts the rows of a table, which may have more columns than the model reads. @throws DataError as `predict` does */
	async predictTable(table: Table): Promise<P[]> {
		return this.#run(applyPreprocessor(this.#preprocessor("predictTable"), table, { target: "ignore" }).x);
	}

	/**
	 * What rows hold that the model did not meet in training: cells without a value, names that are new. `predict` takes both silently.
	 *
	 * @param input - a row, a list of rows, or a table
	 * @throws DataError as `predict` does
	 * @example
	 * for (const line of describeNotes(model.check(rows))) console.warn(line); // describeNotes is in gradus/data
	 */
	check(input: InputRow | readonly InputRow[] | Table): InputNotes {
		const preprocessor = this.#preprocessor("check");
		if (isTable(input)) return inspectTable(preprocessor, input);
		const read = readInput(input, this.record, "check");
		return read.kind === "rows" ? inspectTable(preprocessor, this.#tableOf(read.rows, "check")) : noNotes;
	}

	#tableOf(rows: readonly InputRow[], where: string): Table {
		return rowsToTable(this.#preprocessor(where), rows, where);
	}

	#preprocessor(where: string): Preprocessor {
		const { input } = this.record;
		if (input.kind === "table") return input.preprocessor;
		const [takes, method] = input.kind === "images" ? ["images", "predictPixels(bytes)"] : ["numbers", "predict(numbers)"];
		throw new ArgumentError(`${where}: this model takes ${takes}, not rows of a table. Try: ${method}.`);
	}

	/**
	 * Predicts images.
	 *
	 * @param bytes - `[count, channels, height, width]`, 0 to 255
	 * @throws DataError if they do not divide into images of the model's shape
	 */
	async predictPixels(bytes: Uint8Array): Promise<P[]> {
		const { input } = this.record;
		if (input.kind !== "images") {
			const takes = input.kind === "table" ? "rows of a table" : "numbers";
			throw new ArgumentError(`predictPixels: this model takes ${takes}, not images. Try: predict.`);
		}
		return this.#run(applyImageScaling(input.scaling, bytes, input.shape));
	}

	async #run(x: Float32Array): Promise<P[]> {
		const size = sizeOf(this.record.inputShape);
		if (x.length % size !== 0) {
			throw new DataError(
				`predict: expected a multiple of ${size} values for examples [${this.record.inputShape.join(", ")}], received ${x.length}.`,
			);
		}
		const predictions: Prediction[] = [];
		for (let start = 0; start < x.length; start += BATCH_SIZE * size) {
			predictions.push(...this.#read(await this.#forward(x.subarray(start, start + BATCH_SIZE * size))));
		}
		return predictions as P[];
	}

	async #forward(x: Float32Array): Promise<Float32Array> {
		const { inputShape, outputs } = this.record;
		const result = withExecutor(this.#executor, () =>
			scope(() =>
				noGrad(() => {
					const returned = this.network.forward(tensor(x, { shape: [x.length / sizeOf(inputShape), ...inputShape] }));
					return (outputs === "softmax" ? returned.softmax(1) : returned).keep();
				}),
			),
		);
		const values = (await result.data()) as Float32Array;
		result.dispose();
		return values;
	}

	#read(outputs: Float32Array): Prediction[] {
		const width = this.names.length;
		const rows = Array.from({ length: outputs.length / width }, (_, row) => outputs.subarray(row * width, (row + 1) * width));
		if (this.record.task === "classes") return rows.map((row) => this.#classIn(row));
		const { input } = this.record;
		return rows.map((row) => {
			const values = input.kind === "table" ? (decodeTarget(input.preprocessor, row) as Float64Array) : row;
			return { value: values[0], values: this.#byName(values) };
		});
	}

	#classIn(row: Float32Array): ClassPrediction {
		const best = row.reduce((found, value, i) => (value > row[found] ? i : found), 0);
		return { class: this.names[best], probability: row[best], probabilities: this.#byName(row) };
	}

	#byName(values: ArrayLike<number>): Record<string, number> {
		return Object.fromEntries(this.names.map((name, i) => [name, values[i]]));
	}
}
