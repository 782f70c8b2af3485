/** Copying between layouts and element types. */
import type { Kernels } from "../contracts.ts";
import { converterTo, elementsOf, positionsOf } from "./view.ts";

/** See {@link Kernels.copy}. */
export const copy: Kernels["copy"] = (x, out) => {
	const source = elementsOf(x);
	const target = elementsOf(out);
	const from = positionsOf(x);
	const to = positionsOf(out);
	const convert = converterTo(out.dtype);
	for (let i = 0; i < from.length; i++) target[to[i]] = convert(source[from[i]]);
};
