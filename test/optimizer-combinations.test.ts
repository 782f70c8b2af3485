/** Optimizers, schedules, groups, regularization, clipping and accumulation in drawn combinations, beside a loop in float64. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as g from "../src/index.ts";
import { toSchedule } from "../src/optim/schedules/index.ts";
import type { Schedule } from "../src/optim/schedules/schedule.ts";
import { executors } from "./executors.ts";
import {
	CALLS,
	type Combination,
	type GroupCase,
	type OwnOptions,
	type ParameterCase,
	rates,
	referenceLoop,
	rules,
} from "./optimizer-reference.ts";

/**
 * Each call rounds to float32 a few times; the square roots and quotients of a rule add some units. Relative to the way that a number has
 * gone, with room for gradients that nearly cancel in a momentum: a wrong factor or a missing term is off by a hundredth or more.
 */
const WAY_TOLERANCE = 1e-4;
/** Twenty sums in float32 of numbers up to some units: half a unit in the last place each. */
const VALUE_TOLERANCE = 3e-6;
/** Nearer to 0 than this, float32 and float64 may take different signs, and steps that differ are both right. */
const LEAST_SIGNED = 1e-5;

const betas = fc.tuple(fc.constantFrom(0.8, 0.9), fc.constantFrom(0.9, 0.99, 0.999));
const adamOwn = fc.record({ betas }, { requiredKeys: [] });
const momentum = fc.constantFrom(0.5, 0.9);

/** Own options of each rule, and those that a group may state. */
const ownOptions: Record<keyof typeof rules, { common: fc.Arbitrary<OwnOptions>; group: fc.Arbitrary<OwnOptions>; isMomentous?: true }> = {
	sgd: {
		common: fc.oneof(fc.constant({}), fc.record({ momentum }), fc.record({ momentum, nesterov: fc.boolean() })),
		group: fc.record({ momentum }),
		isMomentous: true,
	},
	adam: { common: adamOwn, group: adamOwn },
	adamW: { common: adamOwn, group: adamOwn },
	amsgrad: { common: adamOwn, group: adamOwn },
	adamax: { common: adamOwn, group: adamOwn },
	nAdam: { common: adamOwn, group: adamOwn },
	rAdam: { common: adamOwn, group: adamOwn },
	rmsProp: {
		common: fc.oneof(
			fc.record({ alpha: fc.constantFrom(0.9, 0.99), centred: fc.boolean() }, { requiredKeys: [] }),
			fc.record({ momentum, alpha: fc.constantFrom(0.9, 0.99), centred: fc.boolean() }, { requiredKeys: ["momentum"] }),
		),
		group: fc.record({ momentum, alpha: fc.constantFrom(0.8, 0.95) }, { requiredKeys: ["alpha"] }),
		isMomentous: true,
	},
	adagrad: {
		common: fc.record({ lrDecay: fc.constantFrom(0, 0.1), initialSum: fc.constantFrom(0, 0.2) }, { requiredKeys: [] }),
		group: fc.record({ lrDecay: fc.constant(0.3), initialSum: fc.constant(0.5) }, { requiredKeys: [] }),
	},
	adadelta: {
		common: fc.record({ rho: fc.constantFrom(0.8, 0.95) }, { requiredKeys: [] }),
		group: fc.record({ rho: fc.constant(0.7) }),
	},
	lion: { common: adamOwn, group: adamOwn },
};

const share = (...choices: number[]): fc.Arbitrary<number> => fc.constantFrom(...choices);

const groupOf = (options: fc.Arbitrary<OwnOptions>): fc.Arbitrary<GroupCase> =>
	fc.record(
		{
			match: fc.constantFrom("*.bias", "hidden.*", "*.weight", "norm.scale", "*"),
			lrScale: share(0, 0.5, 2),
			weightDecay: share(0, 0.2),
			l2: share(0, 0.03),
			l1: share(0, 0.02),
			maxNorm: fc.constantFrom(null, 0.8),
			options,
		},
		{ requiredKeys: ["match"] },
	);

const commonOptions = fc
	.record(
		{
			lr: share(0.003, 0.01, 0.02),
			weightDecay: share(0, 0.1, 1),
			l2: share(0, 0.05),
			l1: share(0, 0.04),
			maxNorm: share(0.7, 1.2),
			regularize: fc.constantFrom("matrices" as const, "all" as const),
			accumulate: fc.integer({ min: 1, max: 3 }),
		},
		{ requiredKeys: ["lr"] },
	)
	.chain((options) =>
		fc
			.constantFrom({}, { clipValue: 0.6 }, { clipNorm: 1.5 }, { clipTensorNorm: 0.9 }, { clipValue: 0.7, clipNorm: 2 })
			.map((clip) => ({ ...options, ...clip })),
	);

const combinations: fc.Arbitrary<Combination> = fc.constantFrom(...(Object.keys(rules) as (keyof typeof rules)[])).chain((rule) =>
	ownOptions[rule].common.chain((own) => {
		const { group, isMomentous } = ownOptions[rule];
		// Momentum in a group only is another formula than without, which is refused.
		const fitting = isMomentous && own.momentum === undefined ? group.map(({ momentum: _, ...rest }) => rest) : group;
		return fc.record({
			rule: fc.constant(rule),
			own: fc.constant(own),
			common: commonOptions,
			groups: fc.array(groupOf(fitting), { maxLength: 2 }),
			schedule: fc.constantFrom(...(Object.keys(rates) as (keyof typeof rates)[])),
			flushAt: fc.constantFrom(-1, 6, 9),
			averageDecay: share(0.5, 0.9),
		});
	}),
);

