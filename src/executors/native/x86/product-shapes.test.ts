import { it } from "vitest";
import { describeIf, requires } from "../../../../test/requires.ts";
import { type Case, ProductChecks, transpositions } from "./products-testing.ts";

/** Fewest multiply-adds that machine code takes. */
const FEWEST = 2 ** 14;

describeIf(requires.machineCode, "products by machine code, to the bits of WebAssembly,", () => {
	const checks = new ProductChecks();

	it("take any number of columns, B copied or read where it lies", () => {
		const cases: Case[] = [];
		for (let n = 4; n <= 66; n++) {
			for (const m of [28, 29]) {
				const k = Math.ceil(FEWEST / (m * n));
				cases.push({ m, n, k, adds: "bias" }, { m, n, k, b: { transposed: true } });
			}
			cases.push({ m: 3, n, k: 500, b: { gap: 16 - (n % 16) }, adds: "itself" });
		}
		checks.checkOwn(cases.filter(({ m, n, k }) => m * n * k >= FEWEST));
	});

	it("take any number of rows", () => {
		const cases: Case[] = [];
		for (let m = 3; m <= 62; m++) {
			for (const n of [13, 32, 100]) {
				const k = Math.max(17, Math.ceil(FEWEST / (m * n)));
				cases.push({ m, n, k, adds: "itself" }, { m, n, k: Math.max(k, Math.ceil(5000 / m)), a: { transposed: true } });
			}
		}
		checks.checkOwn(cases);
	});

	it("take any k, written out or counted", () => {
		const cases: Case[] = [];
		for (let k = 1; k <= 50; k++) for (const layout of transpositions) cases.push({ m: 129, n: 129, k, ...layout });
		checks.checkOwn(cases);
	});

	it("sum a long k in pieces, as WebAssembly does", () => {
		const cases = [385, 784, 1000, 1537].flatMap((k) =>
			transpositions.flatMap((layout) => [
				{ m: 13, n: 37, k, ...layout },
				{ m: 30, n: 100, k, ...layout, adds: "bias" as const },
				{ m: 5, n: 20, k, ...layout, adds: "itself" as const },
			]),
		);
		checks.checkOwn([...cases, { m: 1, n: 100, k: 4100 }, { m: 4, n: 33, k: 4097, b: { transposed: true }, adds: "bias" }]);
	});

	it("cut a large A into blocks of rows", () => {
		checks.checkOwn([
			{ m: 700, n: 20, k: 384, adds: "bias" },
			{ m: 1400, n: 33, k: 200, a: { transposed: true }, adds: "itself" },
			{ m: 701, n: 100, k: 400, adds: "bias" },
			{ m: 900, n: 100, k: 300, a: { transposed: true } },
			{ m: 700, n: 24, k: 400, batch: 2, b: { transposed: true } },
		]);
	});

	it("copy a large A whose rows are a multiple of 2048 bytes apart", () => {
		checks.checkCopying(
			[512, 1024, 4096].flatMap((pitch) =>
				[130, 133, 141, 147].flatMap((m) =>
					[256, 263, 384].map((k): Case => {
						return { m, n: 100, k, a: { gap: pitch - k, linesFlipped: m === 133 }, adds: m === 141 ? "bias" : "nothing" };
					}),
				),
			),
		);
	});

	it("copy a large A that is transposed", () => {
		checks.checkCopying(
			[128, 129, 133, 140, 150, 210].flatMap((m): Case[] => [
				{ m, n: 96, k: 260, a: { transposed: true } },
				{ m, n: 99, k: 383, a: { transposed: true, gap: 1024 - m, linesFlipped: m === 140 }, adds: "bias" },
			]),
		);
	});

	it("read matrices whose lines are powers of two apart", () => {
		checks.checkOwn(
			[64, 256, 1024, 2048].flatMap((pitch) =>
				transpositions.map((layout) => {
					const { a, b } = { a: {}, b: {}, ...layout };
					return { m: 31, n: 50, k: 33, a: { ...a, gap: pitch - 33 }, b: { ...b, gap: pitch - 50 } };
				}),
			),
		);
	});

	it("take batches like those of Winograd's convolution", () => {
		checks.checkOwn([
			{ batch: 36, m: 49, n: 16, k: 24 },
			{ batch: 36, m: 64, n: 64, k: 32 },
			{ batch: 36, m: 24, n: 40, k: 60, a: { transposed: true } },
			{ batch: 5, m: 20, n: 40, k: 50, b: { shared: true }, a: { gap: 3 } },
			{ batch: 5, m: 20, n: 40, k: 50, a: { shared: true }, adds: "bias" },
			{ batch: 3, m: 20, n: 40, k: 50, b: { repeated: true } },
			{ batch: 3, m: 20, n: 40, k: 50, b: { repeated: true, transposed: true }, adds: "itself" },
		]);
	});
});
