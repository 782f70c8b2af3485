/** The cell of the gated recurrent unit, in the form that resets after the product with the state, as PyTorch and cuDNN do. */
import { scalars } from "../../../kernels/scalar-functions.ts";
import { defineCell } from "./cell.ts";

/**
 * r = σ(x_r + u_r), z = σ(x_z + u_z), n = tanh(x_n + r · u_n), h′ = (1 − z) · n + z · h; x and u are the products with input and state.
 *
 * @see Cho et al. 2014, arXiv:1406.1078
 */
export const gruCell = defineCell({
	name: "gru",
	gates: ["reset", "update", "new"],
	stateCount: 1,
	savedCount: 4,
	step: ({ input: [xr, xz, xn], recurrent: [ur, uz, un], previous: [h] }) => {
		const r = scalars.sigmoid(xr.add(ur));
		const z = scalars.sigmoid(xz.add(uz));
		const n = scalars.tanh(xn.add(r.mul(un)));
		return { next: [n.add(z.mul(h.sub(n)))], saved: [r, z, n, un] };
	},
	back: ({ grad: [grad], saved: [r, z, n, un], previous: [h] }) => {
		const gradZ = grad.mul(h.sub(n)).mul(z).mul(z.neg().add(1));
		const gradN = grad.mul(z.neg().add(1)).mul(n.square().neg().add(1));
		const gradR = gradN.mul(un).mul(r).mul(r.neg().add(1));
		return { input: [gradR, gradZ, gradN], recurrent: [gradR, gradZ, gradN.mul(r)], previous: [grad.mul(z)] };
	},
});
