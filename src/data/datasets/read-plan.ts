/** Scattered rows of a file in few reads: rows that lie near each other are read together. */

/** Where rows lie. */
export interface RowLayout {
	readonly rowBytes: number;
	/** Bytes before row 0. */
	readonly offset: number;
}

/** One piece of the file. */
export interface PieceRead {
	/** In the file, in bytes. */
	readonly position: number;
	/** In the buffer, in bytes. */
	readonly at: number;
	readonly length: number;
}

/** Reads that bring the rows into one buffer. */
export interface ReadPlan {
	/** Length of the buffer. */
	readonly byteLength: number;
	readonly reads: readonly PieceRead[];
	/** For each place of `rows`, where in the buffer its row begins, in rows. Places with the same row share it. */
	readonly slots: Uint32Array;
}

/** Bytes between two rows that are read and thrown away, for less than another read would cost. */
const LARGEST_GAP = 8 * 1024;

/** Bytes of a piece, beyond which a new one begins, so that pieces are read side by side. */
const LARGEST_PIECE = 1024 * 1024;

/**
 * Plans how to read rows.
 *
 * @param rows - row numbers in any order, with repeats
 */
export function planReads(rows: ArrayLike<number>, { rowBytes, offset }: RowLayout): ReadPlan {
	const places = Uint32Array.from({ length: rows.length }, (_, place) => place).sort((a, b) => rows[a] - rows[b]);
	const slots = new Uint32Array(rows.length);
	const reads: PieceRead[] = [];
	let slot = 0;
	for (let start = 0; start < places.length; ) {
		const end = endOfPiece(rows, places, start, rowBytes);
		const first = rows[places[start]];
		for (let i = start; i < end; i++) slots[places[i]] = slot + rows[places[i]] - first;
		const count = rows[places[end - 1]] - first + 1;
		reads.push({ position: offset + first * rowBytes, at: slot * rowBytes, length: count * rowBytes });
		slot += count;
		start = end;
	}
	return { byteLength: slot * rowBytes, reads, slots };
}

function endOfPiece(rows: ArrayLike<number>, places: Uint32Array, start: number, rowBytes: number): number {
	let end = start + 1;
	while (end < places.length) {
		const gap = (rows[places[end]] - rows[places[end - 1]] - 1) * rowBytes;
		const length = (rows[places[end]] - rows[places[start]] + 1) * rowBytes;
		if (gap > LARGEST_GAP || length > LARGEST_PIECE) break;
		end++;
	}
	return end;
}
