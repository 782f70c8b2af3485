/**
 * Images as matrices: `columns[c, i, j, y, x]` = the pixel that kernel cell (i, j) sees at output (y, x), zero outside;
 * and the reverse, which adds columns up into an image. Units are planes (image × channel).
 */
import type { ModuleBuilder } from "../assembler.ts";
import { type Host, SCRATCH_BYTES } from "../host.ts";
import type { ConvSizes } from "./conv-geometry.ts";
import { clippedColumnsToImage, clippedImageToColumns } from "./im2col-clipped.ts";
import { paddedColumnsToImage, paddedImageToColumns } from "./im2col-padded.ts";
import { paddedBytes } from "./padded-plane.ts";

/** Elements that a thread should get at least. */
const GRAIN_ELEMENTS = 2 ** 14;

type Build = (module: ModuleBuilder, relaxed: boolean) => void;

/** Writes the columns of `count` channel planes that lie one after another at address `planes`. */
export function imageToColumns(host: Host, s: ConvSizes, planes: number, columns: number, count: number): void {
	const [name, build] = fits(s) ? (["im2col", paddedImageToColumns] as const) : (["im2col clipped", clippedImageToColumns] as const);
	run(host, s, { name, build, planes, columns, count });
}

/** Sets `count` planes at address `planes` to the sums of their columns. */
export function columnsToImage(host: Host, s: ConvSizes, columns: number, planes: number, count: number): void {
	const [name, build] = fits(s) ? (["col2im", paddedColumnsToImage] as const) : (["col2im clipped", clippedColumnsToImage] as const);
	run(host, s, { name, build, planes, columns, count });
}

function fits(s: ConvSizes): boolean {
	return paddedBytes(s) <= SCRATCH_BYTES;
}

function run(host: Host, s: ConvSizes, task: { name: string; build: Build; planes: number; columns: number; count: number }): void {
	const kernel = host.kernel(task.name, (module) => task.build(module, host.relaxedSimd));
	const words = [task.planes, task.columns, s.height, s.width, s.outHeight, s.outWidth, s.kernelHeight, s.kernelWidth];
	words.push(...s.stride, ...s.padding, ...s.dilation);
	for (let i = 0; i < words.length; i++) host.heap.i32[host.args + i] = words[i];
	const perPlane = s.kernelHeight * s.kernelWidth * s.outPlane + s.plane;
	host.run(kernel, task.count, Math.ceil(GRAIN_ELEMENTS / perPlane));
}
