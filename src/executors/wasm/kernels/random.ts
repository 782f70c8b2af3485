/** Random draws, four Philox blocks at a time. The bits are those of `fill` in core/random, which also does the ends. */
import type { Distribution, RandomPosition } from "../../../core/random/distribution.ts";
import { fill, positionAfter } from "../../../core/random/fill.ts";
import { EVEN_MULTIPLIER, ODD_MULTIPLIER } from "../../../core/random/philox.ts";
import type { Kernels } from "../../../kernels/contracts.ts";
import { type Expr, i32, type Local, type ModuleBuilder, v128 } from "../assembler.ts";
import { addressOf } from "../block.ts";
import type { Host } from "../host.ts";
import { PHILOX_VECTOR_BLOCKS, philoxVectors } from "./philox-vector.ts";
import { conversionCode, TERMS_BYTES, writeTerms } from "./random-convert.ts";

/** A unit of work is one step of the generator. */
const UNIT_VALUES = 4 * PHILOX_VECTOR_BLOCKS;
const VALUE_BYTES = 4;
/** Units that a thread takes at a time: 4096 values, ten microseconds of work or more. */
const GRAIN = 256;
/** Words of the argument block: address, key, counter, the two multipliers, then the terms of the distribution. */
const OUT = 0;
const KEY = 1;
const COUNTER = 3;
const MULTIPLIERS = 7;
const TERMS = 10;

/** The random kernel of a host. */
export function random(host: Host): Kernels["random"] {
	const draw = (distribution: Distribution, position: RandomPosition, address: number, size: number): void => {
		const beforeWrap = (2 ** 32 - position.counter[0]) * 4;
		if (size > beforeWrap) {
			// The kernel counts in the lowest word of the counter only.
			draw(distribution, position, address, beforeWrap);
			draw(distribution, positionAfter(position, beforeWrap / 4), address + beforeWrap * VALUE_BYTES, size - beforeWrap);
			return;
		}
		const unitCount = Math.floor(size / UNIT_VALUES);
		if (unitCount > 0) {
			const kernel = host.kernel(`random ${distribution.kind}`, (module) => build(module, distribution.kind));
			writeArguments(host, distribution, position, address);
			host.run(kernel, unitCount, GRAIN);
		}
		const done = unitCount * UNIT_VALUES;
		if (done === size) return;
		const start = address / VALUE_BYTES;
		const end = host.heap.f32.subarray(start + done, start + size);
		fill(distribution, positionAfter(position, unitCount * PHILOX_VECTOR_BLOCKS), end);
	};
	return (distribution, position, out) => draw(distribution, position, addressOf(out), out.size);
}

function writeArguments(host: Host, distribution: Distribution, position: RandomPosition, address: number): void {
	const { i32: words } = host.heap;
	words[host.args + OUT] = address;
	words.set(position.key, host.args + KEY);
	words.set(position.counter, host.args + COUNTER);
	words[host.args + MULTIPLIERS] = EVEN_MULTIPLIER;
	words[host.args + MULTIPLIERS + 1] = ODD_MULTIPLIER;
	writeTerms(distribution, new DataView(words.buffer, host.argsAddress + 4 * TERMS, TERMS_BYTES));
}

function build(module: ModuleBuilder, kind: Distribution["kind"]): void {
	module.func({ exportName: "run", parameters: ["i32", "i32", "i32"] }, (f, ...parameters) => {
		const [start, end, args] = parameters as Local<"i32">[];
		const word = (index: number): Expr<"i32"> => i32.load(args.get, 4 * index);
		const splat = (index: number): Expr<"v128"> => v128.load32Splat(args.get, 4 * index);
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
		const terms = f.local("i32");
		const conversion = conversionCode(kind, f, terms.get);
		const words = f.local("v128");
		const out = f.local("i32");
		return [
			terms.set(i32.add(args.get, i32.const(4 * TERMS))),
			philox.prepare,
			conversion.prepare,
			out.set(i32.add(word(OUT), i32.mul(start.get, i32.const(UNIT_VALUES * VALUE_BYTES)))),
			f.loop(start, { to: end.get }, () => [
				philox.step,
				philox.words.map((block, i) => {
					const { code, value } = conversion.convert(words);
					return [words.set(block), code, v128.store(out.get, value, 4 * VALUE_BYTES * i)];
				}),
				out.set(i32.add(out.get, i32.const(UNIT_VALUES * VALUE_BYTES))),
			]),
		];
	});
}
