/** The image transforms of Winograd's convolution by machine code, where channels fill its vectors. */
import type { ImageTransforms, TileKernel, TileShape, TileTransform } from "../../wasm/kernels/winograd-map.ts";
import { tileRowUnits } from "../../wasm/kernels/winograd-map.ts";
import type { Lanes } from "./encoder.ts";
import type { MachineKernels } from "./kernels.ts";
import { toImagesCode } from "./to-images-code.ts";
import { toProductsCode } from "./to-products-code.ts";

/** Largest distance in bytes that instructions reach. */
const FARTHEST = 2 ** 30;

/** Transforms by machine code; those of other shapes come from `others`. */
export function machineTransforms(kernels: MachineKernels, others: ImageTransforms): ImageTransforms {
	return {
		toProducts: (source, shape) => {
			const lanes = lanesOf(kernels, shape);
			if (lanes === 0) return others.toProducts(source, shape);
			return transform(kernels, { name: source, shape, lanes, code: () => toProductsCode(source, shape, lanes) });
		},
		toImages: (shape, options) => {
			const lanes = lanesOf(kernels, shape);
			if (lanes === 0) return others.toImages(shape, options);
			const name = options.bias ? "outputs with bias" : "outputs";
			return transform(kernels, { name, shape, lanes, code: () => toImagesCode(shape, lanes, options) });
		},
	};
}

/** Lanes of the longest vectors that the channels fill; 0: none, or the image is too large. */
function lanesOf({ lanes, hasRoom }: MachineKernels, { channels, height, width, productStep }: TileShape): Lanes | 0 {
	if (!hasRoom || Math.max(4 * height * width * channels, 36 * productStep) >= FARTHEST) return 0;
	if (channels % lanes === 0) return lanes;
	return channels % 8 === 0 ? 8 : 0;
}

function transform(
	kernels: MachineKernels,
	of: Pick<TileKernel, "name" | "shape"> & { lanes: Lanes; code: () => Uint8Array },
): TileTransform {
	const { channels, height, width, tileRows, tileColumns, top, left, productStep } = of.shape;
	const key = `machine winograd ${of.name} ${[channels, height, width, tileRows, tileColumns, top, left, productStep].join(" ")}`;
	const kernel = kernels.find(key, of.code);
	const { units, grain } = tileRowUnits(of.shape);
	return ({ images, products, bias }, count) => {
		kernels.writeArguments([images, products, bias], []);
		kernels.host.run(kernel, count * units, grain);
	};
}
