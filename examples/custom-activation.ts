/**
 * Adds an activation to the shelf, checks it as the package checks its own, and uses it by name in a network.
 *
 *     node --conditions=gradus-source examples/custom-activation.ts
 */
import { activationRegistry, buildNetwork, defineActivation, RandomStream, scalars } from "gradus";
import { checkActivation } from "gradus/testing";

const hardTanh = defineActivation<object>({
	name: "hardTanh",
	formula: "min(max(x, −1), 1)",
	source: "Collobert 2004",
	torch: "nn.Hardtanh",
	options: {},
	range: [-1, 1],
	zeroCentred: true,
	saturates: "both sides",
	build: (x) => scalars.select(x.gt(1), 1, scalars.select(x.lt(-1), -1, x)),
});

const { passed } = checkActivation(hardTanh, { reference: (x) => Math.min(Math.max(x, -1), 1) });
const model = buildNetwork([{ linear: 8 }, "hardTanh", { linear: 1 }], {
	inputShape: [2],
	rng: new RandomStream(42),
	activations: activationRegistry.with(hardTanh),
});
console.log(`${passed.length} checks passed: ${model.layers.map((layer) => layer.describe()).join(", ")}`);
