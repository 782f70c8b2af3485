/** Convolutions to test machine code with, by default 3 × 3 of stride 1: arrays between NaNs, and sums in float64 at single places. */
import { expect } from "vitest";
import type { ConvGeometry, Operand } from "../../../kernels/contracts.ts";
import type { Host } from "../../wasm/host.ts";
import { free, numbers, operand, read } from "../../wasm/kernels/contraction-testing.ts";
import { convSizes } from "../../wasm/kernels/conv-geometry.ts";
import { usesWinograd } from "../../wasm/kernels/winograd.ts";
import { type Engine, fenced, lastInMemory, sizeOf } from "./machine-testing.ts";

/** A convolution. */
export interface ImageCase {
	readonly images: number;
	readonly inChannels: number;
	readonly outChannels: number;
	readonly height: number;
	readonly width: number;
	readonly padding: readonly [number, number];
	readonly bias?: boolean;
	readonly kernel?: readonly [number, number];
	readonly stride?: readonly [number, number];
	readonly dilation?: readonly [number, number];
	readonly groups?: number;
	/** Elements before the first of all arrays; blocks begin at cache lines. */
	readonly offset?: number;
}

/** A convolution's output and its gradients. */
export interface Results {
	readonly forward: Float32Array;
	readonly gradInput: Float32Array;
	readonly gradWeight: Float32Array;
}

type Shape = readonly [number, number, number, number];

/** Elements that are NaN around arrays that are read: more than the longest vector holds. */
const MARGIN = 40;

/** A case with its numbers, which a test may change. */
export class Convolution {
	readonly xShape: Shape;
	readonly weightShape: Shape;
	readonly outShape: Shape;
	readonly x: Float32Array;
	readonly weight: Float32Array;
	readonly gradOut: Float32Array;
	readonly bias: Float32Array | null;
	readonly geometry: ConvGeometry;
	readonly #offset: number;

	constructor(test: ImageCase) {
		const { images, inChannels, outChannels, height, width, padding, bias = false, offset = 0 } = test;
		const { kernel = [3, 3], stride = [1, 1], dilation = [1, 1], groups = 1 } = test;
		const side = (length: number, axis: 0 | 1): number =>
			Math.floor((length + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis]) + 1;
		this.geometry = { stride, padding, dilation, groups };
		this.xShape = [images, inChannels, height, width];
		this.weightShape = [outChannels, inChannels / groups, ...kernel];
		this.outShape = [images, outChannels, side(height, 0), side(width, 1)];
		[this.x, this.weight, this.gradOut] = [this.xShape, this.weightShape, this.outShape].map((shape, i) => numbers(sizeOf(shape), i + 1));
		this.bias = bias ? numbers(outChannels, 4) : null;
		this.#offset = offset;
	}

	/** Whether tiles are what it is computed by; depends on sizes alone. */
	get usesTiles(): boolean {
		const like = (shape: Shape): Operand => ({ shape }) as unknown as Operand;
		return usesWinograd(convSizes(like(this.xShape), like(this.outShape), like(this.weightShape), this.geometry));
	}

