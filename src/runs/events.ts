/** What happens in a run, as one union: the trainer emits it, the journal keeps it, terminal, report and diagnosis read it. */

/** Named numbers of one evaluation, such as `{ loss: 0.31, accuracy: 0.91 }`. */
export type Scores = Readonly<Record<string, number>>;

/** The run begins. */
export interface StartEvent {
	readonly kind: "start";
	/** ISO 8601. */
	readonly time: string;
	/** Everything needed to repeat the run. */
	readonly config: Readonly<Record<string, unknown>>;
	/** Of the training data. */
	readonly exampleCount: number;
	readonly stepsPerEpoch: number;
	readonly totalSteps: number;
	readonly epochs: number;
	readonly batchSize: number;
	/** Which executor ran, such as `native`. */
	readonly executor: string;
	readonly parameterCount: number;
	/** The score by which the best weights are chosen, and whether more is better. */
	readonly monitor: { readonly name: string; readonly goal: "min" | "max" };
}

/** The run goes on after an interruption. Records of later steps that stand before it in the journal no longer count. */
export interface ResumeEvent {
	readonly kind: "resume";
	readonly time: string;
	/** Steps done in the checkpoint from which it goes on. */
	readonly step: number;
	readonly epoch: number;
	readonly executor: string;
}

/** A step was done; not every step is recorded, see the trainer's `logEvery`. */
export interface StepEvent {
	readonly kind: "step";
	/** From 1. */
	readonly step: number;
	/** From 0. */
	readonly epoch: number;
	/** Mean loss of the batch. */
	readonly loss: number;
	readonly lr: number;
	readonly momentum?: number;
	/** Joint L2 norm of the gradients, before clipping. */
	readonly gradNorm: number;
	/** Examples seen a second since the last record. */
	readonly examplesPerSecond: number;
}

/** How one layer's output looks. */
export interface ActivationRecord {
	readonly path: string;
	readonly mean: number;
	readonly std: number;
	/** Share of exact zeros. */
	readonly zeroShare: number;
}

/** How one parameter moves. */
export interface ParameterRecord {
	readonly path: string;
	/** L2 norms. */
	readonly weightNorm: number;
	readonly gradNorm: number;
	/** ‖change by this step‖ / ‖weight‖. */
	readonly updateRatio: number;
}

/** Statistics of layers at a step. */
export interface LayersEvent {
	readonly kind: "layers";
	readonly step: number;
	readonly activations: readonly ActivationRecord[];
	readonly parameters: readonly ParameterRecord[];
}

/** An epoch is over. */
export interface EpochEvent {
	readonly kind: "epoch";
	/** From 0. */
	readonly epoch: number;
	/** Steps done so far. */
	readonly step: number;
	/** Means over the batches as they were trained on. */
	readonly train: Scores;
	/** Null without validation data. */
	readonly validation: Scores | null;
	readonly lr: number;
	/** Whether it is the best so far. */
	readonly best: boolean;
	readonly seconds: number;
	readonly examplesPerSecond: number;
}

/** A checkpoint was written. */
export interface CheckpointEvent {
	readonly kind: "checkpoint";
	readonly step: number;
	/** Relative to the run's folder. */
	readonly file: string;
	readonly reason: string;
}

/** Something acted on the run; the journal says who and why. */
export interface ActionEvent {
	readonly kind: "action";
	readonly step: number;
	/** Name of the callback, or "user". */
	readonly by: string;
	readonly action: string;
	readonly why: string;
}

/** Something that people should know. */
export interface RemarkEvent {
	readonly kind: "remark";
	readonly step: number;
	readonly text: string;
}

/** A value that is no number appeared: NaN or ±Infinity. */
export interface NonFiniteEvent {
	readonly kind: "nonFinite";
	readonly step: number;
	/** What was found first: "loss", "output of 3 (relu)", "gradient of 2.weight". */
	readonly where: string;
	readonly value: string;
}

/** The scores on test data, measured once after training. */
export interface TestEvent {
	readonly kind: "test";
	readonly scores: Scores;
	readonly exampleCount: number;
}

/** Why a run ended. */
export type EndReason = "finished" | "early stopping" | "interrupted" | "not finite" | "disk full" | "stopped";

/** The run is over, or interrupted and resumable. */
export interface EndEvent {
	readonly kind: "end";
	readonly time: string;
	readonly reason: EndReason;
	readonly step: number;
	readonly epoch: number;
	/** Epoch of the best weights, and its validation scores; null if none was completed. */
	readonly bestEpoch: number | null;
	readonly best: Scores | null;
	/** Of this sitting. */
	readonly seconds: number;
}

/** Anything that happens in a run. */
export type RunEvent =
	| StartEvent
	| ResumeEvent
	| StepEvent
	| LayersEvent
	| EpochEvent
	| CheckpointEvent
	| ActionEvent
	| RemarkEvent
	| NonFiniteEvent
	| TestEvent
	| EndEvent;
