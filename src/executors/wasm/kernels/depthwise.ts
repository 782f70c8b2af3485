/**
 * Convolutions in which every group has one input channel: no matrix product, each filter cell adds its multiple of a shifted
 * plane. Units are planes, for the weight's gradient output channels, whose images are summed in order.
 */
import { type Code, type Expr, f32, f32x4, i32, type Local, type ModuleBuilder, shuffle32, v128 } from "../assembler.ts";
import { type Host, SCRATCH_BYTES } from "../host.ts";
import type { ConvAddresses } from "./conv-columns.ts";
import type { ConvSizes } from "./conv-geometry.ts";
import { multiplyAdd } from "./gemm-micro.ts";
import { IM2COL_WORDS, type Im2colWords, readIm2colWords } from "./im2col-words.ts";
import { copyIn, copyOut, type PaddedPlane, paddedBytes, paddedPlane } from "./padded-plane.ts";
import { type Call, type I32, type Writer, wordAt, writeKernel } from "./writer.ts";

/** Multiply-adds that a thread should get at least. */
const GRAIN_OPERATIONS = 2 ** 16;

/** Whether a convolution goes this way. */
export function isDepthwise(s: ConvSizes): boolean {
	return s.groupIn === 1 && s.groups > 1 && paddedBytes(s) <= SCRATCH_BYTES;
}

/** out += depthwise convolution of x. */
export function forwardDepthwise(host: Host, s: ConvSizes, at: ConvAddresses): void {
	run(host, s, at, { name: "depthwise", build: buildForward, unitCount: s.images * s.outChannels });
}

/** x = its adjoint applied to out. */
export function gradInputDepthwise(host: Host, s: ConvSizes, at: ConvAddresses): void {
	run(host, s, at, { name: "depthwise input gradient", build: buildGradInput, unitCount: s.images * s.inChannels });
}

/** weight = the derivative in the weight at x and out's gradient. */
export function gradWeightDepthwise(host: Host, s: ConvSizes, at: ConvAddresses): void {
	run(host, s, at, { name: "depthwise weight gradient", build: buildGradWeight, unitCount: s.outChannels });
}

function run(
	host: Host,
	s: ConvSizes,
	at: ConvAddresses,
	task: { name: string; build: (module: ModuleBuilder, relaxed: boolean) => void; unitCount: number },
): void {
	const kernel = host.kernel(task.name, (module) => task.build(module, host.relaxedSimd));
	const words = [at.x, at.out, s.height, s.width, s.outHeight, s.outWidth, s.kernelHeight, s.kernelWidth];
	words.push(...s.stride, ...s.padding, ...s.dilation, at.weight, s.groupOut, s.inChannels, s.images);
	for (let i = 0; i < words.length; i++) host.heap.i32[host.args + i] = words[i];
	const operations = (s.images * s.outChannels * s.outPlane * s.kernelHeight * s.kernelWidth) / Math.max(1, task.unitCount);
	host.run(kernel, task.unitCount, Math.ceil(GRAIN_OPERATIONS / Math.max(1, operations)));
}

/** A call's words and what follows from them. */
interface Setting {
	readonly words: Im2colWords;
	readonly padded: PaddedPlane;
	readonly weight: I32;
	/** Output channels of an input channel. */
	readonly multiplier: I32;
	readonly inChannels: I32;
	readonly outChannels: I32;
	readonly images: I32;
	readonly planeSize: I32;
	readonly outPlaneSize: I32;
	readonly filterBytes: I32;
}

function settingOf(w: Writer, call: Call, scratch: I32): Setting {
	const words = readIm2colWords(call);
	const [weight, multiplier, inChannels, images] = [0, 1, 2, 3].map((index) => call.word(IM2COL_WORDS.length + index));
	return {
		words,
		padded: paddedPlane(w, words, scratch),
		weight,
		multiplier,
		inChannels,
		outChannels: w.let(i32.mul(inChannels, multiplier)),
		images,
		planeSize: w.let(i32.mul(words.height, words.width)),
		outPlaneSize: w.let(i32.mul(words.outHeight, words.outWidth)),
		filterBytes: w.let(i32.shl(i32.mul(words.kernelHeight, words.kernelWidth), i32.const(2))),
	};
}

