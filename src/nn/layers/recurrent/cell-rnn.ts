/** The plain recurrent cell. */
import type { Scalar } from "../../../kernels/formula.ts";
import { scalars } from "../../../kernels/scalar-functions.ts";
import { type Cell, defineCell } from "./cell.ts";

function rnnCell(name: string, activation: (x: Scalar) => Scalar, slope: (out: Scalar) => Scalar): Cell {
	return defineCell({
		name,
		gates: ["hidden"],
		stateCount: 1,
		savedCount: 0,
		step: ({ input: [x], recurrent: [u] }) => ({ next: [activation(x.add(u))], saved: [] }),
		back: ({ grad: [grad], next: [h] }) => ({ input: [grad.mul(slope(h))], recurrent: null, previous: [null] }),
	});
}

/** h′ = f(x + u), f by name; x and u are the products with input and state. */
export const rnnCells = {
	tanh: rnnCell("rnnTanh", scalars.tanh, (h) => h.square().neg().add(1)),
	relu: rnnCell("rnnRelu", scalars.relu, (h) => scalars.select(h.gt(0), 1, 0)),
} as const;
