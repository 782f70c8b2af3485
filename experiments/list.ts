/** All experiments, in the order in which they are best read. */
import type { Experiment } from "./framework.ts";
import { overfit } from "./overfit.ts";

export const experiments: readonly Experiment[] = [overfit];
