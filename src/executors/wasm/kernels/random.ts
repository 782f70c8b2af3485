/**
 * Random draws: four Philox blocks at a time for uniform and Bernoulli values, the reference for the rest.
 * The bits are those of `fill` in core/random.
 */
import { bernoulliTerms, type Distribution, type RandomPosition, uniformTerms } from "../../../core/random/distribution.ts";
import { fill, positionAfter } from "../../../core/random/fill.ts";
import { EVEN_MULTIPLIER, ODD_MULTIPLIER } from "../../../core/random/philox.ts";
import type { Kernels } from "../../../kernels/contracts.ts";
import { type Expr, f32x4, i32, i32x4, type Local, type ModuleBuilder, v128 } from "../assembler.ts";
import { addressOf } from "../block.ts";
import type { Host, Kernel } from "../host.ts";
import { PHILOX_VECTOR_BLOCKS, philoxVectors } from "./philox-vector.ts";

/** A unit of work is one step of the generator. */
const UNIT_VALUES = 4 * PHILOX_VECTOR_BLOCKS;
const VALUE_BYTES = 4;
/** Units that a thread takes at a time: 4096 values, some microseconds of work. */
const GRAIN = 256;
/**
 * Words of the argument block: address, key, counter, the two multipliers, then up to three terms of the distribution.
 */
const OUT = 0;
const KEY = 1;
const COUNTER = 3;
const MULTIPLIERS = 7;
const TERMS = 9;
const TERM_COUNT = 3;

type V128 = Expr<"v128">;

/** How four words become four values; the terms are splats of what `writeTerms` puts into the argument block. */
type Conversion = (words: V128, terms: readonly V128[]) => V128;

const conversions: Readonly<Record<"uniform" | "bernoulli", Conversion>> = {
	uniform: (words, [low, span, top]) => {
		const fraction = f32x4.mul(f32x4.convertI32x4S(i32x4.shrU(words, i32.const(8))), f32x4.const(2 ** -24));
		return f32x4.pmin(f32x4.add(low, f32x4.mul(fraction, span)), top);
	},
	bernoulli: (words, [last, scale]) => v128.andnot(scale, i32x4.gtS(i32x4.shrU(words, i32.const(1)), last)),
};

/** The random kernel of a host. */
export function random(host: Host): Kernels["random"] {
	const compile = (kind: keyof typeof conversions): Kernel => host.kernel(`random ${kind}`, (module) => build(module, conversions[kind]));
	const draw = (distribution: Distribution, position: RandomPosition, address: number, size: number): void => {
		const values = (from: number, to: number): Float32Array =>
			host.heap.f32.subarray(address / VALUE_BYTES + from, address / VALUE_BYTES + to);
		const { kind } = distribution;
		if (size < UNIT_VALUES || kind === "normal" || kind === "truncatedNormal") {
			fill(distribution, position, values(0, size));
			return;
		}
		const beforeWrap = (2 ** 32 - position.counter[0]) * 4;
		if (size > beforeWrap) {
			// The kernel counts in the lowest word of the counter only.
			draw(distribution, position, address, beforeWrap);
			draw(distribution, positionAfter(position, beforeWrap / 4), address + beforeWrap * VALUE_BYTES, size - beforeWrap);
			return;
		}
		const kernel = compile(kind);
		const unitCount = Math.floor(size / UNIT_VALUES);
		writeArguments(host, distribution, position, address);
		host.run(kernel, unitCount, GRAIN);
		const done = unitCount * UNIT_VALUES;
		if (done < size) fill(distribution, positionAfter(position, unitCount * PHILOX_VECTOR_BLOCKS), values(done, size));
	};
	return (distribution, position, out) => draw(distribution, position, addressOf(out), out.size);
}

function writeArguments(host: Host, distribution: Distribution, position: RandomPosition, address: number): void {
	const { i32: words, f32: floats } = host.heap;
	const at = host.args;
	words[at + OUT] = address;
	words.set(position.key, at + KEY);
	words.set(position.counter, at + COUNTER);
	words[at + MULTIPLIERS] = EVEN_MULTIPLIER;
	words[at + MULTIPLIERS + 1] = ODD_MULTIPLIER;
	if (distribution.kind === "uniform") {
		const { low, span, top } = uniformTerms(distribution);
		floats.set([low, span, top], at + TERMS);
	} else if (distribution.kind === "bernoulli") {
		const { threshold, scale } = bernoulliTerms(distribution);
		words[at + TERMS] = threshold - 1;
		floats[at + TERMS + 1] = scale;
	}
}

function build(module: ModuleBuilder, convert: Conversion): void {
	module.func({ exportName: "run", parameters: ["i32", "i32", "i32"] }, (f, ...parameters) => {
		const [start, end, args] = parameters as Local<"i32">[];
		const word = (index: number): Expr<"i32"> => i32.load(args.get, index * 4);
		const splat = (index: number): V128 => v128.load32Splat(args.get, index * 4);
		const philox = philoxVectors(f, {
			key: [word(KEY), word(KEY + 1)],
			counter: [
				i32.add(word(COUNTER), i32.mul(start.get, i32.const(PHILOX_VECTOR_BLOCKS))),
				word(COUNTER + 1),
				word(COUNTER + 2),
				word(COUNTER + 3),
			],
			multipliers: [splat(MULTIPLIERS), splat(MULTIPLIERS + 1)],
		});
		const terms = Array.from({ length: TERM_COUNT }, () => f.local("v128"));
		const values = terms.map((term) => term.get);
		const out = f.local("i32");
		return [
			philox.prepare,
			terms.map((term, i) => term.set(splat(TERMS + i))),
			out.set(i32.add(word(OUT), i32.mul(start.get, i32.const(UNIT_VALUES * VALUE_BYTES)))),
			f.loop(start, { to: end.get }, () => [
				philox.step,
				philox.words.map((words, block) => v128.store(out.get, convert(words, values), 4 * VALUE_BYTES * block)),
				out.set(i32.add(out.get, i32.const(UNIT_VALUES * VALUE_BYTES))),
			]),
		];
	});
}
