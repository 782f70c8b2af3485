/**
 * Philox4x32-10 for four consecutive counters at a time. Two blocks share a pair of vectors, 64 bits a lane: words [1, 0] in the
 * even and [3, 2] in the odd vector, so that a product of 64 bits lands where the next round wants its halves.
 */
import { EVEN_KEY_STEP, EVEN_MULTIPLIER, ODD_KEY_STEP, PHILOX_ROUND_COUNT } from "../../../core/random/philox.ts";
import { type Code, type Expr, type FunctionBuilder, i32, i32x4, i64, i64x2, type Local, shuffle32, v128 } from "../assembler.ts";

type I32 = Expr<"i32">;
type V128 = Expr<"v128">;

/** Blocks that one step computes. */
export const PHILOX_VECTOR_BLOCKS = 4;

interface Pair {
	readonly even: Local<"v128">;
	readonly odd: Local<"v128">;
}

/** Where the generator finds its key, counter and multipliers when the code starts. */
export interface PhiloxInputs {
	readonly key: readonly [I32, I32];
	/** Its lowest word must not wrap while the code runs. */
	readonly counter: readonly [I32, I32, I32, I32];
	/** `EVEN_MULTIPLIER` and `ODD_MULTIPLIER` in every lane, from memory: V8 would rebuild constants of the code at each use. */
	readonly multipliers: readonly [V128, V128];
}

/**
 * Code that computes block after block: `prepare` once, then `step` for every four blocks; `words` are then those of each block.
 *
 * Of the first two rounds only what the lowest counter word reaches is left in `step`: counter words 1–3 do not change, and the
 * product of word 0 grows by a fixed amount.
 */
export function philoxVectors(f: FunctionBuilder, inputs: PhiloxInputs): { prepare: Code; step: Code; words: readonly V128[] } {
	const newPair = (): Pair => ({ even: f.local("v128"), odd: f.local("v128") });
	const keys = Array.from({ length: PHILOX_ROUND_COUNT }, newPair);
	const multipliers = newPair();
	const pairs = [newPair(), newPair()] as const;
	/** Products of counter word 0, of blocks 0 and 1 and of blocks 2 and 3. */
	const products = [f.local("v128"), f.local("v128")] as const;
	const { even: fixedEven, odd: fixedOdd } = newPair();
	const counter0 = f.local("v128");
	const [evenKey, oddKey] = inputs.key;
	const [word0, word1, word2, word3] = inputs.counter;

	const prepare: Code = [
		keys.map(({ even, odd }, round) => [
			even.set(high(i32.add(evenKey, i32.const(Math.imul(round, EVEN_KEY_STEP))))),
			odd.set(high(i32.add(oddKey, i32.const(Math.imul(round, ODD_KEY_STEP))))),
		]),
		multipliers.even.set(inputs.multipliers[0]),
		multipliers.odd.set(inputs.multipliers[1]),
		counter0.set(i32x4.add(i32x4.splat(word0), i32x4.constLanes([0, 1, 2, 3]))),
		products[0].set(i64x2.extmulLowI32x4U(counter0.get, multipliers.even.get)),
		products[1].set(i64x2.extmulHighI32x4U(counter0.get, multipliers.even.get)),
		// Round 0: `fixedEven` is the even vector after it, keys[0].odd what the products are mixed with.
		keys[0].odd.set(v128.xor(keys[0].odd.get, high(word3))),
		fixedEven.set(v128.xor(i64x2.extmulLowI32x4U(i32x4.splat(word2), multipliers.odd.get), v128.xor(keys[0].even.get, high(word1)))),
		// Round 1: what the even and the odd vector are mixed with.
		fixedOdd.set(shuffle32(fixedEven.get, fixedEven.get, [1, 3, 1, 3])),
		keys[1].odd.set(v128.xor(keys[1].odd.get, i64x2.extmulLowI32x4U(fixedOdd.get, multipliers.even.get))),
		keys[1].even.set(v128.xor(keys[1].even.get, shiftUp(fixedEven.get))),
	];
	const step: Code = [
		pairs.map(({ odd }, i) => [
			odd.set(v128.xor(products[i].get, keys[0].odd.get)),
			products[i].set(i64x2.add(products[i].get, i64x2.splat(i64.const(BigInt(EVEN_MULTIPLIER) * BigInt(PHILOX_VECTOR_BLOCKS))))),
		]),
		multiply(f, pairs, "odd", multipliers.odd, (pair, product) => pair.even.set(v128.xor(product, keys[1].even.get))),
		pairs.map(({ odd }) => odd.set(v128.xor(shiftUp(odd.get), keys[1].odd.get))),
		keys.slice(2).map((key) => laterRound(f, pairs, key, multipliers)),
	];
	const words = pairs.flatMap(({ even, odd }) => [shuffle32(even.get, odd.get, [1, 0, 5, 4]), shuffle32(even.get, odd.get, [3, 2, 7, 6])]);
	return { prepare, step, words };
}

/** even = word 2 · odd multiplier ⊕ [0, word 1 ⊕ key], odd = word 0 · even multiplier ⊕ [0, word 3 ⊕ key]. */
function laterRound(f: FunctionBuilder, pairs: readonly Pair[], key: Pair, multipliers: Pair): Code {
	const mixed = (vector: Local<"v128">, product: V128, keyWord: V128): V128 => v128.xor(product, v128.xor(shiftUp(vector.get), keyWord));
	const nextEven = pairs.map(() => f.local("v128"));
	return [
		multiply(f, pairs, "odd", multipliers.odd, (pair, product) =>
			nextEven[pairs.indexOf(pair)].set(mixed(pair.even, product, key.even.get)),
		),
		multiply(f, pairs, "even", multipliers.even, (pair, product) => pair.odd.set(mixed(pair.odd, product, key.odd.get))),
		pairs.map((pair, i) => pair.even.set(nextEven[i].get)),
	];
}

/** Products of the upper words of both pairs' even or odd vectors. */
function multiply(
	f: FunctionBuilder,
	pairs: readonly Pair[],
	which: "even" | "odd",
	multiplier: Local<"v128">,
	use: (pair: Pair, product: V128) => Code,
): Code {
	const upper = f.local("v128");
	const [a, b] = pairs;
	return [
		upper.set(shuffle32(a[which].get, b[which].get, [1, 3, 5, 7])),
		use(a, i64x2.extmulLowI32x4U(upper.get, multiplier.get)),
		use(b, i64x2.extmulHighI32x4U(upper.get, multiplier.get)),
	];
}

/** [0, word, 0, word]. */
const high = (word: I32): V128 => i64x2.shl(i32x4.splat(word), i32.const(32));

/** Moves the lower word of each pair up and clears the lower. */
const shiftUp = (vector: V128): V128 => i64x2.shl(vector, i32.const(32));
