/** Conformance of an optimizer: what all of them promise, whatever their rule. For users' own optimizers as for ours. */
import { Registry } from "../core/technique.ts";
import type { Executor } from "../kernels/contracts.ts";
import { optimizerByName } from "../optim/registry.ts";
import type { OptimizerMaker } from "../optim/technique.ts";
import { currentExecutor, withExecutor } from "../tensor/context.ts";
import { scope } from "../tensor/scope.ts";
import { badOptionsOf } from "./bad-options.ts";
import { type ConformanceReport, Examination } from "./conformance.ts";
import { Bowl, type MakeOptimizer } from "./optimizer-bowl.ts";

/** What to check an optimizer with. */
export interface OptimizerCheck<O> {
	/** Options to make it with. Default none: its own defaults. */
	readonly options?: O;
	/** Options that it must refuse, besides those that its specs rule out. Default none. */
	readonly badOptions?: readonly object[];
	/** Where to run. Default: the current executor. */
	readonly executors?: readonly Executor[];
	/** Steps down the bowl. Default 200. */
	readonly steps?: number;
	/** Share of the first loss that must not be exceeded after these steps. Default 0.5. */
	readonly remainder?: number;
	/** Difference between executors after 20 steps, as a part of 1 + |value|. Default 2e-5: a rounding of float32 a step, enlarged tenfold. */
	readonly tolerance?: number;
}

/** Before and after a saved state. */
const [BEFORE, AFTER] = [7, 6];
const DETERMINISM_STEPS = 20;
const LEAK_STEPS = 50;
/** What is made once, such as constants and compiled formulas. */
const WARM_UP_STEPS = 5;

/**
 * Checks an optimizer on a quadratic bowl over a matrix, a vector and a parameter without a gradient: it descends; it goes on from a saved state with the
 * same bits; a parameter without gradient, one in a group of `lrScale` 0 and all at `lr` 0 stay as they are; steps leave no memory behind;
 * runs repeat to the bit, and on other executors to a tolerance; options that make no sense are refused; by name it is the same.
 *
 * @throws ConformanceError at the first check that fails
 * @example
 * checkOptimizer(signSgd, { options: { lr: 0.01 } });
 */
export function checkOptimizer<O extends object>(maker: OptimizerMaker<O>, settings: OptimizerCheck<O> = {}): ConformanceReport {
	const { executors = [currentExecutor()] } = settings;
	const check = new Check(maker as unknown as OptimizerMaker<object>, settings as OptimizerCheck<object>);
	check.facts();
	for (const executor of executors) {
		const on = (run: () => void): void => withExecutor(executor, () => scope(run));
		on(() => check.descent());
		on(() => check.resumption());
		on(() => check.unmoved());
		on(() => check.memory());
		on(() => check.repetition(executors[0]));
	}
	// What has nothing to do with arithmetic is asked once.
	withExecutor(executors[0], () => scope(() => check.refusals()));
	withExecutor(executors[0], () => scope(() => check.byName()));
	return check.examination.report();
}

class Check {
	readonly examination: Examination;
	readonly #maker: OptimizerMaker<object>;
	readonly #settings: OptimizerCheck<object>;
	readonly #options: object;

	constructor(maker: OptimizerMaker<object>, settings: OptimizerCheck<object>) {
		this.examination = new Examination(maker.name);
		this.#maker = maker;
		this.#settings = settings;
		this.#options = settings.options ?? {};
	}

