/** The scalar primitives as functions of expressions, for writing formulas: `scalars.sigmoid(x)`. */
import { call, type Scalar, type ScalarLike } from "./formula.ts";
import type { Primitive } from "./primitive.ts";
import * as rows from "./scalars/index.ts";

type Rows = typeof rows;
type PrimitiveName = { [K in keyof Rows]: Rows[K] extends Primitive ? K : never }[keyof Rows];

/** Every scalar primitive by name; each takes expressions or numbers and gives an expression. */
export const scalars = Object.fromEntries(
	Object.entries(rows)
		.filter(([, row]) => typeof row === "object")
		.map(([name, row]) => [name, (...args: ScalarLike[]) => call(row as Primitive, ...args)]),
) as { readonly [K in PrimitiveName]: (...args: ScalarLike[]) => Scalar };
