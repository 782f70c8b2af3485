/** Matrix products by three loops. */
import type { Kernels } from "../contracts.ts";
import { makeUnary } from "./evaluate.ts";
import { contiguousElements, elementsOf } from "./view.ts";

/** See {@link Kernels.matmul}. */
export const matmul: Kernels["matmul"] = (a, b, out, { bias, activation, accumulate }) => {
	const [batch, m, k] = a.shape;
	const n = b.shape[2];
	const [left, right, target] = [elementsOf(a), elementsOf(b), contiguousElements(out)];
	const biases = bias === null ? null : elementsOf(bias);
	const activate = makeUnary(activation);
	for (let p = 0; p < batch; p++) {
		for (let i = 0; i < m; i++) {
			for (let j = 0; j < n; j++) {
				let sum = 0;
				for (let q = 0; q < k; q++) {
					const x = left[a.offset + p * a.strides[0] + i * a.strides[1] + q * a.strides[2]];
					const y = right[b.offset + p * b.strides[0] + q * b.strides[1] + j * b.strides[2]];
					sum += x * y;
				}
				const at = (p * m + i) * n + j;
				if (accumulate) sum += target[at];
				if (bias !== null && biases !== null) sum += biases[bias.offset + j * bias.strides[0]];
				target[at] = activate(sum);
			}
		}
	}
};
