import fc from "fast-check";
import { expect, it } from "vitest";
import { describeIf, requires } from "../../../../test/requires.ts";
import { type Host, SCRATCH_BYTES } from "../../wasm/host.ts";
import { TILE_OUTPUTS, TILE_SPAN } from "../../wasm/kernels/winograd-transforms.ts";
import { Convolution, type ImageCase, placeIn, type Results } from "./images-testing.ts";
import { firstDifference, machineEngine, machineEngines, machineLanes, wasmEngine } from "./machine-testing.ts";

/**
 * Of the largest magnitude of a result, at least 1. Winograd's transforms lose one or two bits more than sums of products do (Barabasz
 * et al. 2018, arXiv:1803.10986, for such points), which are up to a few thousand here; float32 has 24.
 */
const TOLERANCE = 1e-5;
/** Places of each result that are compared with a sum in float64. */
const PLACES = 12;

const results = ["forward", "gradInput", "gradWeight"] as const satisfies (keyof Results)[];

describeIf(requires.machineCode, "convolutions by machine code", () => {
	const wasm = wasmEngine();
	const engines = machineEngines();

	/** Compares all engines with WebAssembly to the bit, and that with float64. Returns what all of them give. */
	function check(test: ImageCase): Results {
		const convolution = new Convolution(test);
		const expected = checkBits(convolution, JSON.stringify(test));
		for (const result of results) {
			expect(distance(convolution, result, expected[result]), `float64, ${result}: ${JSON.stringify(test)}`).toBeLessThan(TOLERANCE);
		}
		return expected;
	}

	function checkBits(convolution: Convolution, title: string): Results {
		const expected = convolution.by(wasm);
		for (const engine of engines) {
			const actual = convolution.by(engine);
			for (const result of results) {
				expect(firstDifference(actual[result], expected[result]), `${engine.name}, ${result}: ${title}`).toBeNull();
			}
		}
		return expected;
	}

	const transformsLeft = (): number[] => engines.map(({ left }) => left.transforms);
	/** Checks cases of which no transform may be left to WebAssembly. */
	function checkOwn(cases: readonly ImageCase[]): void {
		const before = transformsLeft();
		for (const test of cases) {
			expect(new Convolution(test).usesTiles, JSON.stringify(test)).toBe(true);
			check(test);
		}
		expect(transformsLeft()).toEqual(before);
	}

	it("give the bits of WebAssembly, for any sizes", () => {
		const channels = fc.constantFrom(8, 16, 24, 32, 40, 48);
		const side = fc.integer({ min: 4, max: 34 });
		const padding = fc.integer({ min: 0, max: 2 });
		const cases: fc.Arbitrary<ImageCase> = fc.record({
			images: fc.integer({ min: 1, max: 5 }),
			inChannels: channels,
			outChannels: channels,
			height: side,
			width: side,
			padding: fc.tuple(padding, padding),
			bias: fc.boolean(),
			offset: fc.integer({ min: 0, max: 19 }),
		});
		const before = transformsLeft();
		let tiled = 0;
		fc.assert(
			fc.property(cases, (test) => {
				if (new Convolution(test).usesTiles) tiled++;
				check(test);
			}),
			{ numRuns: 40 },
		);
		expect(tiled).toBeGreaterThan(8);
		expect(transformsLeft()).toEqual(before);
	});

	it("take images whose sides no tile and no vector divides", () => {
		const sides = [7, 12, 17, 20, 28, 33];
		const cases = sides.flatMap((height, i) =>
			[height, sides[(i + 3) % sides.length]].map((width): ImageCase => {
				return { images: 5, inChannels: 16, outChannels: 24, height, width, padding: [1, i % 3], bias: i % 2 === 0 };
			}),
		);
		checkOwn(cases);
	});

	it("take narrow images, of which several rows fill a vector", () => {
		const common = { images: 9, inChannels: 32, outChannels: 16, bias: true };
		const cases = [4, 8, 16].flatMap((width) =>
			[4, 7, 12, 15].flatMap((height): ImageCase[] => [
				{ ...common, height, width, padding: [1, 1] },
				{ ...common, height, width, padding: [2, 0] },
			]),
		);
		checkOwn(cases.filter((test) => new Convolution(test).usesTiles));
	});

	it("leave channels that fill no vector to WebAssembly, each side by itself", () => {
		const transforms = { forward: 2, gradInput: 2, gradWeight: 2 };
		const all = transforms.forward + transforms.gradInput + transforms.gradWeight;
		for (const [inChannels, outChannels, left] of [
			[12, 20, all],
			[12, 16, all / 2],
			[24, 20, all / 2],
			[8, 40, 0],
		]) {
			const before = transformsLeft();
			check({ images: 3, inChannels, outChannels, height: 13, width: 18, padding: [1, 1], bias: true });
			expect(transformsLeft(), `${inChannels} → ${outChannels}`).toEqual(before.map((count) => count + left));
		}
	});

	it("of other windows give the bits of WebAssembly", () => {
		const common = { images: 3, inChannels: 12, outChannels: 18, height: 23, width: 26, padding: [1, 2] } as const;
		const windows: Record<string, Partial<ImageCase>> = {
			pointwise: { kernel: [1, 1], padding: [0, 0] },
			"pointwise in groups": { kernel: [1, 1], padding: [0, 0], groups: 3 },
			"pointwise with a stride": { kernel: [1, 1], stride: [2, 2] },
			"with a stride": { stride: [2, 2] },
			"in groups": { groups: 2 },
			dilated: { dilation: [2, 3] },
			"5 × 5": { kernel: [5, 5] },
			"7 × 7 with a stride, of few channels": { kernel: [7, 7], stride: [2, 1], inChannels: 3 },
			"one channel": { inChannels: 1 },
			"as large as the image": { kernel: [23, 26], padding: [0, 0] },
		};
		for (const [name, window] of Object.entries(windows)) {
			for (const bias of [false, true]) {
				const test = { ...common, bias, ...window };
				expect(new Convolution(test).usesTiles, name).toBe(false);
				check(test);
			}
		}
	});

	it("keep what is no number within its image", () => {
		const test: ImageCase = { images: 5, inChannels: 16, outChannels: 24, height: 13, width: 18, padding: [1, 1], bias: true };
		const clean = check(test);
		for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
			for (const bad of [0, 3]) {
				const convolution = new Convolution(test);
				for (const values of [convolution.x, convolution.gradOut]) {
					const size = values.length / test.images;
					values.fill(value, bad * size, (bad + 1) * size);
				}
				const spoiled = checkBits(convolution, `${value} in image ${bad}`);
				for (const result of ["forward", "gradInput"] as const) {
					const size = clean[result].length / test.images;
					spoiled[result].forEach((actual, i) => {
						const isRight = Math.floor(i / size) === bad ? !Number.isFinite(actual) : actual === clean[result][i];
						if (!isRight) expect.fail(`${result} ${i} is ${actual}, without ${value} ${clean[result][i]}`);
					});
				}
			}
		}
	});

	it("put what is no number into every output that its window reaches, and into none beyond the tiles that it lies in", () => {
		const test: ImageCase = { images: 4, inChannels: 16, outChannels: 16, height: 14, width: 19, padding: [1, 1] };
		const clean = check(test).forward;
		for (const [row, column] of [
			[0, 0],
			[13, 18],
			[5, 16],
			[6, 7],
		]) {
			const convolution = new Convolution(test);
			const [, channels, height, width] = convolution.xShape;
			convolution.x[((2 * channels + 11) * height + row) * width + column] = Number.NaN;
			const { forward } = checkBits(convolution, `NaN at ${row}, ${column}`);
			forward.forEach((value, index) => {
				const [image, , y, z] = placeIn(convolution.outShape, index);
				const isReached = image === 2 && Math.abs(y - row) <= 1 && Math.abs(z - column) <= 1;
				const isInTile = image === 2 && isInTileOf(y, row) && isInTileOf(z, column);
				if (isReached) expect(value, `output ${y}, ${z}`).toBeNaN();
				else if (!isInTile && value !== clean[index]) expect.fail(`output ${y}, ${z} is ${value}, not ${clean[index]}`);
			});
		}
	});

	it("stay within the scratch, however wide a row of tiles", () => {
		// The widest that WebAssembly's transforms still take, whose tiles come in strips of four channels.
		const test: ImageCase = { images: 1, inChannels: 16, outChannels: 16, height: 4, width: 10_916, padding: [1, 1] };
		expect(new Convolution(test).usesTiles).toBe(true);
		expect(new Convolution({ ...test, width: 10_917 }).usesTiles).toBe(false);
		const all = [wasm, ...engines];
		const before = all.map(({ host }) => bytesBehindScratch(host));
		check(test);
		for (const [i, { name, host }] of all.entries()) expect(firstDifference(bytesBehindScratch(host), before[i]), name).toBeNull();
	});

	it("are the same when a shape comes first, and is left to WebAssembly, as when it comes again", () => {
		const convolution = new Convolution({ images: 3, inChannels: 16, outChannels: 24, height: 13, width: 18, padding: [1, 1], bias: true });
		const expected = convolution.by(wasm);
		for (const lanes of machineLanes()) {
			const engine = machineEngine(lanes, { eager: false });
			for (let time = 0; time < 3; time++) {
				const actual = convolution.by(engine);
				for (const result of results) expect(firstDifference(actual[result], expected[result]), `${result}, time ${time}`).toBeNull();
			}
			expect(engine.left.transforms).toBeGreaterThan(0);
		}
	});

	it("stay right once there are as many kernels as there may be", () => {
		const convolution = new Convolution({ images: 3, inChannels: 16, outChannels: 24, height: 13, width: 18, padding: [1, 1], bias: true });
		const expected = convolution.by(wasm);
		for (const lanes of machineLanes()) {
			for (let mostKernels = 0; mostKernels < 9; mostKernels++) {
				const actual = convolution.by(machineEngine(lanes, { mostKernels }));
				for (const result of results) expect(firstDifference(actual[result], expected[result]), `${mostKernels} kernels`).toBeNull();
			}
		}
	});
});

/** What stands behind the scratch: zeros that WebAssembly's products start from. */
function bytesBehindScratch({ heap, scratchAddress }: Host): Uint8Array {
	const end = scratchAddress + SCRATCH_BYTES;
	return heap.u8.slice(end, end + 1024);
}

/** Whether an output lies in a tile that an input is part of, along one axis, with padding of one. */
function isInTileOf(output: number, input: number): boolean {
	const first = TILE_OUTPUTS * Math.floor(output / TILE_OUTPUTS) - 1;
	return input >= first && input < first + TILE_SPAN;
}

/** Largest distance from the sums in float64 at a few places, relative to the result's largest magnitude. */
function distance(convolution: Convolution, of: keyof Results, values: Float32Array): number {
	let scale = 1;
	for (const value of values) if (Math.abs(value) > scale) scale = Math.abs(value);
	let worst = 0;
	for (let i = 0; i < PLACES; i++) {
		const index = Math.floor((i * (values.length - 1)) / (PLACES - 1));
		worst = Math.max(worst, Math.abs(values[index] - convolution.sumAt(of, index)));
	}
	return worst / scale;
}
