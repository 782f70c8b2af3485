/** All experiments, in the order in which they are best read. */
import { activationsExperiment } from "./activations.ts";
import { activationsByInit } from "./activations-by-init.ts";
import { batchModes } from "./batch-modes.ts";
import { batchNormInit } from "./batch-norm-init.ts";
import { covariateShift } from "./covariate-shift.ts";
import { deadRelu } from "./dead-relu.ts";
import { dropout } from "./dropout.ts";
import type { Experiment } from "./framework.ts";
import { hyperparameters } from "./hyperparameters.ts";
import { initCurves } from "./init-curves.ts";
import { kernelDepth } from "./kernel-depth.ts";
import { l1VsL2 } from "./l1-vs-l2.ts";
import { learningRate } from "./learning-rate.ts";
import { mseVsCrossEntropy } from "./mse-vs-cross-entropy.ts";
import { optimizersExperiment } from "./optimizers.ts";
import { overfit } from "./overfit.ts";
import { preprocessing } from "./preprocessing.ts";
import { residualDepth } from "./residual-depth.ts";
import { schedulesExperiment } from "./schedules.ts";
import { weightDecay } from "./weight-decay.ts";
import { widthVsDepth } from "./width-vs-depth.ts";

export const experiments: readonly Experiment[] = [
	mseVsCrossEntropy,
	learningRate,
	batchModes,
	optimizersExperiment,
	schedulesExperiment,
	preprocessing,
	activationsByInit,
	initCurves,
	batchNormInit,
	covariateShift,
	activationsExperiment,
	deadRelu,
	overfit,
	weightDecay,
	dropout,
	l1VsL2,
	hyperparameters,
	kernelDepth,
	residualDepth,
	widthVsDepth,
];
