import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../core/errors.ts";
import { RandomStream } from "../../core/random/index.ts";
import type { ImageShape } from "../images/image-shape.ts";
import type { Augmentation, ImageAugmentation } from "./augmentation.ts";
import { crop } from "./crop.ts";
import { cutout, cutSquare } from "./cutout.ts";
import { flip, flipHorizontally, flipVertically } from "./flip.ts";
import { noise } from "./noise.ts";
import type { Outside } from "./outside.ts";
import { rotate, rotateImage } from "./rotate.ts";
import { shift } from "./shift.ts";
import { translate } from "./translate.ts";

const square: ImageShape = [1, 3, 3];
const digits = () => Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);

/** What becomes of the digits. */
const changed = (change: (image: Float32Array) => void): number[] => {
	const image = digits();
	change(image);
	return Array.from(image);
};

/** The image after the augmentation with stream `seed`. */
function augmented(
	augmentation: Augmentation,
	image: Float32Array,
	{ shape = square, seed = 1 }: { shape?: ImageShape; seed?: number } = {},
) {
	(augmentation as ImageAugmentation).augment(image, shape, new RandomStream(seed));
	return Array.from(image);
}

/** Every different result over many streams, as text, with how often it came. */
function outcomes(augmentation: Augmentation, count = 2000): Map<string, number> {
	const found = new Map<string, number>();
	for (let seed = 0; seed < count; seed++) {
		const key = augmented(augmentation, digits(), { seed }).join(" ");
		found.set(key, (found.get(key) ?? 0) + 1);
	}
	return found;
}

describe("flip", () => {
	it("exchanges left and right", () => {
		expect(changed((image) => flipHorizontally(image, square))).toEqual([3, 2, 1, 6, 5, 4, 9, 8, 7]);
	});

	it("exchanges top and bottom", () => {
		expect(changed((image) => flipVertically(image, square))).toEqual([7, 8, 9, 4, 5, 6, 1, 2, 3]);
	});

	it("keeps to each channel", () => {
		const image = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
		flipVertically(image, [2, 2, 2]);
		expect(Array.from(image)).toEqual([3, 4, 1, 2, 7, 8, 5, 6]);
		flipHorizontally(image, [2, 2, 2]);
		expect(Array.from(image)).toEqual([4, 3, 2, 1, 8, 7, 6, 5]);
	});

	it("does so with the given probabilities", () => {
		expect(augmented(flip({ horizontal: 1 }), digits())).toEqual([3, 2, 1, 6, 5, 4, 9, 8, 7]);
		expect(augmented(flip({ horizontal: 1, vertical: 1 }), digits())).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
		expect(augmented(flip({ horizontal: 0 }), digits())).toEqual(Array.from(digits()));
		const seen = outcomes(flip());
		expect(seen.size).toBe(2);
		// 5 standard deviations of 2000 fair throws are 112.
		expect(Math.abs(seen.get("1 2 3 4 5 6 7 8 9")! - 1000)).toBeLessThan(112);
	});
});

