/** A layer from outside, through the public entry points alone; and layers that break one rule each. */
import { describe, expect, test } from "vitest";
import { createWasmExecutor, RandomStream, scalars } from "../index.ts";
import { buffer, defineLayer, type InitializerLike, layerRegistry, Module, parameter, Sequential, toInitializer } from "../nn/index.ts";
import { elementwise, ones, ShapeError, setExecutor, type Tensor, zeros } from "../tensor/index.ts";
import { checkLayer, LayerCheckError, type LayerSubject, layerProperties } from "./index.ts";

const executor = createWasmExecutor();
setExecutor(executor);

const gate = elementwise("gate", (x, y) => x.mul(scalars.sigmoid(y)));

/** x · σ(x · weight): a layer as a user would write it. */
class Gate extends Module {
	readonly features: number;
	readonly weight: Tensor;

	constructor(features: number, { rng, weightInit = "heNormal" }: { rng: RandomStream; weightInit?: InitializerLike }) {
		super();
		this.features = features;
		this.weight = parameter(toInitializer(weightInit)([features, features], rng));
	}

	override forward(x: Tensor): Tensor {
		if (x.shape.at(-1) !== this.features) throw new ShapeError(`  Expected ${this.features} features.`);
		return gate(x, x.matmul(this.weight));
	}

	override describe(): string {
		return `gate ${this.features}`;
	}
}

const good: LayerSubject = { make: (rng) => new Gate(3, { rng }), inputShapes: [[4, 3]], badInputs: [[4, 2]] };

describe("a layer defined outside", () => {
	test("passes the whole suite", () => {
		expect(checkLayer(good).checked).toHaveLength(layerProperties.length);
	});

	test("is found by name in a registry that is made larger", () => {
		const gateLayer = defineLayer<{ readonly weightInit?: InitializerLike }>({
			name: "gate",
			formula: "x · σ(x · W)",
			source: "—",
			torch: null,
			options: { weightInit: { kind: "technique", of: "initializer", about: "first weights", default: "heNormal" } },
			create: (options, { inputShape, rng }) => new Gate(inputShape[0], { ...options, rng }),
		});
		const { technique } = layerRegistry.with(gateLayer).find("gate");
		const layer = technique.create({}, { inputShape: [3], rng: new RandomStream(1) } as never);
		expect(layer.describe()).toBe("gate 3");
	});
});

/** Gates that break one rule each. */
class HiddenParameter extends Gate {
	readonly #factor = parameter(ones([]));
	override forward(x: Tensor): Tensor {
		return super.forward(x).mul(this.#factor);
	}
}

class UnusedParameter extends Gate {
	readonly extra = parameter(ones([2]));
}

class WrongGradient extends Gate {
	override forward(x: Tensor): Tensor {
		return super.forward(x).add(x.detach());
	}
}

class UnsavedCounter extends Gate {
	#calls = 0;
	override forward(x: Tensor): Tensor {
		if (this.training) this.#calls++;
		return super.forward(x).mul(this.#calls);
	}
}

class MovesAtInference extends Gate {
	readonly seen = buffer(zeros([]));
	override forward(x: Tensor): Tensor {
		this.seen.executor.write(this.seen.block, "float32", this.seen.offset, [this.seen.item() + 1]);
		return super.forward(x);
	}
}

class Chance extends Gate {
	override forward(x: Tensor): Tensor {
		return super.forward(x).mul(Math.random());
	}
}

class SharedChance extends Gate {
	readonly stream: RandomStream;
	constructor(features: number, options: { rng: RandomStream }) {
		super(features, options);
		this.stream = options.rng.split("gate");
	}
	override forward(x: Tensor): Tensor {
		return this.training ? super.forward(x).mul(this.stream.uniform()) : super.forward(x);
	}
}

class Keeps extends Gate {
	override forward(x: Tensor): Tensor {
		return super.forward(x).keep();
	}
}

class PlainError extends Gate {
	override forward(x: Tensor): Tensor {
		if (x.shape[1] !== 3) throw new Error("no");
		return super.forward(x);
	}
}

class OnlyOnReference extends Gate {
	override forward(x: Tensor): Tensor {
		const y = super.forward(x);
		return x.executor.facts().name === "reference" ? y : y.mul(1.001);
	}
}

class Nameless extends Gate {
	override describe(): string {
		return "";
	}
}

const broken: [string, (rng: RandomStream) => Module, RegExp, Partial<LayerSubject>?][] = [
	["a parameter in no field", (rng) => new HiddenParameter(3, { rng }), /in no field/],
	["a parameter that takes no part", (rng) => new UnusedParameter(3, { rng }), /"extra" takes no part/],
	["a wrong gradient", (rng) => new WrongGradient(3, { rng }), /derivative in input 0/],
	["state that is not saved", (rng) => new UnsavedCounter(3, { rng }), /differ/],
	["a buffer that moves at inference", (rng) => new MovesAtInference(3, { rng }), /moved/],
	["numbers from nowhere", (rng) => new Chance(3, { rng }), /wrong|off|differ/],
	["two layers that draw alike", (rng) => new SharedChance(3, { rng }), /draw alike/, { stochastic: true }],
	["a stream that was not announced", (rng) => new SharedChance(3, { rng }), /say so with/],
	["a tensor that stays", (rng) => new Keeps(3, { rng }), /leaked/],
	["an error of another kind", (rng) => new PlainError(3, { rng }), /it threw Error: no/],
	["another result on another executor", (rng) => new OnlyOnReference(3, { rng }), /is off/],
	["no description", (rng) => new Nameless(3, { rng }), /describe\(\) is empty/],
	["a bad input that it takes", (rng) => new Gate(3, { rng }), /it accepted \[2, 3\]/, { badInputs: [[2, 3]] }],
];

describe("checkLayer refuses a layer with", () => {
	test.each(broken)("%s", (_, make, message, more = {}) => {
		expect(() => checkLayer({ ...good, make, ...more })).toThrow(message);
	});

	test("and says which check failed", () => {
		const error = thrown(() => checkLayer({ ...good, make: (rng) => new Nameless(3, { rng }) }));
		expect(error).toBeInstanceOf(LayerCheckError);
		expect((error as LayerCheckError).check).toBe("it says what it is and what it costs");
	});
});

test("a model of modules is a layer too", () => {
	checkLayer({ ...good, make: (rng) => new Sequential([new Gate(3, { rng }), new Gate(3, { rng })]) });
});

function thrown(act: () => unknown): unknown {
	try {
		act();
	} catch (error) {
		return error;
	}
	return null;
}
