/** The orthonormal factor of a matrix, in float64. */

/**
 * Q of the QR factorization A = QR with a positive diagonal of R, by Householder reflections. With that sign convention Q is unique, and
 * uniform over all orthonormal frames (Haar) if A's entries are independent standard normal (Mezzadri 2007, arXiv:math-ph/0609050).
 *
 * @param columns - A's columns one after the other, `columnCount · rowCount` values; overwritten
 * @param rowCount - ≥ columnCount
 * @returns Q's columns in the same layout
 */
export function orthonormalize(columns: Float64Array, rowCount: number, columnCount: number): Float64Array {
	const columnOf = (matrix: Float64Array, j: number) => matrix.subarray(j * rowCount, (j + 1) * rowCount);
	const scales = new Float64Array(columnCount);
	const signs = new Float64Array(columnCount);
	for (let k = 0; k < columnCount; k++) {
		const v = columnOf(columns, k);
		const norm = Math.sqrt(dot(v, v, k));
		// Away from the first element, so that nothing cancels; R's diagonal gets the other sign, which is undone in Q.
		signs[k] = v[k] > 0 ? -1 : 1;
		v[k] -= signs[k] * norm;
		const square = dot(v, v, k);
		scales[k] = square === 0 ? 0 : 2 / square;
		for (let j = k + 1; j < columnCount; j++) reflect(columnOf(columns, j), v, scales[k], k);
	}
	const q = new Float64Array(columnCount * rowCount);
	for (let j = 0; j < columnCount; j++) {
		const column = columnOf(q, j);
		column[j] = signs[j];
		// Later reflections leave the unit vector j as it is.
		for (let k = j; k >= 0; k--) reflect(column, columnOf(columns, k), scales[k], k);
	}
	return q;
}

/** Σ aᵢbᵢ over i ≥ from; four sums side by side, since each addition waits for the one before it. */
function dot(a: Float64Array, b: Float64Array, from: number): number {
	let [s0, s1, s2, s3] = [0, 0, 0, 0];
	let i = from;
	for (; i + 3 < a.length; i += 4) {
		s0 += a[i] * b[i];
		s1 += a[i + 1] * b[i + 1];
		s2 += a[i + 2] * b[i + 2];
		s3 += a[i + 3] * b[i + 3];
	}
	for (; i < a.length; i++) s0 += a[i] * b[i];
	return s0 + s1 + (s2 + s3);
}

/** x ← x − scale · v (v · x), from index `from` on, where v begins. */
function reflect(x: Float64Array, v: Float64Array, scale: number, from: number): void {
	const factor = scale * dot(x, v, from);
	for (let i = from; i < x.length; i++) x[i] -= factor * v[i];
}
