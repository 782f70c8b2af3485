/** One addition of each kind from outside the package, through its entry points alone: by name, in a config, under its conformance suite. */
import {
	activationRegistry,
	buildNetwork,
	defineActivation,
	defineElementwiseLoss,
	defineInitializer,
	defineLayer,
	defineMetric,
	defineModel,
	defineOptimizer,
	defineSchedule,
	formula,
	initializerRegistry,
	integerOption,
	layerRegistry,
	lossRegistry,
	Module,
	metricRegistry,
	modelLayers,
	modelRegistry,
	numberOption,
	optimizerByName,
	optimizerRegistry,
	parameters,
	positive,
	RandomStream,
	randomNormal,
	scalars,
	scheduleRegistry,
	type Tensor,
	tensor,
	toLoss,
	toSchedule,
} from "gradus";
import { ConfigError, parseRunConfig, shelf } from "gradus/config";
import { augmentation } from "gradus/data";
import { checkActivation, checkInitializer, checkLayer, checkLoss } from "gradus/testing";
import { describe, expect, it } from "vitest";

const hardTanh = defineActivation<{ readonly limit?: number }>({
	name: "hardTanh",
	formula: "min(max(x, −limit), limit)",
	source: "Collobert 2004",
	torch: "nn.Hardtanh",
	shorthand: "limit",
	options: { limit: positive("bound of the values", 1) },
	range: [-1, 1],
	zeroCentred: true,
	saturates: "both sides",
	build: (x, { limit }) => scalars.select(x.gt(limit), limit, scalars.select(x.lt(-limit), -limit, x)),
});

const tiny = defineInitializer<{ readonly std?: number }>({
	name: "tiny",
	formula: "N(0, std²)",
	source: "—",
	torch: null,
	shorthand: "std",
	options: { std: positive("standard deviation", 1e-4) },
	fill: (shape, rng, { std }) => randomNormal(shape, rng, { std }),
});

const quartic = defineElementwiseLoss<{ readonly scale?: number }>({
	name: "quartic",
	formula: "scale · (x − t)⁴",
	source: "—",
	torch: null,
	target: "values",
	takesLogits: false,
	options: { scale: positive("factor", 1) },
	build: (x, t, { scale }) => x.sub(t).square().square().mul(scale),
});

const signSgd = defineOptimizer<object>({
	name: "signSgd",
	formula: "p ← p − lr · sign(g)",
	source: "Bernstein et al. 2018, arXiv:1802.04434",
	torch: null,
	defaults: { lr: 1e-4 },
	options: {},
	rule: () => ({ slots: {}, formula: formula("signSgd", (p, g, lr) => p.sub(lr.mul(scalars.sign(g)))), numbers: ({ lr }) => [lr] }),
});

const halving = defineSchedule<{ readonly every: number }>({
	name: "halving",
	formula: "lr · ½^⌊t / every⌋",
	source: "—",
	torch: null,
	shorthand: "every",
	options: { every: integerOption("steps between halvings", undefined, { min: 1 }) },
	fromTraining: ({ stepsPerEpoch }) => ({ every: stepsPerEpoch }),
	make: ({ every }) => ({ kind: "step", name: "halving", at: (step, lr) => lr * 0.5 ** Math.floor(step / every) }),
});

/** Multiplies with a number. */
class Scale extends Module {
	readonly factor: number;

	constructor(factor: number) {
		super();
		this.factor = factor;
	}

	override forward(x: Tensor): Tensor {
		return x.mul(this.factor);
	}

	override describe(): string {
		return `scale ${this.factor}`;
	}
}

const scaleLayer = defineLayer<{ readonly factor?: number }>({
	name: "scale",
	formula: "factor · x",
	source: "—",
	torch: null,
	shorthand: "factor",
	options: { factor: numberOption("what values are multiplied with", 1) },
	create: ({ factor }) => new Scale(factor),
});

const shallow = defineModel<{ readonly units?: number }>({
	name: "shallow",
	formula: "linear, hardTanh, linear",
	source: "—",
	torch: null,
	shorthand: "units",
	options: { units: integerOption("hidden units", 8, { min: 1 }) },
	layers: ({ units }, { outputCount }) => [{ linear: units }, "hardTanh", { linear: outputCount }],
});

const largestError = defineMetric<object>({
	name: "largestError",
	formula: "max |x − t|",
	source: "—",
	torch: null,
	task: "values",
	goal: "min",
	options: {},
	compute: ({ outputs, targets }) => outputs.reduce((largest, value, i) => Math.max(largest, Math.abs(value - targets[i])), 0),
});

const invert = augmentation.defineAugmentation<{ readonly probability?: number }>({
	name: "invert",
	formula: "−x",
	source: "—",
	torch: null,
	options: { probability: numberOption("probability of an image to be inverted", 0.5, { min: 0, max: 1 }) },
	make: ({ probability }) => ({
		kind: "image",
		name: "invert",
		augment(image, _shape, rng) {
			if (rng.bernoulli(probability)) for (let i = 0; i < image.length; i++) image[i] = -image[i];
		},
	}),
});

const mine = {
	...shelf,
	activation: activationRegistry.with(hardTanh),
	augmentation: augmentation.augmentationRegistry.with(invert),
	initializer: initializerRegistry.with(tiny),
	layer: layerRegistry.with(scaleLayer),
	loss: lossRegistry.with(quartic),
	metric: metricRegistry.with(largestError),
	model: modelRegistry.with(shallow),
	optimizer: optimizerRegistry.with(signSgd),
	schedule: scheduleRegistry.with(halving),
};

