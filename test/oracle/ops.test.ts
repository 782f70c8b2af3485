/** The general operations against PyTorch, on every executor. The fixtures are made by make_ops.py and make_shapes.py. */
import { concat, einsum, sort, stack, type Tensor, topK } from "../../src/tensor/index.ts";
import { type Call, checkAgainstOracle, type Tolerance } from "./check.ts";

/** Calls with lists, and results that are records. */
const plain: Record<string, Call> = {
	concat: (inputs, [axis]) => concat(inputs, axis as number),
	stack: (inputs, [axis]) => stack(inputs, axis as number),
	einsum: (inputs, [equation]) => einsum(equation as string, ...inputs),
	sort: ([x], [axis, options]) => pair(sort(x, axis as number, options as object)),
	topK: ([x], [count, options]) => pair(topK(x, count as number, options as object)),
};

function pair({ values, indices }: { values: Tensor; indices: Tensor }): Tensor[] {
	return [values, indices];
}

/** Results that are chosen or rounded, never computed approximately. */
const exact = Object.fromEntries(
	[
		...["neg", "abs", "floor", "ceil", "round", "trunc", "isNaN", "isFinite", "logicalNot", "logicalAnd", "logicalOr"],
		...["eq", "ne", "lt", "le", "gt", "ge", "where", "clip", "to", "argMax", "argMin", "any", "all", "countNonZero"],
	].map((op): [string, Tolerance] => [op, "bits"]),
);

checkAgainstOracle("elementwise", { tolerances: exact });
checkAgainstOracle("reductions", { calls: plain, tolerances: exact });
checkAgainstOracle("products", { calls: plain });
checkAgainstOracle("views", { calls: plain, tolerances: exact });
checkAgainstOracle("indexing", { calls: plain, tolerances: exact });
