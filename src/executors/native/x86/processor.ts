/** What the processor and the operating system allow code to use. */
import type { Koffi } from "../../koffi.ts";
import type { CodeMemory } from "./code-memory.ts";
import type { Lanes } from "./encoder.ts";

/** A function of the address of four 32-bit words: eax and ecx go in, eax, ebx, ecx and edx come out. */
const CPUID = Uint8Array.of(
	...[0x53], // push rbx
	...[0x8b, 0x07], // mov eax, [rdi]
	...[0x8b, 0x4f, 0x04], // mov ecx, [rdi + 4]
	...[0x0f, 0xa2], // cpuid
	...[0x89, 0x07, 0x89, 0x5f, 0x04, 0x89, 0x4f, 0x08, 0x89, 0x57, 0x0c], // mov [rdi …], eax, ebx, ecx, edx
	...[0x5b, 0xc3], // pop rbx, ret
);
/** A function of the address of a word: which registers the operating system saves. */
const XGETBV = Uint8Array.of(
	...[0x31, 0xc9], // xor ecx, ecx
	...[0x0f, 0x01, 0xd0], // xgetbv
	...[0x89, 0x07, 0xc3], // mov [rdi], eax, ret
);

/** Bits of leaf 1's ecx: fused multiply-add, registers saved as XGETBV says, AVX. */
const FMA = 1 << 12;
const OSXSAVE = 1 << 27;
const AVX = 1 << 28;
/** Bits of leaf 7's ebx. */
const AVX2 = 1 << 5;
const AVX512F = 1 << 16;
/** Bits of saved registers: those of AVX, and those of AVX-512 besides. */
const SAVES_AVX = 0b110;
const SAVES_AVX512 = 0b1110_0110;

/** Lanes of the longest vectors that code may use here; 0 without AVX2 and FMA. */
export function vectorLanes(koffi: Koffi, memory: CodeMemory): Lanes | 0 {
	const words = new Uint32Array(4);
	const type = koffi.proto("void (uint64_t)");
	const onWords = (code: Uint8Array): (() => void) => {
		const run = koffi.decode(memory.install(code), type) as (address: number) => void;
		return () => run(memory.addressOf(words.buffer));
	};
	const askProcessor = onWords(CPUID);
	const cpuid = (leaf: number): Uint32Array => {
		words.set([leaf, 0, 0, 0]);
		askProcessor();
		return words;
	};
	const has = (value: number, bits: number): boolean => (value & bits) === bits;
	if (cpuid(0)[0] < 7 || !has(cpuid(1)[2], FMA | OSXSAVE | AVX)) return 0;
	const features = cpuid(7)[1];
	onWords(XGETBV)();
	const saved = words[0];
	if (has(features, AVX2 | AVX512F) && has(saved, SAVES_AVX512)) return 16;
	return has(features, AVX2) && has(saved, SAVES_AVX) ? 8 : 0;
}
