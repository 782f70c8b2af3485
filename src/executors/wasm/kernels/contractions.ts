/** The contraction kernels of a host together: they share one workspace and one matrix product. */
import type { Kernels } from "../../../kernels/contracts.ts";
import type { Host } from "../host.ts";
import { conv2d } from "./conv2d.ts";
import { conv2dGradInput } from "./conv2d-grad-input.ts";
import { conv2dGradWeight } from "./conv2d-grad-weight.ts";
import type { Gemm } from "./gemm.ts";
import { matmul } from "./matmul.ts";
import { Workspace } from "./workspace.ts";

/** The kernels that multiply matrices. */
export type ContractionKernels = Pick<Kernels, "matmul" | "conv2d" | "conv2dGradInput" | "conv2dGradWeight">;

/** Builds them on a matrix product (`WasmGemm` or `BlasGemm`); `map` applies activations. */
export function contractions(host: Host, gemm: Gemm, map: Kernels["map"]): ContractionKernels {
	const tools = { host, gemm, workspace: new Workspace(host.heap) };
	return {
		matmul: matmul(host, gemm, map),
		conv2d: conv2d(tools, map),
		conv2dGradInput: conv2dGradInput(tools),
		conv2dGradWeight: conv2dGradWeight(tools),
	};
}
