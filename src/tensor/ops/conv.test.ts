import { beforeAll, describe, expect, test } from "vitest";
import { createReferenceExecutor } from "../../executors/index.ts";
import { call, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import { ArgumentError, DTypeError, ones, range, ShapeError, setExecutor, tensor, zeros } from "../index.ts";

beforeAll(() => {
	setExecutor(createReferenceExecutor());
});

const image = (n: number, c: number, h: number, w: number) =>
	range(n * c * h * w)
		.to("float32")
		.reshape([n, c, h, w]);

describe("conv2d", () => {
	test("slides the kernel without flipping it", () => {
		const x = tensor([
			[
				[
					[1, 2, 3],
					[4, 5, 6],
					[7, 8, 9],
				],
			],
		]);
		const y = x.conv2d(
			tensor([
				[
					[
						[1, 0],
						[0, 10],
					],
				],
			]),
		);
		expect(y.toArray()).toEqual([
			[
				[
					[51, 62],
					[84, 95],
				],
			],
		]);
	});

	test("reads views that are not contiguous", () => {
		const x = image(1, 1, 3, 4);
		const weight = tensor([
			[
				[
					[1, 2],
					[3, 4],
				],
			],
		]);
		expect(x.transpose().conv2d(weight.transpose()).toArray()).toEqual(x.conv2d(weight).transpose().toArray());
	});

	test("adds gradients to those already collected", () => {
		const weight = ones([1, 1, 1, 1]).requireGrad();
		image(1, 1, 2, 2).conv2d(weight).sum().backward();
		image(1, 1, 2, 2).conv2d(weight).sum().backward();
		expect(weight.grad?.item()).toBe(12);
	});

	test("pads an odd row of zeros at the end with padding same", () => {
		expect(
			image(1, 1, 3, 3)
				.conv2d(ones([1, 1, 2, 2]), { padding: "same" })
				.toArray(),
		).toEqual([
			[
				[
					[8, 12, 7],
					[20, 24, 13],
					[13, 15, 8],
				],
			],
		]);
	});

	test.each([
		[
			"an input of the wrong rank",
			() => zeros([3, 4, 4]).conv2d(zeros([2, 3, 3, 3])),
			ShapeError,
			/input \[n, channels, height, width\].*\[3, 4, 4\]/,
		],
		["a weight of the wrong rank", () => zeros([1, 3, 4, 4]).conv2d(zeros([2, 3, 3])), ShapeError, /weight \[outChannels/],
		["channels that differ", () => zeros([1, 3, 4, 4]).conv2d(zeros([2, 4, 3, 3])), ShapeError, /second axis to be 3/],
		[
			"groups that do not divide the channels",
			() => zeros([1, 3, 4, 4]).conv2d(zeros([2, 1, 3, 3]), { groups: 2 }),
			ArgumentError,
			/2 groups for 3 channels/,
		],
		[
			"groups that do not divide the outputs",
			() => zeros([1, 4, 4, 4]).conv2d(zeros([3, 2, 3, 3]), { groups: 2 }),
			ArgumentError,
			/2 groups for 3 outChannels/,
		],
		[
			"a kernel larger than the input",
			() => zeros([1, 1, 4, 4]).conv2d(zeros([1, 1, 5, 3])),
			ShapeError,
			/along the height.*1 to 4.*received 5/s,
		],
		[
			"a dilated kernel larger than the padded input",
			() => zeros([1, 1, 4, 4]).conv2d(zeros([1, 1, 3, 3]), { dilation: [1, 4], padding: 1 }),
			ShapeError,
			/along the width.*received 9 \(3 dilated\)/s,
		],
		["a stride of 0", () => zeros([1, 1, 4, 4]).conv2d(zeros([1, 1, 3, 3]), { stride: 0 }), ArgumentError, /stride to be an integer ≥ 1/],
		[
			"a negative padding",
			() => zeros([1, 1, 4, 4]).conv2d(zeros([1, 1, 3, 3]), { padding: -1 }),
			ArgumentError,
			/padding to be an integer ≥ 0/,
		],
		[
			"padding same with a stride",
			() => zeros([1, 1, 4, 4]).conv2d(zeros([1, 1, 3, 3]), { padding: "same", stride: 2 }),
			ArgumentError,
			/needs stride 1/,
		],
		[
			"an unknown word for padding",
			() => zeros([1, 1, 4, 4]).conv2d(zeros([1, 1, 3, 3]), { padding: "full" as "same" }),
			ArgumentError,
			/"full"/,
		],
		[
			"a bias of the wrong length",
			() => zeros([1, 1, 4, 4]).conv2d(zeros([2, 1, 3, 3]), { bias: zeros([3]) }),
			ShapeError,
			/bias of shape \[2\]/,
		],
		["integers", () => zeros([1, 1, 4, 4], { dtype: "int32" }).conv2d(zeros([1, 1, 3, 3])), DTypeError, /received int32/],
		["mixed types", () => zeros([1, 1, 4, 4]).conv2d(zeros([1, 1, 3, 3], { dtype: "float64" })), DTypeError, /equal types/],
	] as const)("refuses %s", (_, run, type, message) => {
		expect(run).toThrow(type);
		expect(run).toThrow(message);
	});

	test("refuses to fuse an activation whose derivative needs its input, before anything is lost", () => {
		const activation = formula("sine", (x) => call(s.sin, x));
		const x = zeros([1, 1, 3, 3]);
		expect(() => x.conv2d(ones([1, 1, 2, 2]).requireGrad(), { activation })).toThrow(/sine cannot be fused/);
		expect(
			x
				.conv2d(ones([1, 1, 2, 2]), { activation })
				.sum()
				.item(),
		).toBe(0);
	});
});

describe("conv1d and transposed convolutions", () => {
	test("refuse shapes that do not fit, each under its own name", () => {
		expect(() => zeros([1, 4]).conv1d(zeros([1, 1, 2]))).toThrow(/conv1d: expected input \[n, channels, length\]/);
		expect(() => zeros([1, 1, 4]).conv1d(zeros([1, 1, 5]))).toThrow(/conv1d: the kernel does not fit/);
		expect(() => zeros([1, 2, 4, 4]).convTranspose2d(zeros([3, 1, 2, 2]))).toThrow(/first axis to be 2.*received 3/s);
		expect(() => zeros([1, 2, 4, 4]).convTranspose2d(zeros([2, 1, 2, 2]), { outputPadding: 1 })).toThrow(
			/outputPadding below the stride \(1\)/,
		);
		expect(() => zeros([1, 1, 1, 1]).convTranspose2d(zeros([1, 1, 2, 2]), { padding: 1 })).toThrow(/nothing is left along the height/);
		expect(() => zeros([1, 2, 4]).convTranspose1d(zeros([2, 1]))).toThrow(
			/convTranspose1d: expected weight \[channels, outChannels \/ groups, kernel\]/,
		);
	});

	test("a transposed convolution spreads each input over its window", () => {
		const y = tensor([[[1, 10]]]).convTranspose1d(tensor([[[1, 2, 3]]]), { stride: 2, bias: tensor([100]) });
		expect(y.toArray()).toEqual([[[101, 102, 113, 120, 130]]]);
	});
});