describe("translate", () => {
	it.each([
		[{ x: 1, y: 0, outside: "edge" }, [1, 1, 2, 4, 4, 5, 7, 7, 8]],
		[{ x: -1, y: 0, outside: "edge" }, [2, 3, 3, 5, 6, 6, 8, 9, 9]],
		[{ x: 0, y: 1, outside: "edge" }, [1, 2, 3, 1, 2, 3, 4, 5, 6]],
		[{ x: 0, y: -2, outside: "edge" }, [7, 8, 9, 7, 8, 9, 7, 8, 9]],
		[{ x: 1, y: -1, outside: "edge" }, [4, 4, 5, 7, 7, 8, 7, 7, 8]],
		[{ x: 1, y: 1, outside: "zero" }, [0, 0, 0, 0, 1, 2, 0, 4, 5]],
		[{ x: -2, y: -1, outside: "zero" }, [6, 0, 0, 9, 0, 0, 0, 0, 0]],
		[{ x: 7, y: 0, outside: "zero" }, [0, 0, 0, 0, 0, 0, 0, 0, 0]],
		[{ x: 7, y: -7, outside: "edge" }, [7, 7, 7, 7, 7, 7, 7, 7, 7]],
	] as const)("by %j", (move, expected) => {
		expect(changed((image) => translate(image, square, move))).toEqual(expected);
	});

	it("agrees with its definition for any image and distance", () => {
		const size = fc.integer({ min: 1, max: 5 });
		const distance = fc.integer({ min: -7, max: 7 });
		fc.assert(
			fc.property(size, size, size, distance, distance, fc.constantFrom<Outside>("edge", "zero"), (c, h, w, x, y, outside) => {
				const image = Float32Array.from({ length: c * h * w }, (_, i) => i + 1);
				const expected = Array.from(image, (_, at) => {
					const [i, j] = [Math.floor(at / w) % h, at % w];
					const [row, column] = [Math.min(Math.max(i - y, 0), h - 1), Math.min(Math.max(j - x, 0), w - 1)];
					const inside = row === i - y && column === j - x;
					return inside || outside === "edge" ? image[at - (at % (h * w)) + row * w + column] : 0;
				});
				translate(image, [c, h, w], { x, y, outside });
				expect(Array.from(image)).toEqual(expected);
			}),
		);
	});
});

describe("crop and shift", () => {
	it("crop reaches every place of the padded image, each equally often", () => {
		const seen = outcomes(crop({ padding: 1, outside: "zero" }));
		expect(seen.size).toBe(9);
		// Expected 2000 / 9 = 222; 5 standard deviations are 70.
		for (const count of seen.values()) expect(Math.abs(count - 2000 / 9)).toBeLessThan(70);
		expect(outcomes(crop({ padding: 0 }))).toEqual(new Map([["1 2 3 4 5 6 7 8 9", 2000]]));
	});

	it("shift goes as far as the fraction of the size", () => {
		const seen = outcomes(shift({ horizontal: 0.34, vertical: 0 }));
		expect([...seen.keys()].sort()).toEqual(["1 1 2 4 4 5 7 7 8", "1 2 3 4 5 6 7 8 9", "2 3 3 5 6 6 8 9 9"]);
		expect(outcomes(shift({ horizontal: 0.1, vertical: 0.1 })).size).toBe(1);
	});
});

