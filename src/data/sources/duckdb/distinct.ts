/** Exact distinct values of columns whose estimate says that they fit into memory. */
import type { Json } from "@duckdb/node-api";
import { nominalLimit } from "../infer.ts";
import type { CellType } from "../source.ts";
import type { Engine } from "./engine.ts";

/** How a column's distinct values are found. */
export interface DistinctPlan {
	/** Name of the value in the relation. */
	readonly value: string;
	/** Whether the values themselves are wanted, not their number alone. */
	readonly isList: boolean;
	/** Whether they are few enough for a small table of their own. */
	readonly isFew: boolean;
}

/** What is known of a column before. */
export interface DistinctFacts {
	/** Place of the column, part of its values' names. */
	readonly index: number;
	readonly asked: CellType | undefined;
	readonly rowCount: number;
	readonly cellCount: number;
	readonly numberCount: number;
	readonly dateCount: number;
	/** Distinct texts, up to 15 % off. */
	readonly estimate: number;
}

/** Up to so many rows distinct values of all columns are counted exactly. */
const EXACT_ROWS = 200_000;
/** Columns of larger tables whose estimate is below are counted exactly as well. */
const FEW = 20_000;
/** How far above the truth the estimate of distinct values may be, with a wide margin. */
const ESTIMATE_SLACK = 1.5;
/** Hash tables of unbounded size that are filled in one scan. */
const MANY_AT_ONCE = 4;

/** The plan for a column; null if the estimate has to do. */
export function planDistinct({ index, asked, rowCount, estimate, ...counts }: DistinctFacts): DistinctPlan | null {
	const type = asked ?? (counts.numberCount === counts.cellCount ? "numeric" : counts.dateCount === counts.cellCount ? "date" : undefined);
	const isList = type === "nominal" || (type === undefined && estimate <= nominalLimit(rowCount) * ESTIMATE_SLACK);
	if (!isList && rowCount > EXACT_ROWS && estimate > FEW) return null;
	return { value: `${type === "numeric" ? "n" : type === "date" ? "d" : "t"}${index}`, isList, isFew: estimate <= FEW };
}

/**
 * Counts or lists by plan; null where there is none.
 *
 * @param from - a relation with the plans' values
 */
export async function findDistinct(engine: Engine, from: string, plans: readonly (DistinctPlan | null)[]): Promise<Json[]> {
	const found: Json[] = plans.map(() => null);
	const wanted = plans.flatMap((plan, i) => (plan === null ? [] : [{ plan, i }]));
	const many = wanted.filter(({ plan }) => !plan.isFew);
	const groups = Array.from({ length: Math.ceil(many.length / MANY_AT_ONCE) }, (_, k) =>
		many.slice(k * MANY_AT_ONCE, (k + 1) * MANY_AT_ONCE),
	);
	for (const scan of [wanted.filter(({ plan }) => plan.isFew), ...groups]) {
		if (scan.length === 0) continue;
		const [row] = await engine.rows(`SELECT ${scan.map(({ plan }) => distinctSql(plan)).join(", ")} FROM ${from}`);
		for (const [k, { i }] of scan.entries()) found[i] = row[k];
	}
	return found;
}

/** A DISTINCT aggregate takes several MB at once, too much for each of many columns; a histogram grows with its values, yet can not be put to disk. */
function distinctSql({ value, isList, isFew }: DistinctPlan): string {
	if (isFew) return isList ? `coalesce(map_keys(histogram(${value})), [])` : `coalesce(cardinality(histogram(${value})), 0)`;
	return isList ? `coalesce(list(DISTINCT ${value}) FILTER (${value} IS NOT NULL), [])` : `count(DISTINCT ${value})`;
}