/** Visits the filter's cells in order: the address of the cell's weight and of the first pixel it sees. */
function eachCell(w: Writer, { words, padded }: Setting, filter: I32, visit: (weight: I32, pixels: I32) => void): void {
	const weight = w.variable(filter);
	w.loop({ from: i32.const(0), to: words.kernelHeight }, (i) => {
		w.loop({ from: i32.const(0), to: words.kernelWidth }, (j) => {
			const offset = i32.add(i32.mul(i32.mul(i, words.dilationY), padded.pitch), i32.mul(j, words.dilationX));
			visit(weight.get, w.let(wordAt(padded.address, offset)));
			w.do(weight.set(i32.add(weight.get, i32.const(4))));
		});
	});
}

/** Visits the outputs of a plane, four of a row at a time and the rest singly, with the pixels that one cell sees. */
function eachOutput(
	w: Writer,
	{ words, padded }: Setting,
	from: { out: I32; pixels: I32 },
	visit: { four: (out: I32, pixels: I32) => void; one: (out: I32, pixel: I32) => void },
): void {
	const [out, pixels] = [w.variable(from.out), w.variable(from.pixels)];
	const rowStep = w.let(i32.shl(i32.mul(padded.pitch, words.strideY), i32.const(2)));
	const [pixelBytes, fourBytes] = [i32.shl(words.strideX, i32.const(2)), i32.shl(words.strideX, i32.const(4))];
	w.loop({ from: i32.const(0), to: words.outHeight }, () => {
		const [to, at, x] = [w.variable(out.get), w.variable(pixels.get), w.variable(i32.const(0))];
		const advance = (bytes: number, step: I32): Code => [to.set(i32.add(to.get, i32.const(bytes))), at.set(i32.add(at.get, step))];
		w.advance(x, { to: i32.and(words.outWidth, i32.const(-4)), step: 4 }, () => {
			visit.four(to.get, at.get);
			w.do(advance(16, fourBytes));
		});
		w.advance(x, { to: words.outWidth }, () => {
			visit.one(to.get, at.get);
			w.do(advance(4, pixelBytes));
		});
		w.do(out.set(wordAt(out.get, words.outWidth)), pixels.set(i32.add(pixels.get, rowStep)));
	});
}

/** Four pixels, `strideX` apart. */
function fourPixels(w: Writer, pixels: I32, stride: I32): Expr<"v128"> {
	const value = w.f.local("v128");
	w.when(
		i32.eq(stride, i32.const(1)),
		() => w.do(value.set(v128.load(pixels))),
		() =>
			w.when(
				i32.eq(stride, i32.const(2)),
				() => w.do(value.set(shuffle32(v128.load(pixels), v128.load(pixels, 16), [0, 2, 4, 6]))),
				() =>
					eachLane(w, pixels, stride, (address, lane) =>
						w.do(value.set(lane === 0 ? v128.load32Zero(address) : v128.load32Lane(address, value.get, lane))),
					),
			),
	);
	return value.get;
}

function eachLane(w: Writer, pixels: I32, stride: I32, visit: (address: I32, lane: number) => void): void {
	const address: Local<"i32"> = w.variable(pixels);
	for (let lane = 0; lane < 4; lane++) {
		visit(address.get, lane);
		if (lane < 3) w.do(address.set(wordAt(address.get, stride)));
	}
}

function buildForward(module: ModuleBuilder, relaxed: boolean): void {
	writeKernel(module, relaxed, (w, call) => {
		const setting = settingOf(w, call, module.scratch);
		const { words, padded } = setting;
		w.clear(padded.address, padded.size);
		w.loop({ from: call.start, to: call.end }, (unit) => {
			const channel = w.let(i32.remU(unit, setting.outChannels));
			copyIn(w, padded, wordAt(words.images, i32.mul(i32.divU(unit, setting.multiplier), setting.planeSize)), words.width);
			const out = w.let(wordAt(words.columns, i32.mul(unit, setting.outPlaneSize)));
			eachCell(w, setting, i32.add(setting.weight, i32.mul(channel, setting.filterBytes)), (cell, pixels) => {
				const weight = w.let(v128.load32Splat(cell));
				eachOutput(
					w,
					setting,
					{ out, pixels },
					{
						four: (to, at) => {
							w.do(v128.store(to, multiplyAdd(relaxed, weight, fourPixels(w, at, words.strideX), v128.load(to))));
						},
						one: (to, at) => {
							w.do(v128.store32Lane(to, multiplyAdd(relaxed, weight, v128.load32Zero(at), v128.load32Zero(to)), 0));
						},
					},
				);
			});
		});
	});
}

