/** The image transforms of Winograd's convolution by machine code, where channels fill its vectors. */
import { SCRATCH_BYTES } from "../../wasm/host.ts";
import { type ImageTransforms, type TileShape, type TileTransform, tileRowUnits } from "../../wasm/kernels/winograd-map.ts";
import { TILE_PRODUCTS } from "../../wasm/kernels/winograd-transforms.ts";
import type { Lanes } from "./encoder.ts";
import type { MachineKernels } from "./kernels.ts";
import { tileScratchBytes } from "./tile-code.ts";
import { toImagesCode } from "./to-images-code.ts";
import { toProductsCode } from "./to-products-code.ts";

/** Largest distance in bytes that instructions reach. */
const FARTHEST = 2 ** 30;

/** A transform that is asked for. */
interface Wanted {
	readonly name: string;
	readonly shape: TileShape;
	readonly code: (lanes: Lanes) => Uint8Array;
	/** The same by other means. */
	readonly other: () => TileTransform;
}

/** Transforms by machine code; those of other shapes come from `others`, which must give the same bits. */
export function machineTransforms(kernels: MachineKernels, others: ImageTransforms): ImageTransforms {
	return {
		toProducts: (source, shape) =>
			transform(kernels, {
				name: source,
				shape,
				code: (lanes) => toProductsCode(source, shape, lanes),
				other: () => others.toProducts(source, shape),
			}),
		toImages: (shape, options) =>
			transform(kernels, {
				name: options.bias ? "outputs with bias" : "outputs",
				shape,
				code: (lanes) => toImagesCode(shape, lanes, options),
				other: () => others.toImages(shape, options),
			}),
	};
}

function transform(kernels: MachineKernels, { name, shape, code, other }: Wanted): TileTransform {
	const lanes = lanesOf(kernels, shape);
	const { channels, height, width, tileRows, tileColumns, top, left, productStep } = shape;
	const key = `machine winograd ${name} ${[channels, height, width, tileRows, tileColumns, top, left, productStep].join(" ")}`;
	if (lanes === 0) return other();
	const kernel = kernels.find(key, () => code(lanes));
	if (kernel === null) return other();
	const { units, grain } = tileRowUnits(shape);
	return ({ images, products, bias }, count) => {
		kernels.writeArguments([images, products, bias], []);
		kernels.host.run(kernel, count * units, grain);
	};
}

/** Lanes of the longest vectors that the channels fill; 0: none, or the image is too large. */
function lanesOf(kernels: MachineKernels, shape: TileShape): Lanes | 0 {
	const { channels, height, width, productStep } = shape;
	if (Math.max(4 * height * width * channels, TILE_PRODUCTS * productStep) >= FARTHEST) return 0;
	const lanes = channels % kernels.lanes === 0 ? kernels.lanes : 8;
	return channels % lanes === 0 && tileScratchBytes(shape, lanes) <= SCRATCH_BYTES ? lanes : 0;
}
