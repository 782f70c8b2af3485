import { describe, expect, it } from "vitest";
import { executors } from "../../test/executors.ts";
import {
	defineOptimizer,
	defineSchedule,
	defineTensorOptimizer,
	formula,
	mapInto,
	optimizerByName,
	optimizerRegistry,
	scalars,
	scheduleRegistry,
	schedules,
	tensor,
	toSchedule,
	withExecutor,
} from "../index.ts";
import { ConformanceError, checkOptimizer, checkSchedule } from "./index.ts";

/** Options with which an optimizer gets down the bowl in 200 steps; its own defaults where it has no row. */
const options: Record<string, object> = {
	adadelta: { lr: 10 },
	adafactor: { lr: 0.05 },
	adagrad: { lr: 0.2 },
	adam: { lr: 0.02 },
	adamW: { lr: 0.02 },
	adamax: { lr: 0.02 },
	amsgrad: { lr: 0.02 },
	lamb: { lr: 0.02 },
	lbfgs: { lr: 0.5 },
	lion: { lr: 0.01 },
	muon: { adamLr: 0.02 },
	nAdam: { lr: 0.02 },
	rAdam: { lr: 0.02 },
};

describe("every optimizer of the shelf", () => {
	const all = executors.map(({ executor }) => executor);

	it.each([...optimizerRegistry].map((maker) => [maker.name, maker] as const))(
		"%s keeps what optimizers promise on every executor",
		(name, maker) => {
			const report = checkOptimizer(maker, { options: options[name] ?? {}, executors: all });
			expect(report.passed).toContain("saved state");
		},
	);

	it("with clipping, decay and accumulation it does, too", () => {
		const common = { l2: 1e-3, l1: 1e-3, clipNorm: 1, weightDecay: 0.01, accumulate: 2 };
		for (const [name, lr] of [
			["adam", 0.02],
			["lamb", 0.02],
		] as const) {
			checkOptimizer(optimizerRegistry.get(name), { options: { ...common, lr }, executors: all, remainder: 0.8 });
		}
	});
});

const scheduleOptions: Record<string, { options?: object; scalesLr?: boolean; badOptions?: object[] }> = {
	chain: { options: { schedules: ["linearWarmup", { exponential: { gamma: 0.99 } }] }, scalesLr: true },
	constant: { scalesLr: true },
	cosine: { scalesLr: true },
	cosineRestarts: { options: { period: 50 }, scalesLr: true },
	cyclic: { options: { maxLr: 0.5 } },
	exponential: { options: { gamma: 0.99 }, scalesLr: true },
	inverseTime: { options: { decay: 0.1 }, scalesLr: true },
	lambda: { options: { factor: (t: number) => 1 / (1 + t) }, scalesLr: true, badOptions: [{ factor: 3 }] },
	linearWarmup: { options: { steps: 100 }, scalesLr: true },
	multiStep: { options: { milestones: [100, 500] }, scalesLr: true },
	multiplicative: { options: { factor: () => 0.99 }, scalesLr: true },
	polynomial: { scalesLr: true },
	reduceOnPlateau: { options: { patience: 5 } },
	sequence: { options: { schedules: [{ linearWarmup: 10 }, "cosine"], milestones: [10] }, scalesLr: true },
	step: { options: { every: 100 }, scalesLr: true },
};

describe("every schedule of the shelf", () => {
	it.each([...scheduleRegistry].map((maker) => [maker.name, maker] as const))("%s keeps what schedules promise", (name, maker) => {
		const report = checkSchedule(maker, { steps: 300, ...scheduleOptions[name] });
		expect(report.passed).toContain("same answers in any order");
	});
});

