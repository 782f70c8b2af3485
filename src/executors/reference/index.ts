/** The reference executor: plain JavaScript memory and the reference kernels. The oracle of the fast executors, and the home of float64. */
import { type DType, dtypes, type TypedArray } from "../../core/dtype.ts";
import { OutOfMemoryError } from "../../core/errors.ts";
import type { Block, Executor } from "../../kernels/contracts.ts";
import { arrayOver, makeBuffer, type ReferenceBlock, referenceKernels } from "../../kernels/reference/index.ts";

/** How a reference executor is made. */
export interface ReferenceExecutorOptions {
	/** Most bytes that its tensors may hold together; 4 GiB unless said otherwise. */
	readonly limitBytes?: number;
}

/**
 * An executor that computes everything in float64 by plain loops and stores it in each tensor's own type.
 *
 * @example
 * const executor = createReferenceExecutor();
 * const block = executor.allocate("float64", 3);
 * executor.write(block, "float64", 0, [1, 2, 3]);
 */
export function createReferenceExecutor(options: ReferenceExecutorOptions = {}): Executor {
	const { limitBytes = 2 ** 32 } = options;
	const blocks = new Set<Block>();
	let usedBytes = 0;

	const release = (block: Block): void => {
		if (!blocks.delete(block)) return;
		usedBytes -= block.bytes;
		(block as ReferenceBlock).buffer = new ArrayBuffer(0);
	};
	const readSync = (block: Block, dtype: DType, offset: number, length: number): TypedArray =>
		arrayOver((block as ReferenceBlock).buffer, dtype).slice(offset, offset + length);

	return {
		kernels: referenceKernels,
		dtypes: Object.keys(dtypes) as DType[],
		facts: () => ({ name: "reference", threads: 1, details: { arithmetic: "float64" } }),
		memory: () => ({ used: usedBytes, reserved: usedBytes, limit: limitBytes, blockCount: blocks.size }),
		allocate: (dtype, length) => {
			const bytes = dtypes[dtype].bytes * length;
			if (usedBytes + bytes > limitBytes) throw outOfMemory(bytes, { usedBytes, limitBytes, blockCount: blocks.size });
			const block: ReferenceBlock = { bytes, buffer: makeBuffer(dtype, length) };
			blocks.add(block);
			usedBytes += bytes;
			return block;
		},
		release,
		write: (block, dtype, offset, source) => arrayOver((block as ReferenceBlock).buffer, dtype).set(source, offset),
		read: async (block, dtype, offset, length) => readSync(block, dtype, offset, length),
		readSync,
		close: () => blocks.forEach(release),
	};
}

function outOfMemory(requestedBytes: number, state: { usedBytes: number; limitBytes: number; blockCount: number }): OutOfMemoryError {
	const { usedBytes, limitBytes, blockCount } = state;
	const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
	return new OutOfMemoryError(
		`The reference executor cannot hold another ${mib(requestedBytes)}: ` +
			`${mib(usedBytes)} of ${mib(limitBytes)} are in use in ${blockCount} blocks.\n` +
			"  Try: a smaller batch, a scope around each training step, or dispose() of tensors that are no longer needed.",
		{ requestedBytes, usedBytes, limitBytes },
	);
}
