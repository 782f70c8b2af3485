/** Triangles of matrices. */
import { ShapeError } from "../../core/errors.ts";
import { formatShape } from "../../core/shape.ts";
import { call, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import { range } from "../create.ts";
import { expectTensor, type Tensor } from "../tensor.ts";
import { composed } from "./composed.ts";
import { to } from "./convert.ts";
import { applyFormula } from "./elementwise.ts";
import { reshape } from "./views.ts";

// A choice, not a product with 0 and 1, so that NaN and infinities outside the triangle go.
const formulas = {
	tril: formula("tril", (x, row, column) => call(s.select, column.le(row), x, 0)),
	triu: formula("triu", (x, row, column) => call(s.select, column.ge(row), x, 0)),
};

/** The lower triangle of the matrices in the last two axes, 0 above it; `diagonal` shifts the border to the right. */
export function tril(x: Tensor, diagonal = 0): Tensor {
	return triangle("tril", x, diagonal);
}

/** The upper triangle of the matrices in the last two axes, 0 below it; `diagonal` shifts the border to the right. */
export function triu(x: Tensor, diagonal = 0): Tensor {
	return triangle("triu", x, diagonal);
}

function triangle(kind: "tril" | "triu", x: Tensor, diagonal: number): Tensor {
	expectTensor(x, kind);
	if (x.rank < 2) throw new ShapeError(`${kind}: expected at least two axes, received shape ${formatShape(x.shape)}.`);
	const [rows, columns] = x.shape.slice(-2);
	return composed([x], () => {
		const row = reshape(range(diagonal, diagonal + rows, { executor: x.executor }), [rows, 1]);
		const column = range(0, columns, { executor: x.executor });
		return to(applyFormula(formulas[kind], [x, row, column]), x.dtype);
	});
}
