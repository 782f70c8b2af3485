/** Callbacks: readers of a run's events that may ask the trainer to act. Only the trainer acts, and the journal says who asked and why. */
import type { Module } from "../nn/module.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import type { EpochEvent, RunEvent } from "../runs/events.ts";

/** What a callback asks for. */
export type Action =
	/** Ends training after this step; `reason` becomes the run's. */
	| { readonly kind: "stop"; readonly why: string; readonly reason?: "early stopping" | "stopped" }
	/** Writes a checkpoint now. */
	| { readonly kind: "checkpoint"; readonly why: string }
	/** Multiplies the base learning rate. */
	| { readonly kind: "scaleLr"; readonly factor: number; readonly why: string }
	/** Tells people something. */
	| { readonly kind: "remark"; readonly why: string };

/** What a callback sees of the training besides the event. */
export interface TrainingView {
	readonly model: Module;
	readonly optimizer: Optimizer;
	/** Epochs completed so far. */
	readonly epochs: readonly EpochEvent[];
	readonly step: number;
}

/** A reader of events. */
export interface Callback {
	/** Named in the journal. */
	readonly name: string;
	onEvent(event: RunEvent, view: TrainingView): Action | undefined;
	/** What it must remember over an interruption; JSON. */
	state?(): unknown;
	load?(saved: unknown): void;
}