function buildGradInput(module: ModuleBuilder, relaxed: boolean): void {
	writeKernel(module, relaxed, (w, call) => {
		const setting = settingOf(w, call, module.scratch);
		const { words, padded } = setting;
		w.loop({ from: call.start, to: call.end }, (unit) => {
			w.clear(padded.address, padded.size);
			const channel = w.let(i32.remU(unit, setting.inChannels));
			w.loop({ from: i32.const(0), to: setting.multiplier }, (m) => {
				const out = w.let(wordAt(words.columns, i32.mul(i32.add(i32.mul(unit, setting.multiplier), m), setting.outPlaneSize)));
				const filter = i32.mul(i32.add(i32.mul(channel, setting.multiplier), m), setting.filterBytes);
				eachCell(w, setting, i32.add(setting.weight, filter), (cell, pixels) => {
					const weight = w.let(v128.load32Splat(cell));
					eachOutput(
						w,
						setting,
						{ out, pixels },
						{
							four: (from, to) => addFour(w, { to, stride: words.strideX, relaxed }, weight, w.let(v128.load(from))),
							one: (from, to) => {
								w.do(v128.store32Lane(to, multiplyAdd(relaxed, weight, v128.load32Zero(from), v128.load32Zero(to)), 0));
							},
						},
					);
				});
			});
			copyOut(w, padded, wordAt(words.images, i32.mul(unit, setting.planeSize)), words);
		});
	});
}

/** Four pixels, `stride` apart, += weight · values. */
function addFour(w: Writer, at: { to: I32; stride: I32; relaxed: boolean }, weight: Expr<"v128">, values: Expr<"v128">): void {
	w.when(
		i32.eq(at.stride, i32.const(1)),
		() => w.do(v128.store(at.to, multiplyAdd(at.relaxed, weight, values, v128.load(at.to)))),
		() => {
			const sums = w.let(multiplyAdd(at.relaxed, weight, values, fourPixels(w, at.to, at.stride)));
			eachLane(w, at.to, at.stride, (address, lane) => w.do(v128.store32Lane(address, sums, lane)));
		},
	);
}

function buildGradWeight(module: ModuleBuilder, relaxed: boolean): void {
	writeKernel(module, relaxed, (w, call) => {
		const setting = settingOf(w, call, module.scratch);
		const { words, padded } = setting;
		w.clear(padded.address, padded.size);
		w.loop({ from: call.start, to: call.end }, (channel) => {
			const filter = w.let(i32.add(setting.weight, i32.mul(channel, setting.filterBytes)));
			w.clear(filter, w.let(i32.shrU(setting.filterBytes, i32.const(2))));
			w.loop({ from: i32.const(0), to: setting.images }, (image) => {
				const plane = i32.add(i32.mul(image, setting.inChannels), i32.divU(channel, setting.multiplier));
				copyIn(w, padded, wordAt(words.images, i32.mul(plane, setting.planeSize)), words.width);
				const outPlane = i32.add(i32.mul(image, setting.outChannels), channel);
				const out = w.let(wordAt(words.columns, i32.mul(outPlane, setting.outPlaneSize)));
				eachCell(w, setting, filter, (cell, pixels) => {
					const sum = w.variable(f32x4.const(0));
					eachOutput(
						w,
						setting,
						{ out, pixels },
						{
							four: (from, at) => {
								const seen = fourPixels(w, at, words.strideX);
								w.do(sum.set(multiplyAdd(relaxed, v128.load(from), seen, sum.get)));
							},
							one: (from, at) => {
								w.do(sum.set(multiplyAdd(relaxed, v128.load32Zero(from), v128.load32Zero(at), sum.get)));
							},
						},
					);
					const lanes = [0, 1, 2, 3].map((lane) => f32.extractLane(sum.get, lane));
					const total = f32.add(f32.add(lanes[0], lanes[1]), f32.add(lanes[2], lanes[3]));
					w.do(f32.store(cell, f32.add(f32.load(cell), total)));
				});
			});
		});
	});
}