describe("rotate", () => {
	const turned = (degrees: number, outside: Outside = "zero") => changed((image) => rotateImage(image, square, { degrees, outside }));

	it.each([
		[0, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
		[90, [3, 6, 9, 2, 5, 8, 1, 4, 7]],
		[-90, [7, 4, 1, 8, 5, 2, 9, 6, 3]],
		[180, [9, 8, 7, 6, 5, 4, 3, 2, 1]],
	])("by %d° is exact", (degrees, expected) => {
		expect(turned(degrees)).toEqual(expected);
		expect(turned(degrees, "edge")).toEqual(expected);
	});

	it("interpolates between four pixels", () => {
		// By 45° the top pixel comes from (0.2929, 0.2929), in the square of 1 2 4 5: u = v = 1 − √½ = 0.29289.
		const u = 1 - Math.SQRT1_2;
		const top = (1 * (1 - u) + 2 * u) * (1 - u) + (4 * (1 - u) + 5 * u) * u;
		// Coordinates are rounded to 2⁻¹⁶ and values differ by at most 3 from pixel to pixel.
		expect(Math.abs(turned(45)[3] - top)).toBeLessThan(4 * 2 ** -16);
	});

	it("shows 0 or the edge at the corners", () => {
		// By 45° the bottom left corner comes from (1 − √2, 1): from beyond 4, which is repeated or fades into 0.
		expect(turned(45, "edge")[6]).toBe(4);
		expect(turned(45, "zero")[6]).toBeCloseTo(4 * (2 - Math.SQRT2), 3);
		const ones = Float32Array.from({ length: 9 }, () => 1);
		rotateImage(ones, square, { degrees: 45, outside: "edge" });
		expect(Array.from(ones)).toEqual(new Array(9).fill(1));
		rotateImage(ones, square, { degrees: 45, outside: "zero" });
		expect(ones[0]).toBeCloseTo(2 - Math.SQRT2, 4);
		expect(ones[4]).toBe(1);
	});

	it("keeps to each channel and to oblong sizes", () => {
		const image = Float32Array.of(1, 2, 3, 4, 5, 6);
		rotateImage(image, [2, 1, 3], { degrees: 180, outside: "zero" });
		expect(Array.from(image)).toEqual([3, 2, 1, 6, 5, 4]);
	});

	it("draws angles up to the given one", () => {
		expect(augmented(rotate({ degrees: 0 }), digits())).toEqual(Array.from(digits()));
		expect(augmented(rotate({ degrees: 180 }), digits())[4]).toBe(5);
		expect(outcomes(rotate({ degrees: 15 }), 50).size).toBe(50);
	});
});

describe("noise", () => {
	it("adds numbers of mean 0 and the given deviation", () => {
		const shape: ImageShape = [1, 100, 100];
		const image = augmented(noise({ std: 0.5 }), new Float32Array(10_000).fill(2), { shape });
		const mean = image.reduce((a, b) => a + b) / 10_000;
		const variance = image.reduce((a, b) => a + (b - mean) ** 2, 0) / 10_000;
		// 5 standard errors: of the mean 0.025, of the variance 0.25 · √(2 / 10⁴) · 5 = 0.018.
		expect(Math.abs(mean - 2)).toBeLessThan(0.025);
		expect(Math.abs(variance - 0.25)).toBeLessThan(0.018);
	});

	it("of deviation 0 is none", () => {
		expect(augmented(noise({ std: 0 }), digits())).toEqual(Array.from(digits()));
	});
});

describe("cutout", () => {
	it.each([
		[{ side: 1, x: 1, y: 1 }, [1, 2, 3, 4, 0, 6, 7, 8, 9]],
		[{ side: 2, x: 1, y: 1 }, [0, 0, 3, 0, 0, 6, 7, 8, 9]],
		[{ side: 3, x: 0, y: 0 }, [0, 0, 3, 0, 0, 6, 7, 8, 9]],
		[{ side: 3, x: 2, y: 1 }, [1, 0, 0, 4, 0, 0, 7, 0, 0]],
		[{ side: 0, x: 1, y: 1 }, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
	])("cuts %j", (hole, expected) => {
		expect(changed((image) => cutSquare(image, square, hole))).toEqual(expected);
	});

	it("cuts all channels at one place", () => {
		const image = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
		cutSquare(image, [2, 2, 2], { side: 1, x: 1, y: 0 });
		expect(Array.from(image)).toEqual([1, 0, 3, 4, 5, 0, 7, 8]);
	});

	it("centres its square on every pixel, each equally often", () => {
		const seen = outcomes(cutout({ size: 0.34 }));
		expect(seen.size).toBe(9);
		for (const count of seen.values()) expect(Math.abs(count - 2000 / 9)).toBeLessThan(70);
	});
});

describe("options", () => {
	it.each([
		[() => flip({ horizontal: 1.5 }), /flip: expected horizontal to be a number ≥ 0 and ≤ 1, received 1\.5/],
		[() => crop({ padding: -1 }), /crop: expected padding to be a whole number ≥ 0/],
		[() => shift({ vertical: 2 }), /shift: expected vertical/],
		[() => rotate({ degrees: 200 }), /rotate: expected degrees to be a number ≥ 0 and ≤ 180/],
		[() => rotate({ outside: "wrap" as "edge" }), /rotate: expected outside to be one of "edge", "zero"/],
		[() => noise({ std: -1 }), /noise: expected std/],
		[() => cutout({ size: 5 }), /cutout: expected size/],
		[() => flip({ horizonal: 1 } as object), /there is no option "horizonal"\. Did you mean "horizontal"/],
	])("%s is refused", (make, message) => {
		expect(make).toThrow(ArgumentError);
		expect(make).toThrow(message);
	});
});
