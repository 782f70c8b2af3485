/**
 * Images as matrices: `columns[c, i, j, y, x]` = the pixel that kernel cell (i, j) sees at output (y, x), zero outside;
 * and the reverse, which adds columns up into an image. Units are planes (image × channel).
 */
import { type Host, type Kernel, SCRATCH_BYTES } from "../host.ts";
import type { ConvSizes } from "./conv-geometry.ts";
import { clippedColumnsToImage, clippedImageToColumns } from "./im2col-clipped.ts";
import { paddedColumnsToImage, paddedImageToColumns } from "./im2col-padded.ts";
import { im2colSizes } from "./im2col-words.ts";
import { paddedBytes } from "./padded-plane.ts";

/** Elements that a thread should get at least. */
const GRAIN_ELEMENTS = 2 ** 14;

/** Writes the columns of `count` channel planes that lie one after another at address `planes`. */
export function imageToColumns(host: Host, s: ConvSizes, planes: number, columns: number, count: number): void {
	const kernel = fits(s)
		? host.kernel(`im2col ${im2colSizes(s).join(" ")}`, (module) => paddedImageToColumns(module, s, host.relaxedSimd))
		: host.kernel("im2col clipped", (module) => clippedImageToColumns(module, host.relaxedSimd));
	run(host, s, { kernel, planes, columns, count });
}

/** Sets `count` planes at address `planes` to the sums of their columns. */
export function columnsToImage(host: Host, s: ConvSizes, columns: number, planes: number, count: number): void {
	const kernel = fits(s)
		? host.kernel(`col2im ${im2colSizes(s).join(" ")}`, (module) => paddedColumnsToImage(module, s, host.relaxedSimd))
		: host.kernel("col2im clipped", (module) => clippedColumnsToImage(module, host.relaxedSimd));
	run(host, s, { kernel, planes, columns, count });
}

function fits(s: ConvSizes): boolean {
	return paddedBytes(s) <= SCRATCH_BYTES;
}

function run(host: Host, s: ConvSizes, task: { kernel: Kernel; planes: number; columns: number; count: number }): void {
	const words = [task.planes, task.columns, ...im2colSizes(s)];
	for (let i = 0; i < words.length; i++) host.heap.i32[host.args + i] = words[i];
	const perPlane = s.kernelHeight * s.kernelWidth * s.outPlane + s.plane;
	host.run(task.kernel, task.count, Math.ceil(GRAIN_ELEMENTS / perPlane));
}
