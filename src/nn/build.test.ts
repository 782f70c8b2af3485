/** What people are told of networks that cannot be built. */
import { expect, it } from "vitest";
import { OutOfMemoryError } from "../core/errors.ts";
import { RandomStream } from "../core/random/index.ts";
import { createReferenceExecutor } from "../executors/reference/index.ts";
import { withExecutor } from "../tensor/context.ts";
import { buildNetwork, type LayerConfig } from "./build.ts";

/** Builds it for `[10]` where a mebibyte of tensors fits. */
function build(layers: readonly LayerConfig[], inputShape: readonly number[] = [10]): unknown {
	const executor = createReferenceExecutor({ limitBytes: 2 ** 20 });
	return withExecutor(executor, () => buildNetwork(layers, { inputShape, rng: new RandomStream(1) }));
}

it("a network larger than the memory is told with its number of parameters, and no batch is blamed", () => {
	// 10 · 100 + 100 parameters in the first layer, 100 · 5000 weights in the second, of which no memory for biases and more is left.
	const make = (): unknown => build([{ linear: 100 }, "relu", { linear: 5000 }]);
	expect(make).toThrow(OutOfMemoryError);
	expect(make).toThrow(
		/^layers\[2\] linear, on input \[batch, 100\]: The network is too large: with this layer it would have 501,100 parameters or more\. The layer asked for another 2 MiB, and 1 MiB of 1 MiB are free\.\n {2}Try: a smaller model/,
	);
	expect(make).not.toThrow(/batch(?!, 100)/);
});

it("parameters of layers inside layers are counted once", () => {
	const inner = [{ residual: [{ linear: 10 }] }, { residual: [{ linear: 10 }, { linear: 10 }] }, { residual: [{ linear: 100_000 }] }];
	// Three layers of 110, and 10 · 100,000 weights.
	expect(() => build(inner)).toThrow(
		/^layers\[2\]\.residual\[0\] linear, on input \[batch, 10\]: .*would have 1,000,330 parameters or more/,
	);
});

it("a layer whose result for one example is larger than the memory is told so", () => {
	expect(() => build([{ upsample: 100 }], [1, 100, 100])).toThrow(
		/^layers\[0\] upsample, on input \[batch, 1, 100, 100\]: The network is too large: for a single example this layer asked for another \d+ MiB/,
	);
});
