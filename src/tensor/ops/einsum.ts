/** Sums of products written with labelled axes, by way of diagonals, sums and matrix products. */
import { commonExecutor, expectTensor, type Tensor } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { composed } from "./composed.ts";
import { diagonal } from "./diagonal.ts";
import { type Equation, readEquation } from "./einsum-equation.ts";
import { matmul } from "./matmul.ts";
import { sum } from "./reduce.ts";
import { permute, reshape, unsqueeze } from "./views.ts";

/** A tensor whose axes have names. */
interface Labelled {
	readonly x: Tensor;
	readonly labels: readonly string[];
}

/**
 * Products of the tensors' elements, summed over every label that the result does not have. A label that an operand has twice takes its
 * diagonal; `...` stands for axes without labels, which must agree. Operands are joined from left to right.
 *
 * @throws ArgumentError if the equation cannot be read
 * @throws ShapeError if labels do not fit the shapes
 * @example
 * einsum("bij,bjk->bik", a, b); // batched matrix product
 * einsum("ii->", a); // trace
 * einsum("i,j->ij", u, v); // outer product
 */
export function einsum(equation: string, ...tensors: Tensor[]): Tensor {
	for (const x of tensors) expectTensor(x, "einsum");
	commonExecutor("einsum", tensors);
	const { terms, output } = readEquation(
		equation,
		tensors.map((x) => x.shape),
	);
	return composed(tensors, () => contract(tensors, terms, output));
}

function contract(tensors: readonly Tensor[], terms: Equation["terms"], output: Equation["output"]): Tensor {
	const operands = tensors.map((x, i) => withoutRepeats({ x, labels: terms[i] }));
	const joined = operands.slice(1).reduce((sofar, operand, i) => {
		const later = new Set([...output, ...terms.slice(i + 2).flat()]);
		return join(sumOut(sofar, new Set([...later, ...operand.labels])), sumOut(operand, new Set([...later, ...sofar.labels])), later);
	}, operands[0]);
	return arranged(sumOut(joined, new Set(output)), output);
}

/** Each label once: two axes with the same label become their diagonal. */
function withoutRepeats({ x, labels }: Labelled): Labelled {
	const second = labels.findIndex((label, i) => labels.indexOf(label) < i);
	if (second < 0) return { x, labels };
	const first = labels.indexOf(labels[second]);
	const rest = labels.filter((_, i) => i !== first && i !== second);
	return withoutRepeats({ x: diagonal(x, first, second), labels: [...rest, labels[second]] });
}

/** Sums over the labels that nobody needs. */
function sumOut({ x, labels }: Labelled, needed: ReadonlySet<string>): Labelled {
	const axes = labels.map((_, i) => i).filter((i) => !needed.has(labels[i]));
	if (axes.length === 0) return { x, labels };
	return { x: sum(x, axes), labels: labels.filter((label) => needed.has(label)) };
}

/** The axes in the order of the labels. */
function arranged({ x, labels }: Labelled, order: readonly string[]): Tensor {
	return order.every((label, i) => label === labels[i])
		? x
		: permute(
				x,
				order.map((label) => labels.indexOf(label)),
			);
}

/** The product of two operands, summed over the labels that both have and nobody needs later. */
function join(a: Labelled, b: Labelled, later: ReadonlySet<string>): Labelled {
	const common = a.labels.filter((label) => b.labels.includes(label));
	const batch = common.filter((label) => later.has(label));
	const summed = common.filter((label) => !later.has(label));
	const rows = a.labels.filter((label) => !common.includes(label));
	const columns = b.labels.filter((label) => !common.includes(label));
	const labels = [...batch, ...rows, ...columns];
	if (summed.length === 0) {
		const left = arranged(a, [...batch, ...rows]);
		const right = arranged(b, [...batch, ...columns]);
		return { x: mul(withAxesAt(left, left.rank, columns.length), withAxesAt(right, batch.length, rows.length)), labels };
	}
	const left = asMatrices(arranged(a, [...batch, ...rows, ...summed]), batch.length, rows.length);
	const right = asMatrices(arranged(b, [...batch, ...summed, ...columns]), batch.length, summed.length);
	const product = matmul(left, right);
	if (rows.length === 1 && columns.length === 1) return { x: product, labels };
	const lengthOf = (label: string): number =>
		a.labels.includes(label) ? a.x.shape[a.labels.indexOf(label)] : b.x.shape[b.labels.indexOf(label)];
	return { x: reshape(product, labels.map(lengthOf)), labels };
}

/** `count` axes of length 1 at a place. */
function withAxesAt(x: Tensor, at: number, count: number): Tensor {
	return count === 0 ? x : withAxesAt(unsqueeze(x, at), at, count - 1);
}

/** The axes after the batch as two, `rowCount` of them as rows, the others as columns; a view where there is one of each. */
function asMatrices(x: Tensor, batchCount: number, rowCount: number): Tensor {
	const columnCount = x.rank - batchCount - rowCount;
	if (rowCount === 1 && columnCount === 1) return x;
	if (rowCount === 0 && columnCount === 1) return unsqueeze(x, batchCount);
	if (rowCount === 1 && columnCount === 0) return unsqueeze(x, x.rank);
	const product = (lengths: readonly number[]): number => lengths.reduce((size, length) => size * length, 1);
	const middle = batchCount + rowCount;
	return reshape(x, [...x.shape.slice(0, batchCount), product(x.shape.slice(batchCount, middle)), product(x.shape.slice(middle))]);
}
