/** What a learning-rate schedule is: a pure function of the step, or of the values recorded so far. One file each in this folder. */
import { anyOptions, type OptionSpecs, type Resolved, resolveOptions } from "../../core/options.ts";
import { type Callable, callable, type Named, type Technique } from "../../core/technique.ts";

/** A learning rate that follows from the number of steps done. */
export interface StepSchedule {
	readonly kind: "step";
	readonly name: string;
	/**
	 * @param step - steps done so far, from 0
	 * @param lr - the optimizer's own learning rate
	 */
	at(step: number, lr: number): number;
	/** Momentum (or β₁) at a step, for schedules that move it too. */
	momentumAt?(step: number): number;
}

/** A learning rate that follows from values measured so far, such as the validation loss of each epoch. */
export interface MetricSchedule {
	readonly kind: "metric";
	readonly name: string;
	/** @param values - all values so far, in order */
	at(values: readonly number[], lr: number): number;
}

/** A schedule of either kind. */
export type Schedule = StepSchedule | MetricSchedule;

/** What the trainer knows and schedules may need: an option that is left out is taken from here. */
export interface ScheduleContext {
	/** Steps of the whole training. */
	readonly totalSteps: number;
	readonly stepsPerEpoch: number;
}

/** Finds a schedule by name. */
export type FindSchedule = (named: Named, context: ScheduleContext) => Schedule;

/** A schedule of the shelf. */
export interface ScheduleTechnique extends Technique {
	readonly kind: "schedule";
	/** Makes it where some options come from the training itself; `find` finds the schedules that a composite one names. */
	create(options: object, context: ScheduleContext, find: FindSchedule): Schedule;
}

/** `cosine({ steps: 1000 })` makes a schedule; `cosine.source` names its paper. */
export type ScheduleMaker<O> = Callable<(options?: O) => Schedule, ScheduleTechnique>;

/** What a file in this folder states. */
export interface ScheduleFacts<O> extends Omit<ScheduleTechnique, "kind" | "options" | "inferred" | "create"> {
	readonly options: OptionSpecs<O>;
	/** Options that follow from the training where a config leaves them out, such as `steps`. */
	fromTraining?(context: ScheduleContext): Partial<O>;
	make(options: Resolved<O>): Schedule;
}

/**
 * Makes a schedule known by name, from inside the package or outside.
 *
 * @example
 * const halving = defineSchedule<{ every: number }>({
 *   name: "halving", formula: "lr · ½^⌊t / every⌋", source: "—", torch: null,
 *   options: { every: integerOption("steps", undefined, { min: 1 }) },
 *   make: ({ every }) => ({ kind: "step", name: "halving", at: (step, lr) => lr * 0.5 ** Math.floor(step / every) }),
 * });
 */
export function defineSchedule<O extends object>(facts: ScheduleFacts<O>): ScheduleMaker<O> {
	const { make, fromTraining, ...technique } = facts;
	const run = (options?: O): Schedule => make(resolveOptions(facts.name, facts.options, options));
	const create = (options: object, context: ScheduleContext): Schedule => run({ ...fromTraining?.(context), ...options } as O);
	// Which options those are is asked with any training; what they are is not looked at.
	const inferred = Object.keys(fromTraining?.({ totalSteps: 1, stepsPerEpoch: 1 }) ?? {});
	return callable(run, { ...technique, kind: "schedule" as const, options: anyOptions(facts.options), inferred, create });
}
