/** Making the tensors that a module holds. */
import type { Tensor } from "../tensor/tensor.ts";

/** A tensor that is trained: it lives beyond scopes and collects gradients. */
export function parameter(x: Tensor): Tensor {
	return x.keep().requireGrad();
}

/** A tensor that is saved with the model but not trained. */
export function buffer(x: Tensor): Tensor {
	return x.keep();
}

/** Stops training a parameter: it becomes a buffer. Optimizers made before still move it. */
export function freeze(x: Tensor): Tensor {
	x.slot = null;
	return x;
}
