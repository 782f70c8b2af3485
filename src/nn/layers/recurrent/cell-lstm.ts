/** The cell of the long short-term memory. */
import { scalars } from "../../../kernels/scalar-functions.ts";
import { defineCell } from "./cell.ts";

/**
 * i, f, o = σ(x + u), g = tanh(x_g + u_g), c′ = f · c + i · g, h′ = o · tanh(c′); x and u are the products with input and state.
 *
 * @see Hochreiter & Schmidhuber 1997; forget gate: Gers, Schmidhuber & Cummins 2000
 */
export const lstmCell = defineCell({
	name: "lstm",
	gates: ["input", "forget", "cell", "output"],
	stateCount: 2,
	savedCount: 5,
	step: ({ input: x, recurrent: u, previous: [, c] }) => {
		const [i, f, o] = [0, 1, 3].map((gate) => scalars.sigmoid(x[gate].add(u[gate])));
		const g = scalars.tanh(x[2].add(u[2]));
		const cell = f.mul(c).add(i.mul(g));
		const squashed = scalars.tanh(cell);
		return { next: [o.mul(squashed), cell], saved: [i, f, g, o, squashed] };
	},
	back: ({ grad: [gradH, gradC], saved: [i, f, g, o, squashed], previous: [, c] }) => {
		const grad = gradC.add(gradH.mul(o).mul(squashed.square().neg().add(1)));
		const gradI = grad.mul(g).mul(i).mul(i.neg().add(1));
		const gradF = grad.mul(c).mul(f).mul(f.neg().add(1));
		const gradG = grad.mul(i).mul(g.square().neg().add(1));
		const gradO = gradH.mul(squashed).mul(o).mul(o.neg().add(1));
		return { input: [gradI, gradF, gradG, gradO], recurrent: null, previous: [null, grad.mul(f)] };
	},
});
