/** Conformance of a learning-rate schedule: what all of them promise. For users' own schedules as for ours. */
import type { Registry } from "../core/technique.ts";
import { scheduleRegistry, toSchedule } from "../optim/schedules/index.ts";
import type { Schedule, ScheduleContext, ScheduleMaker } from "../optim/schedules/schedule.ts";
import { badOptionsOf } from "./bad-options.ts";
import { type ConformanceReport, Examination } from "./conformance.ts";

/** What to check a schedule with. */
export interface ScheduleCheck<O> {
	/** Options to make it with; those that follow from the training may be left out. Default none. */
	readonly options?: Partial<O>;
	/** Options that it must refuse, besides those that its specs rule out. Default none. */
	readonly badOptions?: readonly object[];
	/** Whether rates are proportional to the optimizer's: twice that gives twice these. Default false: not checked. */
	readonly scalesLr?: boolean;
	/** The optimizer's rate. Default 0.1. */
	readonly lr?: number;
	/** Steps that are asked, and the length of the training it is told of. Default 1000. */
	readonly steps?: number;
}

/** Roundings of float64 in products of some terms. */
const SCALING_ERROR = 1e-12;

/**
 * Checks a schedule: rates are finite and ≥ 0, momenta in [0, 1); the same answer in any order of calls and from any object made alike; rates
 * proportional to the optimizer's where that is declared; options that make no sense are refused; by name it is the same.
 *
 * A schedule that follows measured values is asked with a falling curve that flattens out.
 *
 * @throws ConformanceError at the first check that fails
 * @example
 * checkSchedule(halving, { options: { every: 100 }, scalesLr: true });
 */
export function checkSchedule<O extends object>(maker: ScheduleMaker<O>, settings: ScheduleCheck<O> = {}): ConformanceReport {
	const check = new Check(maker as unknown as ScheduleMaker<object>, settings as ScheduleCheck<object>);
	check.facts();
	check.rates();
	check.purity();
	check.scaling();
	check.refusals();
	check.byName();
	return check.examination.report();
}

class Check {
	readonly examination: Examination;
	readonly #maker: ScheduleMaker<object>;
	readonly #settings: ScheduleCheck<object>;
	readonly #steps: number;
	readonly #lr: number;
	readonly #registry: Registry<ScheduleMaker<object>>;
	readonly #measured: readonly number[];

	constructor(maker: ScheduleMaker<object>, settings: ScheduleCheck<object>) {
		this.examination = new Examination(maker.name);
		this.#maker = maker;
		this.#settings = settings;
		this.#steps = settings.steps ?? 1000;
		this.#lr = settings.lr ?? 0.1;
		this.#registry = scheduleRegistry.has(maker.name) ? scheduleRegistry : scheduleRegistry.with(maker);
		this.#measured = Object.freeze(Array.from({ length: this.#steps }, (_, t) => 0.2 + Math.exp(-t / 20) + 0.01 * Math.sin(t)));
	}

	facts(): void {
		const { name, formula, source } = this.#maker;
		this.examination.check("facts", () => {
			const complete = [name, formula, source].every(Boolean);
			this.examination.expect(complete, "facts", "Expected name, formula and source.");
			const made = this.#make();
			const fits = made.name === name && (made.kind === "step" || made.kind === "metric");
			this.examination.expect(
				fits,
				"facts",
				`Expected a schedule named "${name}" of kind "step" or "metric", received "${made.name}", "${made.kind}".`,
			);
		});
	}

	rates(): void {
		this.examination.check("rates", () => {
			const made = this.#make();
			for (let t = 0; t < this.#steps; t++) {
				const rate = this.#at(made, t);
				this.examination.expect(Number.isFinite(rate) && rate >= 0, "rates", `Expected a number ≥ 0 at step ${t}, received ${rate}.`);
				const momentum = made.kind === "step" ? (made.momentumAt?.(t) ?? 0) : 0;
				this.examination.expect(
					momentum >= 0 && momentum < 1,
					"rates",
					`Expected a momentum in [0, 1) at step ${t}, received ${momentum}.`,
				);
			}
			this.examination.count(this.#steps);
		});
	}

	purity(): void {
		this.examination.check("same answers in any order", () => {
			const [forward, other] = [this.#make(), this.#make()];
			const rates = Array.from({ length: this.#steps }, (_, t) => this.#at(forward, t));
			// A walk in a mixed order: 7919 is a prime.
			for (let i = 0; i < this.#steps; i++) {
				const t = this.#steps - 1 - ((i * 7919) % this.#steps);
				for (const made of [forward, other]) {
					const again = this.#at(made, t);
					const detail = `Step ${t}: expected ${rates[t]} as before, received ${again}.\n  Try: no state between calls.`;
					this.examination.expect(Object.is(again, rates[t]), "same answers in any order", detail);
				}
			}
		});
	}

	scaling(): void {
		if (this.#settings.scalesLr !== true) return;
		this.examination.check("proportional to the rate", () => {
			const made = this.#make();
			for (let t = 0; t < this.#steps; t++) {
				const [once, twice] = [this.#at(made, t), this.#at(made, t, 2 * this.#lr)];
				const isTwice = Math.abs(twice - 2 * once) <= SCALING_ERROR * Math.abs(twice);
				this.examination.expect(
					isTwice,
					"proportional to the rate",
					`Step ${t}: expected ${2 * once} at twice the rate, received ${twice}.`,
				);
			}
		});
	}

	refusals(): void {
		const given = [...badOptionsOf(this.#maker.options), ...(this.#settings.badOptions ?? [])];
		for (const bad of given) {
			const what = `refusal of ${JSON.stringify(bad, (_, value) => (typeof value === "number" ? String(value) : value))}`;
			this.examination.refuses(what, () => this.#make(bad));
		}
		this.examination.check("refusals", () => this.examination.count(given.length));
	}

	byName(): void {
		this.examination.check("by name", () => {
			const named = toSchedule({ [this.#maker.name]: this.#settings.options ?? {} }, this.#context(), this.#registry);
			const made = this.#make();
			for (let t = 0; t < this.#steps; t += 17) {
				const [received, expected] = [this.#at(named, t), this.#at(made, t)];
				this.examination.expect(Object.is(received, expected), "by name", `Step ${t}: expected ${expected}, received ${received}.`);
			}
		});
	}

	#context(): ScheduleContext {
		return { totalSteps: this.#steps, stepsPerEpoch: Math.max(1, Math.round(this.#steps / 20)) };
	}

	#make(more: object = {}): Schedule {
		const find = (named: Parameters<typeof toSchedule>[0], context: ScheduleContext): Schedule =>
			toSchedule(named, context, this.#registry);
		return this.#maker.create({ ...this.#settings.options, ...more }, this.#context(), find);
	}

	#at(schedule: Schedule, t: number, lr = this.#lr): number {
		return schedule.kind === "step" ? schedule.at(t, lr) : schedule.at(this.#measured.slice(0, t), lr);
	}
}
