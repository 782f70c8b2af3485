/** The contraction kernels of a host together: they share one workspace and one matrix product. */
import type { Kernels } from "../../../kernels/contracts.ts";
import type { Host } from "../host.ts";
import { conv2d } from "./conv2d.ts";
import { conv2dGradInput } from "./conv2d-grad-input.ts";
import { conv2dGradWeight } from "./conv2d-grad-weight.ts";
import { type Gemm, WasmGemm } from "./gemm.ts";
import { matmul } from "./matmul.ts";
import type { ImageTransforms } from "./winograd-map.ts";
import { productsToImages } from "./winograd-outputs.ts";
import { imagesToProducts } from "./winograd-products.ts";
import { Workspace } from "./workspace.ts";

/** The kernels that multiply matrices. */
export type ContractionKernels = Pick<Kernels, "matmul" | "conv2d" | "conv2dGradInput" | "conv2dGradWeight">;

/** What they are built on. */
export interface ContractionParts {
	readonly gemm: Gemm;
	readonly transforms: ImageTransforms;
}

/** The parts in WebAssembly. */
export function wasmParts(host: Host): ContractionParts {
	return {
		gemm: new WasmGemm(host),
		transforms: {
			toProducts: (source, shape) => imagesToProducts(host, source, shape),
			toImages: (shape, options) => productsToImages(host, shape, options),
		},
	};
}

/** Builds them; `map` applies activations. */
export function contractions(host: Host, parts: ContractionParts, map: Kernels["map"]): ContractionKernels {
	const tools = { host, ...parts, workspace: new Workspace(host.heap) };
	return {
		matmul: matmul(host, parts.gemm, map),
		conv2d: conv2d(tools, map),
		conv2dGradInput: conv2dGradInput(tools),
		conv2dGradWeight: conv2dGradWeight(tools),
	};
}