	/** Output and gradients by an engine, with one array `last` in memory if that is asked for; fails if it wrote elsewhere. */
	by({ name, host, kernels }: Engine, { last }: { last?: "x" | "gradOut" } = {}): Results {
		const x = this.#on(host, this.xShape, this.x);
		const weight = this.#on(host, this.weightShape, this.weight);
		const gradOut = this.#on(host, this.outShape, this.gradOut);
		const images = {
			x: last === "x" ? lastInMemory(host, { ...x, offset: 0 }, this.x) : x,
			gradOut: last === "gradOut" ? lastInMemory(host, { ...gradOut, offset: 0 }, this.gradOut) : gradOut,
		};
		const bias = this.bias === null ? null : this.#on(host, [this.bias.length], this.bias);
		const result = (shape: Shape, run: (out: Operand) => void): Float32Array => {
			const { out, whole, intact } = fenced(host, shape, { offset: this.#offset });
			run(out);
			const values = read(out);
			expect(intact(), `${name} wrote beside its output`).toBe(true);
			free(whole);
			return values;
		};
		const { geometry } = this;
		const results = {
			forward: result(this.outShape, (out) => kernels.conv2d(images.x, weight, out, { bias, activation: null, geometry })),
			gradInput: result(this.xShape, (out) => kernels.conv2dGradInput(images.gradOut, weight, out, geometry)),
			gradWeight: result(this.weightShape, (out) => kernels.conv2dGradWeight(images.x, images.gradOut, out, geometry)),
		};
		free(x, weight, gradOut, ...(bias === null ? [] : [bias]));
		return results;
	}

	#on(host: Host, shape: readonly number[], source: Float32Array): Operand {
		const from = MARGIN + this.#offset;
		const values = new Float32Array(from + source.length + MARGIN).fill(Number.NaN);
		values.set(source, from);
		const whole = operand(host, [values.length], { values });
		const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
		return { ...whole, shape, strides, offset: from, size: source.length };
	}

	/** One element of a result, in float64. */
	sumAt(of: keyof Results, index: number): number {
		switch (of) {
			case "forward":
				return this.#outputAt(index);
			case "gradInput":
				return this.#gradInputAt(index);
			case "gradWeight":
				return this.#gradWeightAt(index);
			default:
				return of satisfies never;
		}
	}

	#outputAt(index: number): number {
		const [n, o, y, z] = placeIn(this.outShape, index);
		const [, groupIn, rows, columns] = this.weightShape;
		let sum = this.bias?.[o] ?? 0;
		for (let c = 0; c < groupIn; c++)
			for (let i = 0; i < rows; i++)
				for (let j = 0; j < columns; j++) sum += this.#pixel([n, o, y, z], [c, i, j]) * at(this.weight, this.weightShape, [o, c, i, j]);
		return sum;
	}

	#gradInputAt(index: number): number {
		const [n, channel, row, column] = placeIn(this.xShape, index);
		const [, groupIn, rows, columns] = this.weightShape;
		const { stride, padding, dilation, groups } = this.geometry;
		const groupOut = this.outShape[1] / groups;
		const [group, c] = [Math.floor(channel / groupIn), channel % groupIn];
		let sum = 0;
		for (let o = group * groupOut; o < (group + 1) * groupOut; o++)
			for (let i = 0; i < rows; i++)
				for (let j = 0; j < columns; j++) {
					const y = (row + padding[0] - i * dilation[0]) / stride[0];
					const z = (column + padding[1] - j * dilation[1]) / stride[1];
					if (!Number.isInteger(y) || !Number.isInteger(z)) continue;
					sum += at(this.gradOut, this.outShape, [n, o, y, z]) * at(this.weight, this.weightShape, [o, c, i, j]);
				}
		return sum;
	}

	#gradWeightAt(index: number): number {
		const [o, ...tap] = placeIn(this.weightShape, index);
		const [images, , height, width] = this.outShape;
		let sum = 0;
		for (let n = 0; n < images; n++)
			for (let y = 0; y < height; y++)
				for (let z = 0; z < width; z++) sum += at(this.gradOut, this.outShape, [n, o, y, z]) * this.#pixel([n, o, y, z], tap);
		return sum;
	}

	/** What an output's window has under a tap of its filter: channel in the group, row, column. */
	#pixel([n, o, y, z]: Shape, [c, i, j]: readonly [number, number, number]): number {
		const { stride, padding, dilation, groups } = this.geometry;
		const channel = Math.floor((o * groups) / this.outShape[1]) * this.weightShape[1] + c;
		return at(this.x, this.xShape, [
			n,
			channel,
			y * stride[0] + i * dilation[0] - padding[0],
			z * stride[1] + j * dilation[1] - padding[1],
		]);
	}
}

/** Where an element stands in an array. */
export function placeIn([, channels, height, width]: Shape, index: number): Shape {
	const row = Math.floor(index / width);
	const plane = Math.floor(row / height);
	return [Math.floor(plane / channels), plane % channels, row % height, index % width];
}

/** An element; 0 beyond the edges of its plane. */
function at(values: Float32Array, [, channels, height, width]: Shape, [n, c, row, column]: Shape): number {
	if (row < 0 || column < 0 || row >= height || column >= width) return 0;
	return values[((n * channels + c) * height + row) * width + column];
}
