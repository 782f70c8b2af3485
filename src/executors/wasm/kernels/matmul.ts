/** The `matmul` kernel: reads an operand's strides, folds batches into rows where it can, and calls the matrix product. */
import type { Kernels, Operand } from "../../../kernels/contracts.ts";
import { type Formula, formula, substitute } from "../../../kernels/formula.ts";
import { addressOf } from "../block.ts";
import type { Host } from "../host.ts";
import type { Gemm, GemmCall } from "./gemm.ts";

/** Matrix products through `gemm`; `map` applies the activation. */
export function matmul(host: Host, gemm: Gemm, map: Kernels["map"]): Kernels["matmul"] {
	const one = host.heap.allocate(4);
	host.heap.f32[one >> 2] = 1;
	const afterBias = new WeakMap<Formula, Formula>();
	const withBias = (activation: Formula): Formula => {
		let made = afterBias.get(activation);
		if (made === undefined) {
			made = formula(`bias, ${activation.name}`, (x, bias) => substitute(activation.outputs[0], [x.add(bias)]));
			afterBias.set(activation, made);
		}
		return made;
	};
	return (a, b, out, { bias, activation, accumulate }) => {
		const biasAddress = bias === null ? 0 : addressOf(bias);
		if (bias !== null && !accumulate && !gemm.addsBias(a.shape[1] * a.shape[2] * b.shape[2])) {
			gemm.run(productOf(a, b, out, { bias: 0, accumulate }));
			map(activation === null ? sum : withBias(activation), [out, repeatedRow(bias, out)], [out]);
			return;
		}
		if (accumulate && biasAddress !== 0) {
			const call = productOf(a, b, out, { bias: 0, accumulate });
			gemm.run(call);
			gemm.run({ ...call, ...outerProduct(one, biasAddress) });
		} else gemm.run(productOf(a, b, out, { bias: biasAddress, accumulate }));
		if (activation !== null) map(activation, [out], [out]);
	};
}

const sum = formula("bias", (x, bias) => x.add(bias));

/** A vector as every row of `out`. */
function repeatedRow(row: Operand, out: Operand): Operand {
	const { block, dtype, offset } = row;
	const strides = out.shape.map((_, i) => (i === out.shape.length - 1 ? row.strides[0] : 0));
	return { block, dtype, shape: out.shape, strides, offset, size: out.size, contiguous: false };
}

/** A column of ones times the bias as a row. */
function outerProduct(one: number, bias: number) {
	return { k: 1, a: one, aRow: 0, aColumn: 0, aBatch: 0, b: bias, bRow: 0, bColumn: 1, bBatch: 0, bias: 0 };
}

function productOf(a: Operand, b: Operand, out: Operand, { bias, accumulate }: Pick<GemmCall, "bias" | "accumulate">): GemmCall {
	const [batch, m, k] = a.shape;
	const n = b.shape[2];
	// One matrix on the right for all batches, and A's rows evenly spaced through them: one tall product.
	const folds = batch > 1 && b.strides[0] === 0 && (a.strides[0] === m * a.strides[1] || m === 1);
	return {
		batch: folds ? 1 : batch,
		m: folds ? batch * m : m,
		n,
		k,
		a: addressOf(a),
		aRow: folds && m === 1 ? a.strides[0] : a.strides[1],
		aColumn: a.strides[2],
		aBatch: a.strides[0],
		b: addressOf(b),
		bRow: b.strides[1],
		bColumn: b.strides[2],
		bBatch: b.strides[0],
		c: addressOf(out),
		cRow: n,
		cBatch: m * n,
		bias,
		accumulate,
	};
}
