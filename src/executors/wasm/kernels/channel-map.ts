/** Elementwise kernels with parameters by channel: the affine step of a normalisation, and the last step of its derivative. */
import type { ChannelLayout, Kernels, Operand } from "../../../kernels/contracts.ts";
import { type Formula, formula as makeFormula } from "../../../kernels/formula.ts";
import { f32x4, i32, type ModuleBuilder } from "../assembler.ts";
import { addressOf } from "../block.ts";
import type { Host, Kernel } from "../host.ts";
import { walkRow } from "./rows.ts";
import { splatAt, type V128, type Writer, wordAt, writeKernel } from "./writer.ts";

/** Elements below which a second thread is not worth its start. */
const PARALLEL_ELEMENTS = 32768;
/** Vectors of one turn. */
const UNROLL = 4;

const identity = makeFormula("identity", (x) => x);

/** What is computed from elements of the inputs and the parameters of their channel. */
interface ChannelFormula {
	readonly inputCount: number;
	readonly parameterCount: number;
	compute(w: Writer, inputs: readonly V128[], parameters: readonly V128[]): V128;
}

function runChannelMap(host: Host, kernel: Kernel, operands: readonly Operand[], { outer, channels, inner }: ChannelLayout): void {
	const words = host.heap.i32;
	const length = inner === 1 ? channels : inner;
	words[host.args] = length;
	words[host.args + 1] = channels;
	for (let i = 0; i < operands.length; i++) words[host.args + 2 + i] = addressOf(operands[i]);
	host.run(kernel, inner === 1 ? outer : outer * channels, Math.ceil(PARALLEL_ELEMENTS / length));
}

/**
 * args: [row length, channels, out, inputs, parameters]. Units are rows: of all channels, each with its own parameters, if `across`;
 * else of one channel.
 */
function buildChannelMap(module: ModuleBuilder, formula: ChannelFormula, options: { across: boolean; relaxedSimd: boolean }): void {
	writeKernel(module, options.relaxedSimd, (w, call) => {
		const [length, channels, out] = [0, 1, 2].map(call.word);
		const inputs = Array.from({ length: formula.inputCount }, (_, i) => call.word(3 + i));
		const parameters = Array.from({ length: formula.parameterCount }, (_, i) => call.word(3 + formula.inputCount + i));
		w.loop({ from: call.start, to: call.end }, (row) => {
			const first = w.let(i32.mul(row, length));
			const [target, ...sources] = [out, ...inputs].map((base) => w.let(wordAt(base, first)));
			const channel = w.let(i32.remU(row, channels));
			const splats = options.across ? [] : parameters.map((base) => w.let(splatAt(wordAt(base, channel))));
			walkRow(
				w,
				length,
				(piece) => {
					const ofChannel = options.across ? parameters.map(piece.load) : splats;
					piece.store(target, formula.compute(w, sources.map(piece.load), ofChannel));
				},
				UNROLL,
			);
		});
	});
}

/** See {@link Kernels.channelAffine}. */
export function channelAffine(host: Host): Kernels["channelAffine"] {
	const kernels = new WeakMap<Formula, (Kernel | undefined)[]>();
	const compile = (activation: Formula, shifted: boolean, across: boolean): Kernel =>
		host.kernel(`channelAffine ${across} ${shifted} ${activation.key}`, (module) => {
			const compute: ChannelFormula["compute"] = (w, [value], [center, factor, term]) => {
				const centered = w.let(f32x4.sub(value, center));
				const affine = w.let(shifted ? w.madd(centered, factor, term) : f32x4.mul(centered, factor));
				return w.formula(activation, [{ type: "real", value: affine }])[0].value;
			};
			const formula = { inputCount: 1, parameterCount: shifted ? 3 : 2, compute };
			buildChannelMap(module, formula, { across, relaxedSimd: host.relaxedSimd });
		});
	return (x, out, { mean, scale, shift }, { layout, activation }) => {
		if (x.size === 0) return;
		const last = activation ?? identity;
		let compiled = kernels.get(last);
		if (compiled === undefined) {
			compiled = [];
			kernels.set(last, compiled);
		}
		const across = layout.inner === 1;
		const kernel = (compiled[(across ? 2 : 0) + (shift === null ? 0 : 1)] ??= compile(last, shift !== null, across));
		runChannelMap(host, kernel, shift === null ? [out, x, mean, scale] : [out, x, mean, scale, shift], layout);
	};
}

/** See {@link Kernels.channelCombine}. */
export function channelCombine(host: Host): Kernels["channelCombine"] {
	const compute: ChannelFormula["compute"] = (w, [grad, value], [ofGrad, ofX, term]) =>
		w.madd(ofGrad, grad, w.let(w.madd(ofX, value, term)));
	const compile = (across: boolean): Kernel =>
		host.kernel(`channelCombine ${across}`, (module) =>
			buildChannelMap(module, { inputCount: 2, parameterCount: 3, compute }, { across, relaxedSimd: host.relaxedSimd }),
		);
	let [ofRows, ofChannels]: (Kernel | undefined)[] = [];
	return (gradOut, x, gradX, { a, b, c }, layout) => {
		if (x.size === 0) return;
		const kernel = layout.inner === 1 ? (ofChannels ??= compile(true)) : (ofRows ??= compile(false));
		runChannelMap(host, kernel, [gradX, gradOut, x, a, b, c], layout);
	};
}