const rng = (): RandomStream => new RandomStream(1, "additions");

describe("additions by name", () => {
	it("a network is built of an added model, layer, activation and initializer", () => {
		const layers = modelLayers("shallow:3", { inputShape: [2], outputCount: 1 }, mine.model);
		expect(layers).toEqual([{ linear: 3 }, "hardTanh", { linear: 1 }]);
		const network = buildNetwork([...layers, { scale: 2 }], {
			inputShape: [2],
			rng: rng(),
			weightInit: { tiny: 0.5 },
			layers: mine.layer,
			activations: mine.activation,
			initializers: mine.initializer,
		});
		expect(network.layers.map((layer) => layer.describe())).toEqual(["linear 2 → 3", "hardTanh", "linear 3 → 1", "scale 2"]);
		expect(network.forward(tensor([[1, 2]])).shape).toEqual([1, 1]);
	});

	it("an added loss is found with its options", () => {
		// 2 · (3 − 1)⁴
		expect(toLoss({ quartic: { scale: 2 } }, mine.loss)(tensor([3]), tensor([1])).item()).toBe(32);
	});

	it("an added optimizer steps by its rule, decay included", () => {
		const weight = tensor([[1, -2]]);
		const optimizer = optimizerByName({ signSgd: { lr: 0.5, weightDecay: 0.1 } }, parameters([weight]), mine.optimizer);
		optimizer.zeroGrad();
		weight.square().sum().backward();
		optimizer.step();
		// p − lr λ p − lr sign(2p): 1 − 0.05 − 0.5 and −2 + 0.1 + 0.5; float32 keeps 7 digits.
		expect(weight.dataSync()[0]).toBeCloseTo(0.45, 6);
		expect(weight.dataSync()[1]).toBeCloseTo(-1.4, 6);
	});

	it("an added schedule takes from the training what a config leaves out", () => {
		const schedule = toSchedule("halving", { totalSteps: 100, stepsPerEpoch: 10 }, mine.schedule);
		expect(schedule.kind === "step" && [0, 9, 10, 25].map((step) => schedule.at(step, 8))).toEqual([8, 8, 4, 2]);
	});

	it("an added metric and an added augmentation compute", () => {
		const predictions = { outputs: Float32Array.of(1, 5), targets: Float32Array.of(2, 2), rowCount: 2, outputCount: 1 };
		expect(mine.metric.get("largestError")(predictions)).toBe(3);
		const [step] = augmentation.toAugmentations([{ invert: { probability: 1 } }], mine.augmentation);
		const batch = { x: Float32Array.of(1, 2, 3, 4), y: Int32Array.of(0), rowCount: 1 };
		const target = { kind: "classes", classes: ["one", "two"] } as const;
		const changed = augmentation.augmentBatch(batch, [step], { inputShape: [1, 2, 2], target, indices: [0], epoch: 0, rng: rng() });
		expect([...changed.x]).toEqual([-1, -2, -3, -4]);
	});
});

describe("additions in a config", () => {
	const config = {
		data: { source: "digits" },
		model: [{ linear: 8 }, "hardTanh", { scale: 2 }],
		weightInit: { tiny: 0.1 },
		loss: "quartic",
		optimizer: { signSgd: { lr: 0.01 } },
		schedule: "halving",
		augmentation: ["invert"],
		metrics: ["largestError"],
	};

	it("an extended shelf takes them", () => {
		expect(parseRunConfig(config, "test", mine)).toMatchObject(config);
	});

	it("the shelf as it is refuses each by its place", () => {
		let problems: readonly { readonly place: string }[] = [];
		try {
			parseRunConfig(config);
		} catch (error) {
			problems = (error as ConfigError).problems;
			expect(error).toBeInstanceOf(ConfigError);
		}
		expect(new Set(problems.map(({ place }) => place))).toEqual(
			new Set(["model[1]", "model[2]", "weightInit", "loss", "optimizer", "schedule", "augmentation[0]", "metrics[0]"]),
		);
	});

	it("an option out of bounds is refused in the addition's name", () => {
		expect(() => parseRunConfig({ ...config, schedule: { halving: 0 } }, "test", mine)).toThrow(
			"schedule: halving: expected every to be a whole number ≥ 1, received 0.",
		);
	});

	it("a name that is taken is refused", () => {
		expect(() => activationRegistry.with({ ...hardTanh, name: "relu" })).toThrow('There are two activations named "relu".');
	});
});

describe("additions under their conformance suites", () => {
	it("activation", () => {
		const report = checkActivation(hardTanh, { reference: (x) => Math.min(Math.max(x, -1), 1) });
		expect(report.passed).toContain("saturation");
	});

	it("loss", () => {
		expect(checkLoss(quartic, { reference: (x, t) => (x - t) ** 4 }).passed).toContain("values by the reference function");
	});

	it("initializer", () => {
		expect(checkInitializer(tiny, { shapes: [[20, 30]], options: { std: 0.1 }, mean: 0, variance: 0.01 })).toHaveLength(1);
	});

	it("layer", () => {
		expect(checkLayer({ make: () => new Scale(3), inputShapes: [[4, 3]] }).checked.length).toBeGreaterThan(5);
	});
});
