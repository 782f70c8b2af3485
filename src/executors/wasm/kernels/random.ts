/**
 * Random draws: four Philox blocks at a time for uniform and Bernoulli values, the reference for the rest.
 * The bits are those of `fill` in core/random.
 */
import { bernoulliTerms, type Distribution, type RandomPosition, uniformTerms } from "../../../core/random/distribution.ts";
import { fill, positionAfter } from "../../../core/random/fill.ts";
import { EVEN_KEY_STEP, EVEN_MULTIPLIER, ODD_KEY_STEP, ODD_MULTIPLIER, PHILOX_ROUND_COUNT } from "../../../core/random/philox.ts";
import type { Kernels } from "../../../kernels/contracts.ts";
import { type Code, type Expr, type FunctionBuilder, f32x4, i32, i32x4, i64x2, type Local, type ModuleBuilder, shuffle32, v128 } from "../assembler.ts";
import { addressOf } from "../block.ts";
import type { Host, Kernel } from "../host.ts";

/** A unit of work is four Philox blocks. */
const UNIT_BLOCKS = 4;
const UNIT_VALUES = 4 * UNIT_BLOCKS;
const VALUE_BYTES = 4;
/** Units that a thread takes at a time: 4096 values, some microseconds of work. */
const GRAIN = 256;
/** Words of the argument block: address, key, counter, then up to three terms of the distribution. */
const OUT = 0;
const KEY = 1;
const COUNTER = 3;
const TERMS = 7;
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
		const values = (from: number, to: number): Float32Array => host.heap.f32.subarray(address / VALUE_BYTES + from, address / VALUE_BYTES + to);
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
		if (done < size) fill(distribution, positionAfter(position, unitCount * UNIT_BLOCKS), values(done, size));
	};
	return (distribution, position, out) => draw(distribution, position, addressOf(out), out.size);
}

function writeArguments(host: Host, distribution: Distribution, position: RandomPosition, address: number): void {
	const { i32: words, f32: floats } = host.heap;
	const at = host.args;
	words[at + OUT] = address;
	words.set(position.key, at + KEY);
	words.set(position.counter, at + COUNTER);
	if (distribution.kind === "uniform") {
		const { low, span, top } = uniformTerms(distribution);
		floats.set([low, span, top], at + TERMS);
	} else if (distribution.kind === "bernoulli") {
		const { threshold, scale } = bernoulliTerms(distribution);
		words[at + TERMS] = threshold - 1;
		floats[at + TERMS + 1] = scale;
	}
}

/** Two Philox blocks, 64 bits a lane: words [1, 0] and [3, 2] of each, so that a product lands where the next round wants it. */
interface BlockPair {
	readonly even: Local<"v128">;
	readonly odd: Local<"v128">;
}

function build(module: ModuleBuilder, convert: Conversion): void {
	module.func({ exportName: "run", parameters: ["i32", "i32", "i32"] }, (f, ...parameters) => {
		const [start, end, args] = parameters as Local<"i32">[];
		const word = (index: number): Expr<"i32"> => i32.load(args.get, index * 4);
		const keys = Array.from({ length: PHILOX_ROUND_COUNT }, () => newPair(f));
		const terms = Array.from({ length: TERM_COUNT }, () => f.local("v128"));
		const counter = newPair(f);
		const pairs = [newPair(f), newPair(f)];
		const out = f.local("i32");
		const later = (blocks: number): V128 => i32x4.add(counter.even.get, i32x4.constLanes([0, blocks, 0, blocks]));
		return [
			keys.map((key, round) => [
				key.even.set(wordPair(i32.const(0), i32.add(word(KEY), i32.const(Math.imul(round, EVEN_KEY_STEP))))),
				key.odd.set(wordPair(i32.const(0), i32.add(word(KEY + 1), i32.const(Math.imul(round, ODD_KEY_STEP))))),
			]),
			terms.map((term, i) => term.set(v128.load32Splat(args.get, (TERMS + i) * 4))),
			counter.even.set(wordPair(word(COUNTER + 1), i32.add(word(COUNTER), i32.mul(start.get, i32.const(UNIT_BLOCKS))))),
			counter.even.set(i32x4.add(counter.even.get, i32x4.constLanes([0, 0, 0, 1]))),
			counter.odd.set(wordPair(word(COUNTER + 3), word(COUNTER + 2))),
			out.set(i32.add(word(OUT), i32.mul(start.get, i32.const(UNIT_VALUES * VALUE_BYTES)))),
			f.loop(start, { to: end.get }, () => [
				pairs.map((pair, i) => [pair.even.set(i === 0 ? counter.even.get : later(2 * i)), pair.odd.set(counter.odd.get)]),
				counter.even.set(later(UNIT_BLOCKS)),
				keys.map((key) => philoxRound(f, pairs, key)),
				blockWords(pairs).map((words, i) => v128.store(out.get, convert(words, terms.map((term) => term.get)), 16 * i)),
				out.set(i32.add(out.get, i32.const(UNIT_VALUES * VALUE_BYTES))),
			]),
		];
	});
}

const newPair = (f: FunctionBuilder): BlockPair => ({ even: f.local("v128"), odd: f.local("v128") });

/** [low, high, low, high]. */
const wordPair = (low: Expr<"i32">, high: Expr<"i32">): V128 => shuffle32(i32x4.splat(low), i32x4.splat(high), [0, 4, 1, 5]);

/** even = word 2 · odd multiplier ⊕ [0, word 1 ⊕ key], odd = word 0 · even multiplier ⊕ [0, word 3 ⊕ key], products of 64 bits. */
function philoxRound(f: FunctionBuilder, [a, b]: readonly BlockPair[], key: BlockPair): Code {
	const words0 = f.local("v128");
	const words2 = f.local("v128");
	const mix = (target: Local<"v128">, product: V128, keyWord: V128): Code =>
		target.set(v128.xor(product, v128.xor(i64x2.shl(target.get, i32.const(32)), keyWord)));
	return [
		words0.set(shuffle32(a.even.get, b.even.get, [1, 3, 5, 7])),
		words2.set(shuffle32(a.odd.get, b.odd.get, [1, 3, 5, 7])),
		mix(a.even, i64x2.extmulLowI32x4U(words2.get, i32x4.const(ODD_MULTIPLIER)), key.even.get),
		mix(b.even, i64x2.extmulHighI32x4U(words2.get, i32x4.const(ODD_MULTIPLIER)), key.even.get),
		mix(a.odd, i64x2.extmulLowI32x4U(words0.get, i32x4.const(EVEN_MULTIPLIER)), key.odd.get),
		mix(b.odd, i64x2.extmulHighI32x4U(words0.get, i32x4.const(EVEN_MULTIPLIER)), key.odd.get),
	];
}

/** Words 0 … 3 of each block. */
function blockWords(pairs: readonly BlockPair[]): V128[] {
	return pairs.flatMap(({ even, odd }) => [
		shuffle32(even.get, odd.get, [1, 0, 5, 4]),
		shuffle32(even.get, odd.get, [3, 2, 7, 6]),
	]);
}
