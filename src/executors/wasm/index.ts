/** The WASM executor: one linear memory for all tensors, kernels compiled at run time to SIMD. */
import { type DType, dtypes, type TypedArray } from "../../core/dtype.ts";
import type { Executor, ExecutorFacts, Kernels, Operand } from "../../kernels/contracts.ts";
import type { WasmBlock } from "./block.ts";
import { Host, SCRATCH_BYTES } from "./host.ts";
import { argReduce } from "./kernels/arg-reduce.ts";
import { averagePool, averagePoolGrad } from "./kernels/average-pool.ts";
import { channelGradSums } from "./kernels/channel-grad-sums.ts";
import { channelAffine, channelCombine } from "./kernels/channel-map.ts";
import { channelStatistics } from "./kernels/channel-statistics.ts";
import { type ContractionParts, contractions, wasmParts } from "./kernels/contractions.ts";
import { copy, rawCopy, temporary } from "./kernels/copy.ts";
import { crossEntropy, crossEntropyGrad } from "./kernels/cross-entropy.ts";
import { cumulativeSum } from "./kernels/cumulative-sum.ts";
import { embeddingBag, embeddingBagGrad } from "./kernels/embedding-bag.ts";
import { findOutOfRange } from "./kernels/find-out-of-range.ts";
import { gather, gatherGrad } from "./kernels/gather.ts";
import { map } from "./kernels/map.ts";
import { maxPool, maxPoolGrad } from "./kernels/max-pool.ts";
import { random } from "./kernels/random.ts";
import { reduce } from "./kernels/reduce.ts";
import { softmax, softmaxGrad } from "./kernels/softmax.ts";
import { sort } from "./kernels/sort.ts";
import { scatterAdd, take } from "./kernels/take.ts";
import { probeSharedMemory } from "./probe.ts";
import { ThreadPool } from "./threads.ts";

/** How a WASM executor is made. */
export interface WasmExecutorOptions {
	/** Reference order without relaxed SIMD: same bits on every machine. Default false. */
	readonly deterministic?: boolean;
	/** Most bytes of its heap, at most and by default 4 GiB. */
	readonly limitBytes?: number;
}

/** The kernels of a host; contractions are built on `parts`. */
export function wasmKernels(host: Host, parts: ContractionParts = wasmParts(host)): Kernels {
	const raw = rawCopy(host);
	const contiguousCopy = (x: Operand): { operand: Operand; release: () => void } => {
		const made = temporary(host, x);
		raw(x, made.operand);
		return made;
	};
	const mapKernel = map(host, contiguousCopy);
	return {
		map: mapKernel,
		reduce: reduce(host, contiguousCopy),
		copy: copy(host, mapKernel),
		...contractions(host, parts, mapKernel),
		maxPool: maxPool(host),
		maxPoolGrad: maxPoolGrad(host),
		averagePool: averagePool(host),
		averagePoolGrad: averagePoolGrad(host),
		take: take(host),
		scatterAdd: scatterAdd(host),
		gather: gather(host),
		gatherGrad: gatherGrad(host),
		embeddingBag: embeddingBag(host),
		embeddingBagGrad: embeddingBagGrad(host),
		findOutOfRange: findOutOfRange(host),
		argReduce: argReduce(host),
		cumulativeSum: cumulativeSum(host),
		sort: sort(host),
		softmax: softmax(host),
		softmaxGrad: softmaxGrad(host),
		crossEntropy: crossEntropy(host),
		crossEntropyGrad: crossEntropyGrad(host),
		channelStatistics: channelStatistics(host),
		channelAffine: channelAffine(host),
		channelGradSums: channelGradSums(host),
		channelCombine: channelCombine(host),
		random: random(host),
	};
}

/** Makes a WASM executor. */
export function createWasmExecutor(options: WasmExecutorOptions = {}): Executor {
	const host = makeHost(options);
	return executorOver(host, wasmKernels(host), () => ({
		name: "wasm",
		threads: host.threadCount,
		details: { relaxedSimd: host.relaxedSimd, sharedMemory: host.shared },
	}));
}

/** The heap and kernel cache of a new executor. */
export function makeHost(options: WasmExecutorOptions): Host {
	const { deterministic = false, limitBytes } = options;
	return new Host({ shared: probeSharedMemory(), relaxedSimd: !deterministic, limitBytes });
}

/** An executor whose tensors live in a host's heap. */
export function executorOver(host: Host, kernels: Kernels, facts: () => ExecutorFacts): Executor {
	const { heap } = host;
	let pool: ThreadPool | null = null;
	const setThreads = async (count: number): Promise<void> => {
		const started = count === 1 ? null : await ThreadPool.start({ heap, threadCount: count, scratchBytes: SCRATCH_BYTES });
		host.usePool(started);
		await pool?.close();
		pool = started;
	};
	const elements = (address: number, dtype: DType, length: number): TypedArray => {
		const { buffer } = heap.memory;
		switch (dtype) {
			case "float32":
				return new Float32Array(buffer, address, length);
			case "int32":
				return new Int32Array(buffer, address, length);
			case "uint8":
			case "bool":
				return new Uint8Array(buffer, address, length);
			default:
				throw new TypeError(`The WASM heap holds no ${dtype}.`);
		}
	};
	const at = (block: unknown, dtype: DType, offset: number): number => (block as WasmBlock).address + offset * dtypes[dtype].bytes;
	const readSync: NonNullable<Executor["readSync"]> = (block, dtype, offset, length) =>
		// A slice lies in memory that is not shared, so every API takes it.
		elements(at(block, dtype, offset), dtype, length).slice();
	return {
		kernels,
		dtypes: ["float32", "int32", "uint8", "bool"],
		facts,
		memory: () => heap.use(),
		allocate: (dtype, length) => {
			const bytes = length * dtypes[dtype].bytes;
			return { address: heap.allocate(bytes), bytes } as WasmBlock;
		},
		release: (block) => heap.release((block as WasmBlock).address),
		write: (block, dtype, offset, source) => elements(at(block, dtype, offset), dtype, source.length).set(source),
		read: async (block, dtype, offset, length) => readSync(block, dtype, offset, length),
		readSync,
		setThreads,
		close: () => setThreads(1),
	};
}
