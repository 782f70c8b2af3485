/** What is odd about a column, and what to do about it. */
import { quoted } from "../refuse.ts";
import type { ColumnInfo } from "../source.ts";
import type { ColumnStatistics, Findings } from "./collect.ts";

/** One remark; `text` goes after the column's name and a colon. */
export interface Remark {
	readonly kind:
		| "all-missing"
		| "mostly-missing"
		| "constant"
		| "identifier"
		| "high-cardinality"
		| "numbers-as-text"
		| "duplicate"
		| "skew"
		| "sentinel"
		| "variants";
	readonly text: string;
}

/** What remarks are made of. */
export interface ColumnFacts {
	readonly info: ColumnInfo;
	readonly statistics: ColumnStatistics;
	readonly findings: Findings;
	readonly rowCount: number;
}

/** With fewer rows, cells that are all different tell nothing. */
const MIN_ROWS = 20;
const MANY_CATEGORIES = 50;
const STRONG_SKEW = 2;
/** Numbers of fewer values are counts and flags, whose skew is no fault. */
const SKEW_DISTINCT = 10;
/** Share of texts that are numbers from which the column is one of numbers with exceptions. */
const NUMBER_SHARE = 0.9;
/** An estimate of the distinct values this close to the number of rows is taken as "in nearly every row": it may be 15 % off. */
const ESTIMATED_ALL = 0.8;

const rules: readonly ((facts: ColumnFacts) => Remark[])[] = [
	missing,
	constant,
	identifier,
	cardinality,
	numbersAsText,
	skew,
	sentinel,
	variants,
];

/** All remarks on a column but for duplicates, which take two. */
export function remarksOn(facts: ColumnFacts): Remark[] {
	return rules.flatMap((rule) => rule(facts));
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

function missing({ info, rowCount }: ColumnFacts): Remark[] {
	if (info.missingCount === rowCount) return [{ kind: "all-missing", text: "no value in any row: exclude it" }];
	const share = info.missingCount / rowCount;
	if (share <= 0.5) return [];
	return [{ kind: "mostly-missing", text: `${percent(share)} missing: a missing-value indicator may tell more than imputed values` }];
}

function constant({ info }: ColumnFacts): Remark[] {
	if (info.distinctCount !== 1) return [];
	const value = quoted(info.examples[0] ?? "", 30);
	const rest = info.missingCount > 0 ? "or missing: an indicator is all it can tell" : "in every row: exclude it";
	return [{ kind: "constant", text: `${value} ${rest}` }];
}

function isIdentifier({ info, findings, rowCount }: ColumnFacts): boolean {
	if (rowCount < MIN_ROWS || info.missingCount > 0 || (info.kind === "numeric" && (!findings.isWhole || info.temporal))) return false;
	return info.distinctIsExact ? info.distinctCount === rowCount : info.distinctCount >= ESTIMATED_ALL * rowCount;
}

function identifier(facts: ColumnFacts): Remark[] {
	if (!isIdentifier(facts)) return [];
	const extent = facts.info.distinctIsExact ? "in every row" : "in nearly every row";
	return [{ kind: "identifier", text: `different ${extent}: probably an identifier, which tells nothing of new rows; exclude it` }];
}

function cardinality(facts: ColumnFacts): Remark[] {
	const { info } = facts;
	if (info.kind !== "nominal" || info.distinctCount <= MANY_CATEGORIES || isIdentifier(facts)) return [];
	return [{ kind: "high-cardinality", text: `${info.distinctCount} categories: an embedding takes fewer inputs than one-hot` }];
}

function numbersAsText({ info, findings: { numbers } }: ColumnFacts): Remark[] {
	if (numbers === null || numbers.share < NUMBER_SHARE) return [];
	const share = numbers.share === 1 ? "numbers" : `${percent(numbers.share)} numbers`;
	const text = `${share} stored as text, such as ${quoted(numbers.example, 30)}: write plain numbers, or add the exceptions to "missing"`;
	return info.kind === "numeric" ? [] : [{ kind: "numbers-as-text", text }];
}

function skew({ info, statistics }: ColumnFacts): Remark[] {
	if (statistics.kind !== "numeric" || info.temporal || info.distinctCount <= SKEW_DISTINCT) return [];
	if (!(Math.abs(statistics.skewness) > STRONG_SKEW)) return [];
	const advice = (info.min ?? -1) >= 0 && statistics.skewness > 0 ? "a logarithm may help" : "robust scaling may help";
	return [{ kind: "skew", text: `strongly skewed (${statistics.skewness.toFixed(1)}): ${advice}` }];
}

function sentinel({ findings: { sentinels } }: ColumnFacts): Remark[] {
	return sentinels.map(({ value, count }) => ({
		kind: "sentinel",
		text: `${value} occurs ${count === 1 ? "once" : `${count} times`}, far from all other values: if it means "no value", missing: ["${value}"]`,
	}));
}

function variants({ findings }: ColumnFacts): Remark[] {
	if (findings.variants.length === 0) return [];
	const [first] = findings.variants;
	const more = findings.variants.length > 1 ? ` and ${findings.variants.length - 1} more` : "";
	const names = first.map((name) => quoted(name, 20)).join(", ");
	return [{ kind: "variants", text: `categories differ in case or spaces alone: ${names}${more}` }];
}
