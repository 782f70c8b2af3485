/** Applies fitted preprocessing: a table's rows as network inputs and targets. */
import { selectRows } from "../select-rows.ts";
import type { Column, NominalColumn, NumericColumn, Table } from "../table.ts";
import { toNominal, toNumeric } from "./align.ts";
import { columnsByName, findColumns } from "./columns.ts";
import { fillMissing } from "./impute.ts";
import { type InputColumn, type PlacedStep, type Preprocessor, placeSteps } from "./preprocessor.ts";
import { counted, quoted, refuse } from "./refuse.ts";
import { encodeTarget, rowsWithTarget, targetColumns } from "./target.ts";

/** How to apply preprocessing. */
export interface ApplyOptions {
	/**
	 * `auto`: y is made if the table has the target columns. `require`: it must have them. `ignore`: y is not made, and rows without target
	 * stay; the choice for prediction.
	 */
	readonly target?: "auto" | "require" | "ignore";
}

/** Rows as numbers. */
export interface Features {
	/** `[rowCount, features]`, row-major. */
	readonly x: Float32Array;
	/** `[rowCount]` class indices, or `[rowCount, columns]` standardised values; null if the table has no target or it was to be ignored. */
	readonly y: Int32Array | Float32Array | null;
	readonly rowCount: number;
	/** Of each row of x, its number in the table; null if they are all of the table's, in order. */
	readonly rows: Int32Array | null;
}

const WHERE = "applying preprocessing";

/**
 * Turns a table's rows into network inputs.
 *
 * Columns may stand in any order; those that the model does not read are ignored. A column of another kind than in training is converted
 * where there is only one way, such as "3" and 3.
 *
 * @throws DataError if a column is absent, a cell cannot be converted, or a target is missing or of a class that training had not
 */
export function applyPreprocessor(preprocessor: Preprocessor, table: Table, { target = "auto" }: ApplyOptions = {}): Features {
	const byName = columnsByName(table, WHERE);
	const targetNames = targetColumns(preprocessor.target);
	const hasTarget = target === "require" || (target === "auto" && targetNames.every((name) => byName.has(name)));
	const targets = hasTarget ? findColumns(byName, targetNames, { where: `${WHERE}: target`, advice: 'target: "ignore" to predict.' }) : [];
	const rows = rowsWithTarget(targets, table.rowCount);
	if (rows !== null && preprocessor.missingTarget === "error") {
		refuse(`target ${targetNames.map(quoted).join(", ")}`, {
			expected: "a value in every row",
			received: `none in ${table.rowCount - rows.length} of ${counted(table.rowCount, "row")}`,
			advice: 'fit with missingTarget: "drop", or apply with target: "ignore" to predict.',
		});
	}
	const inputs = findInputs(preprocessor, byName);
	const used: Table = { rowCount: table.rowCount, columns: [...inputs, ...targets] };
	const { rowCount, columns } = rows === null ? used : selectRows(used, rows);
	const x = featureRows(preprocessor, columns.slice(0, inputs.length), rowCount);
	const y = hasTarget ? encodeTarget(preprocessor.target, columns.slice(inputs.length)) : null;
	return { x, y, rowCount, rows };
}

/**
 * The columns that a model reads, each of the kind that it had in training.
 *
 * @throws DataError if a column is absent or a cell cannot be converted
 */
export function inputColumns(preprocessor: Preprocessor, table: Table): { input: InputColumn; column: NumericColumn | NominalColumn }[] {
	const found = findInputs(preprocessor, columnsByName(table, WHERE));
	return preprocessor.inputs.map((input, i) => ({ input, column: asInTraining(found[i], input) }));
}

function findInputs({ inputs }: Preprocessor, byName: ReadonlyMap<string, Column>): Column[] {
	const advice = "rename the column in the table, or add it; cells that are not known may be empty.";
	return findColumns(
		byName,
		inputs.map(({ name }) => name),
		{ where: WHERE, advice },
	);
}

function featureRows({ inputs, featureNames }: Preprocessor, columns: readonly Column[], rowCount: number): Float32Array {
	const stride = featureNames.length;
	const values = new Float32Array(rowCount * stride);
	const stepsOf = Map.groupBy(placeSteps(inputs), ({ input }) => input);
	for (const [i, input] of inputs.entries()) {
		const column = asInTraining(columns[i], input);
		const filled = fillMissing(column, input.fill);
		for (const { transform, state, start } of stepsOf.get(input) ?? []) {
			transform.apply(state, transform.readsMissing ? column : filled, { values, start, stride });
		}
	}
	checkFinite(values, placeSteps(inputs), stride);
	return values;
}

function asInTraining(column: Column, { kind }: InputColumn): NumericColumn | NominalColumn {
	if (kind === "numeric") return toNumeric(column, WHERE);
	return column.kind === "numeric" ? column : toNominal(column);
}

/** Numbers beyond float32 would become infinite here, and the loss NaN long after. */
function checkFinite(values: Float32Array, steps: readonly PlacedStep[], stride: number): void {
	let bad = 0;
	while (bad < values.length && Number.isFinite(values[bad])) bad++;
	if (bad === values.length) return;
	const feature = bad % stride;
	const step = steps.findLast(({ start }) => start <= feature)!;
	refuse(`${WHERE}: column ${quoted(step.input.name)}, row ${Math.floor(bad / stride)}`, {
		column: step.input.name,
		expected: "a number within the range of float32 after scaling",
		received: String(values[bad]),
		advice: `check the cell, or fit with columns: { ${quoted(step.input.name)}: { scale: "log" } }.`,
	});
}
