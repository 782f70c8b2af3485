/**
 * Convolutions of any geometry as matrix products: the image's windows are laid out as columns, a few images at a time,
 * so that they are still in the cache when they are multiplied.
 */
import type { Host } from "../host.ts";
import { type ConvSizes, isPointwise } from "./conv-geometry.ts";
import type { Gemm, GemmCall } from "./gemm.ts";
import { columnsToImage, imageToColumns } from "./im2col.ts";
import type { ImageTransforms } from "./winograd-map.ts";
import type { Workspace } from "./workspace.ts";

/** Bytes of columns made before they are used: about half of a second-level cache. */
const COLUMN_BYTES = 512 * 1024;

/** Addresses of the images of one call. */
export interface ConvAddresses {
	readonly x: number;
	readonly weight: number;
	readonly out: number;
}

/** What convolutions by columns stand on. */
export interface ConvTools {
	readonly host: Host;
	readonly gemm: Gemm;
	readonly transforms: ImageTransforms;
	readonly workspace: Workspace;
}

/** How many images' columns fit in the cache: a number that depends on sizes alone. */
export function imagesAtOnce(s: ConvSizes): number {
	const bytes = 4 * s.groups * s.filter * s.outPlane;
	return Math.max(1, Math.min(s.images, Math.floor(COLUMN_BYTES / Math.max(1, bytes))));
}

/** out (+)= weight · columns(x) for `count` images. */
export function forwardColumns(tools: ConvTools, s: ConvSizes, at: ConvAddresses, options: { count: number; accumulate: boolean }): void {
	const { count, accumulate } = options;
	const columns = columnsOf(tools, s, at.x, count);
	for (let group = 0; group < s.groups; group++) {
		tools.gemm.run({
			...productShape(count, s.groupOut, s.outPlane, s.filter),
			a: at.weight + 4 * group * s.groupOut * s.filter,
			aRow: s.filter,
			aColumn: 1,
			aBatch: 0,
			b: columns + 4 * group * s.filter * s.outPlane,
			bRow: s.outPlane,
			bColumn: 1,
			bBatch: s.groups * s.filter * s.outPlane,
			c: at.out + 4 * group * s.groupOut * s.outPlane,
			cRow: s.outPlane,
			cBatch: s.outChannels * s.outPlane,
			accumulate,
		});
	}
}

/** x = adjoint of columns applied to weightᵀ · out, for `count` images. */
export function gradInputColumns(tools: ConvTools, s: ConvSizes, at: ConvAddresses, count: number): void {
	const pointwise = isPointwise(s);
	const perImage = s.groups * s.filter * s.outPlane;
	const columns = pointwise ? at.x : tools.workspace.reserve(4 * count * perImage);
	for (let group = 0; group < s.groups; group++) {
		tools.gemm.run({
			...productShape(count, s.filter, s.outPlane, s.groupOut),
			a: at.weight + 4 * group * s.groupOut * s.filter,
			aRow: 1,
			aColumn: s.filter,
			aBatch: 0,
			b: at.out + 4 * group * s.groupOut * s.outPlane,
			bRow: s.outPlane,
			bColumn: 1,
			bBatch: s.outChannels * s.outPlane,
			c: columns + 4 * group * s.filter * s.outPlane,
			cRow: s.outPlane,
			cBatch: perImage,
			accumulate: false,
		});
	}
	if (!pointwise) columnsToImage(tools.host, s, columns, at.x, count * s.inChannels);
}

/** weight (+)= Σ over `count` images of out · columns(x)ᵀ, one image after the other. */
export function gradWeightColumns(
	tools: ConvTools,
	s: ConvSizes,
	at: ConvAddresses,
	options: { count: number; accumulate: boolean },
): void {
	const { count, accumulate } = options;
	const columns = columnsOf(tools, s, at.x, count);
	for (let image = 0; image < Math.max(1, count); image++) {
		for (let group = 0; group < s.groups; group++) {
			tools.gemm.run({
				...productShape(1, s.groupOut, s.filter, count === 0 ? 0 : s.outPlane),
				a: at.out + 4 * (image * s.outChannels + group * s.groupOut) * s.outPlane,
				aRow: s.outPlane,
				aColumn: 1,
				aBatch: 0,
				b: columns + 4 * (image * s.groups + group) * s.filter * s.outPlane,
				bRow: 1,
				bColumn: s.outPlane,
				bBatch: 0,
				c: at.weight + 4 * group * s.groupOut * s.filter,
				cRow: s.filter,
				cBatch: 0,
				accumulate: accumulate || image > 0,
			});
		}
	}
}

function productShape(batch: number, m: number, n: number, k: number) {
	return { batch, m, n, k, bias: 0 } satisfies Partial<GemmCall>;
}

/** Address of the columns of `count` images; the images themselves where they are their own columns. */
function columnsOf(tools: ConvTools, s: ConvSizes, x: number, count: number): number {
	if (isPointwise(s)) return x;
	const columns = tools.workspace.reserve(4 * count * s.groups * s.filter * s.outPlane);
	imageToColumns(tools.host, s, x, columns, count * s.inChannels);
	return columns;
}