/** The schedules of `rates`, as a user makes them. */
const schedules: Record<keyof typeof rates, object | null> = {
	none: null,
	constant: { factor: 0.5 },
	linearWarmup: { steps: 8 },
	step: { every: 6, gamma: 0.3 },
	multiStep: { milestones: [3, 11], gamma: 0.5 },
	exponential: { gamma: 0.9 },
	inverseTime: { decay: 0.2 },
	polynomial: { steps: 15, power: 2 },
	cosine: { steps: 20 },
	cosineRestarts: { period: 7 },
	cyclic: { maxLr: 0.03, stepsUp: 4 },
	oneCycle: { steps: 20 },
};

function scheduleOf(name: keyof typeof rates): Schedule | null {
	const options = schedules[name];
	return options === null ? null : toSchedule({ [name]: options }, { totalSteps: CALLS, stepsPerEpoch: CALLS });
}

/** 0 to 1, repeatable from a seed (mulberry32). */
function uniform(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), state | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	};
}

interface Problem {
	readonly parameters: readonly ParameterCase[];
	readonly gradients: readonly (readonly (readonly number[])[])[];
}

/** Parameters and gradients away from 0, where signs are sure and a first step of Adam's kind is not a ratio of rounding errors. */
function problemOf(seed: number): Problem {
	const random = uniform(seed);
	const draw = (): number => Math.fround((random() < 0.5 ? -1 : 1) * (0.2 + 0.8 * random()));
	const shapes = { "hidden.weight": [3, 4], "hidden.bias": [3], "kernel.weight": [2, 2, 1, 3], "norm.scale": [5] };
	const unused = random() < 0.3 ? "kernel.weight" : "";
	const parameters = Object.entries(shapes).map(([name, shape]) => {
		const values = Array.from({ length: shape.reduce((product, length) => product * length, 1) }, draw);
		return { name, shape, values, trained: name !== unused };
	});
	// Signs stay for three calls each, so that gathered gradients seldom cancel.
	let signs: number[][] = [];
	const gradients = Array.from({ length: CALLS }, (_, call) => {
		if (call % 3 === 0) signs = parameters.map(({ values }) => values.map(() => (random() < 0.5 ? -1 : 1)));
		return signs.map((of) => of.map((sign) => sign * Math.abs(draw())));
	});
	return { parameters, gradients };
}

type AnyMaker = (trainable: g.Trainable, options: object) => g.Optimizer;

/** The same steps with the optimizer itself, as the trainer does them. */
function run(
	{ rule, own, common, groups, schedule, flushAt, averageDecay }: Combination,
	{ parameters, gradients }: Problem,
	inBlock: boolean,
) {
	const tensors = Object.fromEntries(parameters.map(({ name, shape, values }) => [name, g.tensor(values, { shape })]));
	const { technique } = g.optimizerRegistry.find(rule);
	const optimizer = (technique as AnyMaker)(inBlock ? g.parameters(tensors) : tensors, { ...own, ...common, groups });
	const moving = g.exponentialAverage(optimizer, { decay: averageDecay, warmup: false });
	const plain = g.stochasticAverage(optimizer, { start: 3, every: 2 });
	const takeUp = (): void => {
		moving.update();
		plain.update();
	};
	const follow = scheduleOf(schedule);
	for (let call = 0; call < CALLS; call++) {
		if (follow?.kind === "step") {
			optimizer.lr = follow.at(call, common.lr);
			if (optimizer.momentum !== null && follow.momentumAt !== undefined) optimizer.momentum = follow.momentumAt(call);
		}
		g.scope(() => {
			optimizer.zeroGrad();
			parameters.forEach(({ name, shape, trained }, k) => {
				if (trained) tensors[name].mul(g.tensor(gradients[call][k], { shape })).sum().backward();
			});
			if (optimizer.step()) takeUp();
			if (call === flushAt && optimizer.flush()) takeUp();
		});
	}
	if (optimizer.flush()) takeUp();
	const read = (): Float32Array[] => parameters.map(({ name }) => tensors[name].dataSync() as Float32Array);
	const values = read();
	const seenAs = (average: { swap(): void }): Float32Array[] => {
		average.swap();
		const seen = read();
		average.swap();
		return seen;
	};
	return { values, averages: seenAs(moving), means: seenAs(plain) };
}

describe.each(executors.slice(0, 2))("combinations of optimizer options on $name", ({ name: executorName, executor }) => {
	it("follow a float64 loop over 20 calls", () => {
		fc.assert(
			fc.property(combinations, fc.integer({ min: 0, max: 1e6 }), fc.boolean(), (combination, seed, inBlock) => {
				const problem = problemOf(seed);
				const expected = referenceLoop(combination, problem.parameters, problem.gradients);
				fc.pre(expected.leastSigned > LEAST_SIGNED);
				const received = g.withExecutor(executor, () => run(combination, problem, inBlock));
				const all = ["values", "averages", "means"] as const;
				all.forEach((what) => {
					problem.parameters.forEach(({ name }, k) => {
						expected[what][k].forEach((value, i) => {
							const tolerance = VALUE_TOLERANCE * Math.max(1, Math.abs(value)) + WAY_TOLERANCE * expected.ways[k][i];
							const difference = Math.abs(received[what][k][i] - value);
							if (!(difference <= tolerance)) {
								expect.fail(`${what} of ${name}[${i}]: ${received[what][k][i]}, expected ${value} ± ${tolerance}`);
							}
						});
					});
				});
			}),
			{ numRuns: executorName === "reference" ? 100 : 300, seed: 20240501 },
		);
	});
});