	#with(more: object = {}): MakeOptimizer {
		return (parameters) => this.#maker(parameters, { ...this.#options, ...more });
	}

	facts(): void {
		const { name, formula, source } = this.#maker;
		this.#check("facts", () => this.#expect([name, formula, source].every(Boolean), "facts", "Expected name, formula and source."));
	}

	descent(): void {
		const { steps = 200, remainder = 0.5 } = this.#settings;
		this.#check("descent", () => {
			const bowl = new Bowl(this.#with());
			const first = bowl.loss();
			bowl.run(steps);
			const last = bowl.loss();
			const expected = `Expected a loss of at most ${remainder * first} after ${steps} steps from ${first}, received ${last}.`;
			this.#expect(last <= remainder * first, "descent", `${expected}\n  Try: a rate or a number of steps that suits it.`);
		});
	}

	resumption(): void {
		this.#check("saved state", () => {
			const whole = new Bowl(this.#with());
			whole.run(BEFORE + AFTER);
			const first = new Bowl(this.#with());
			first.run(BEFORE);
			const state = structuredClone(first.optimizer.state());
			// What it saved must not be what it goes on with.
			first.run(1);
			const again = new Bowl(this.#with());
			again.run(BEFORE);
			const second = new Bowl(this.#with(), again.values());
			second.optimizer.load(state);
			second.run(AFTER);
			this.#sameBits("saved state", second, whole, "after going on from a saved state");
			this.#expect(second.optimizer.stepCount === whole.optimizer.stepCount, "saved state", "The number of steps was not restored.");
		});
		const bowl = new Bowl(this.#with());
		const foreign = { ...bowl.optimizer.state(), name: "another optimizer" };
		this.examination.refuses("state of another optimizer", () => bowl.optimizer.load(foreign));
	}

	unmoved(): void {
		this.#check("parameters without gradient", () => {
			const bowl = new Bowl(this.#with());
			bowl.run(3);
			this.#stays("parameters without gradient", bowl, "idle");
		});
		this.#check("groups of lrScale 0", () => {
			const bowl = new Bowl(this.#with({ groups: [{ match: "matrix", lrScale: 0 }] }));
			bowl.run(3);
			this.#stays("groups of lrScale 0", bowl, "matrix");
			this.#expect(!bowl.isAtStart("vector"), "groups of lrScale 0", "The other parameters did not move.");
		});
		this.#check("rate 0", () => {
			const bowl = new Bowl(this.#with({ lr: 0 }));
			bowl.run(3);
			for (const name of ["matrix", "vector", "idle"]) this.#stays("rate 0", bowl, name);
		});
	}

	memory(): void {
		this.#check("memory", () => {
			const bowl = new Bowl(this.#with());
			const { executor } = bowl.optimizer.parameters;
			bowl.run(WARM_UP_STEPS);
			const before = executor.memory();
			bowl.run(LEAK_STEPS);
			const after = executor.memory();
			const [count, bytes] = [after.blockCount - before.blockCount, after.used - before.used];
			const found = `${LEAK_STEPS} steps left ${count} tensors and ${bytes} bytes behind.`;
			this.#expect(
				count <= 0 && bytes <= 0,
				"memory",
				`${found}\n  Try: numbers that change as inputs of mapInto, tensors inside the step only.`,
			);
		});
	}

	repetition(reference: Executor): void {
		this.#check("determinism", () => {
			const [one, other] = [new Bowl(this.#with()), new Bowl(this.#with())];
			for (const bowl of [one, other]) bowl.run(DETERMINISM_STEPS);
			this.#sameBits("determinism", other, one, "in a second run");
			if (reference === currentExecutor()) return;
			withExecutor(reference, () => {
				const expected = new Bowl(this.#with());
				expected.run(DETERMINISM_STEPS);
				this.#compare(one, expected);
			});
		});
	}

	#compare(received: Bowl, expected: Bowl): void {
		const { tolerance = 2e-5 } = this.#settings;
		const outcome = (bowl: Bowl) => {
			const values = Object.values(bowl.values()).flatMap((x) => Array.from(x));
			return { what: "parameters", shape: [values.length], values };
		};
		this.examination.compare("determinism", outcome(received), outcome(expected), tolerance);
	}

	refusals(): void {
		const given = [...badOptionsOf(this.#maker.options), ...(this.#settings.badOptions ?? [])];
		for (const bad of given) {
			const what = `refusal of ${JSON.stringify(bad, (_, value) => (typeof value === "number" ? String(value) : value))}`;
			this.examination.refuses(what, () => new Bowl(this.#with(bad)));
		}
		this.#check("refusals", () => this.examination.count(given.length));
	}

	byName(): void {
		this.#check("by name", () => {
			const registry = new Registry("optimizer", [this.#maker]);
			const named = new Bowl((parameters) => optimizerByName({ [this.#maker.name]: this.#options }, parameters, registry));
			const made = new Bowl(this.#with());
			for (const bowl of [named, made]) bowl.run(3);
			this.#sameBits("by name", named, made, "when found by its name");
		});
	}

	#check(what: string, run: () => void): void {
		this.examination.check(what, run);
	}

	#expect(condition: boolean, what: string, detail: string): void {
		this.examination.expect(condition, what, detail);
	}

	#stays(what: string, bowl: Bowl, name: string): void {
		this.#expect(bowl.isAtStart(name), what, `Expected ${name} to stay as it was, received [${bowl.values()[name].join(", ")}].`);
	}

	#sameBits(what: string, received: Bowl, expected: Bowl, when: string): void {
		const all = expected.values();
		for (const [name, values] of Object.entries(received.values())) {
			const at = values.findIndex((value, i) => !Object.is(value, all[name][i]));
			this.#expect(at < 0, what, `${name}, element ${at}: expected ${all[name][at]}, received ${values[at]} ${when}.`);
		}
	}
}