describe("techniques from outside", () => {
	const update = formula("signSgd", (p, g, lr) => p.sub(lr.mul(scalars.sign(g))));
	const signSgd = defineOptimizer<object>({
		name: "signSgd",
		formula: "p ← p − lr · sign(g)",
		source: "Bernstein et al. 2018, arXiv:1802.04434",
		torch: null,
		defaults: { lr: 1e-2 },
		options: {},
		rule: () => ({ slots: {}, formula: update, numbers: ({ lr }) => [lr] }),
	});
	const along = formula("normalizedSgd", (p, g, norm, lr) => p.sub(lr.mul(g).div(norm)));
	const normalizedSgd = defineTensorOptimizer<object>({
		name: "normalizedSgd",
		formula: "p ← p − lr · g / (‖g‖ + 1e-8)",
		source: "—",
		torch: null,
		defaults: { lr: 1e-2 },
		options: {},
		rule: () => ({
			slots: () => ({}),
			update: ({ value, gradient, lr }) => mapInto(along, [value, gradient, gradient.norm().add(1e-8), lr], [value]),
		}),
	});
	const halving = defineSchedule<{ every: number }>({
		name: "halving",
		formula: "lr · ½^⌊t / every⌋",
		source: "—",
		torch: null,
		options: { every: { kind: "number", about: "steps", integer: true, min: 1 } },
		make: ({ every }) => ({ kind: "step", name: "halving", at: (step, lr) => lr * 0.5 ** Math.floor(step / every) }),
	});

	it("pass the checks and are found by name", () => {
		checkOptimizer(signSgd);
		checkOptimizer(normalizedSgd);
		checkSchedule(halving, { options: { every: 100 }, scalesLr: true });
		const found = optimizerByName("signSgd", [tensor([1])], optimizerRegistry.with(signSgd));
		expect(found.lr).toBe(0.01);
		const schedule = toSchedule({ halving: { every: 3 } }, { totalSteps: 9, stepsPerEpoch: 3 }, scheduleRegistry.with(halving));
		expect(schedule.kind === "step" && schedule.at(6, 1)).toBe(0.25);
	});

	it("an optimizer that climbs, leaks, keeps secrets or moves at rate 0 is found out", () => {
		withExecutor(executors[0].executor, () => {
			const broken = (name: string, rule: (state: { count: number }) => Parameters<typeof defineTensorOptimizer>[0]["rule"]) =>
				defineTensorOptimizer<object>({
					name,
					formula: "?",
					source: "—",
					torch: null,
					defaults: { lr: 0.01 },
					options: {},
					rule: rule({ count: 0 }),
				});
			const step = formula("brokenStep", (p, g, lr) => p.sub(lr.mul(g)));
			const slots = () => ({});
			const climbing = broken("climbing", () => () => ({
				slots,
				update: ({ value, gradient, lr }) => mapInto(step, [value, gradient, -lr], [value]),
			}));
			const restless = broken("restless", () => () => ({
				slots,
				update: ({ value, gradient }) => mapInto(step, [value, gradient, 0.01], [value]),
			}));
			const leaking = broken("leaking", () => () => ({
				slots,
				update: ({ value, gradient, lr }) => mapInto(step, [value, gradient.mul(1).keep(), lr], [value]),
			}));
			const secretive = broken("secretive", () => () => {
				let count = 0;
				return { slots, update: ({ value, gradient, lr }) => mapInto(step, [value, gradient, lr * (1 - 0.5 ** ++count)], [value]) };
			});
			const found = [climbing, restless, leaking, secretive].map((maker) => {
				try {
					checkOptimizer(maker);
				} catch (error) {
					if (error instanceof ConformanceError) return error.check;
					throw error;
				}
				return null;
			});
			expect(found).toEqual(["descent", "groups of lrScale 0", "memory", "saved state"]);
		});
	});

	it("a schedule that counts its calls or falls below 0 is found out", () => {
		const made = (name: string, at: () => (step: number, lr: number) => number) =>
			defineSchedule<object>({ name, formula: "?", source: "—", torch: null, options: {}, make: () => ({ kind: "step", name, at: at() }) });
		const counting = made("counting", () => {
			let count = 0;
			return (_, lr) => lr / ++count;
		});
		expect(() => checkSchedule(counting)).toThrow(/counting fails the check "same answers in any order"/);
		expect(() => checkSchedule(made("sinking", () => (step, lr) => lr - step / 100))).toThrow(/Expected a number ≥ 0 at step 11/);
		expect(() =>
			checkSchedule(
				made("fixed", () => () => 0.1),
				{ scalesLr: true },
			),
		).toThrow(/expected 0.2 at twice the rate/);
		expect(() => checkSchedule(schedules.constant, { badOptions: [{}] })).toThrow(/Expected an error, but there was none/);
	});
});
