/** Events that the trainer emits, made from what it knows. */
import type { Optimizer } from "../optim/optimizer.ts";
import type { RunEvent, StepEvent } from "../runs/events.ts";
import type { TrainerOptions } from "./options.ts";
import type { TrainingPlan } from "./plan.ts";

/** The first event of a run. */
export function startEvent({ config = {}, train, optimizer }: TrainerOptions, plan: TrainingPlan): RunEvent {
	return {
		kind: "start",
		time: new Date().toISOString(),
		config,
		exampleCount: train.size,
		stepsPerEpoch: plan.stepsPerEpoch,
		totalSteps: plan.totalSteps,
		epochs: plan.epochCount,
		batchSize: plan.batchSize,
		executor: executorName(optimizer),
		parameterCount: optimizer.parameters.parameterCount,
		monitor: plan.monitor,
	};
}

/** The first event of a run that goes on. */
export function resumeEvent(optimizer: Optimizer, { step, epoch }: { readonly step: number; readonly epoch: number }): RunEvent {
	return { kind: "resume", time: new Date().toISOString(), step, epoch, executor: executorName(optimizer) };
}

/** A step with the rates it was made with. */
export function stepEvent(optimizer: Optimizer, done: Omit<StepEvent, "kind" | "lr" | "momentum">): StepEvent {
	const { step, epoch, loss, gradNorm, examplesPerSecond } = done;
	const momentum = optimizer.momentum === null ? {} : { momentum: optimizer.momentum };
	return { kind: "step", step, epoch, loss, lr: optimizer.lr, ...momentum, gradNorm, examplesPerSecond };
}

function executorName(optimizer: Optimizer): string {
	return optimizer.parameters.executor.facts().name;
}
