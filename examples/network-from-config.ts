/**
 * Builds a convolutional network from a list of layers, as it stands in a config, and prints its parameters and cost.
 *
 *     node --conditions=gradus-source examples/network-from-config.ts
 */
import { buildNetwork, RandomStream, summary } from "gradus";

const layers = [
	{ conv2d: { out: 16, kernel: 3, padding: "same" } },
	"batchNorm",
	"relu",
	{ maxPool2d: 2 },
	{ residual: [{ conv2d: { out: 16, kernel: 3, padding: "same" } }, "silu"] },
	"globalAvgPool",
	{ dropout: 0.2 },
	{ linear: 10 },
];
const model = buildNetwork(layers, { inputShape: [1, 28, 28], rng: new RandomStream(42), weightInit: "heNormal" });
console.log(String(summary(model, [1, 28, 28])));
