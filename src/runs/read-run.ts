/** A run as it was, read from its events: what was done twice because of an interruption counts once. */
import type {
	ActionEvent,
	CheckpointEvent,
	EndEvent,
	EpochEvent,
	LayersEvent,
	NonFiniteEvent,
	RemarkEvent,
	ResumeEvent,
	RunEvent,
	StartEvent,
	StepEvent,
	TestEvent,
} from "./events.ts";

/** A run by kinds of events, each in order. */
export interface RunRecord {
	/** Null if the journal is empty or lost its first line. */
	readonly start: StartEvent | null;
	readonly resumes: readonly ResumeEvent[];
	readonly steps: readonly StepEvent[];
	readonly layers: readonly LayersEvent[];
	readonly epochs: readonly EpochEvent[];
	readonly checkpoints: readonly CheckpointEvent[];
	readonly actions: readonly ActionEvent[];
	readonly remarks: readonly RemarkEvent[];
	readonly nonFinite: NonFiniteEvent | null;
	readonly test: TestEvent | null;
	/** Of the last sitting; null while it runs, or if it was killed. */
	readonly end: EndEvent | null;
	/** Seconds of all sittings, those included whose work was lost; of one that was killed, or goes on, those of its completed epochs. */
	readonly seconds: number;
}

/**
 * The run that these events tell of. After a resume, records of later steps that stand before it no longer count, for those steps are done
 * again; a second start begins from nothing.
 */
export function readRun(events: Iterable<RunEvent>): RunRecord {
	let valid: RunEvent[] = [];
	const seconds = new SittingClock();
	for (const event of events) {
		seconds.count(event);
		if (event.kind === "start") valid = [];
		if (event.kind === "resume") valid = valid.filter((earlier) => stands(earlier, event));
		valid.push(event);
	}
	const of = <K extends RunEvent["kind"]>(kind: K): Extract<RunEvent, { kind: K }>[] =>
		valid.filter((event): event is Extract<RunEvent, { kind: K }> => event.kind === kind);
	return {
		start: of("start")[0] ?? null,
		resumes: of("resume"),
		steps: of("step"),
		layers: of("layers"),
		epochs: of("epoch"),
		checkpoints: of("checkpoint"),
		actions: of("action"),
		remarks: of("remark"),
		nonFinite: of("nonFinite").at(-1) ?? null,
		test: of("test").at(-1) ?? null,
		end: of("end").at(-1) ?? null,
		seconds: seconds.total,
	};
}

/** Sums the time of sittings: what their end says, or what is known of one without an end. */
class SittingClock {
	#past = 0;
	#underWay = 0;

	count(event: RunEvent): void {
		if (event.kind === "epoch") this.#underWay += event.seconds;
		if (event.kind === "end") this.#underWay = event.seconds;
		if (event.kind === "start" || event.kind === "resume") [this.#past, this.#underWay] = [this.total, 0];
	}

	get total(): number {
		return this.#past + this.#underWay;
	}
}

/** Whether what happened before a resume is part of the run that goes on. */
function stands(event: RunEvent, resume: ResumeEvent): boolean {
	switch (event.kind) {
		case "start":
		case "resume":
			return true;
		case "epoch":
			return event.epoch < resume.epoch;
		case "step":
		case "layers":
		case "checkpoint":
		case "action":
		case "remark":
		case "nonFinite":
			return event.step <= resume.step;
		case "test":
		case "end":
			return false;
		default:
			throw event satisfies never;
	}
}
