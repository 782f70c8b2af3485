/** Child process: measures one experiment with one seed and writes the measurement to a file. Its argument is a `MeasureTask` as JSON. */
import { writeFileSync } from "node:fs";
import { executorInfo } from "gradus";
import { measureContext, measurementToJson } from "./framework.ts";
import { experiments } from "./list.ts";
import type { MeasureTask } from "./run.ts";

const task = JSON.parse(process.argv[2]) as MeasureTask;
const experiment = experiments.find(({ name }) => name === task.name);
if (experiment === undefined) throw new Error(`There is no experiment "${task.name}".`);
const started = performance.now();
const measurement = await experiment.measure(measureContext(task));
const seconds = (performance.now() - started) / 1000;
writeFileSync(task.file, measurementToJson({ task, executor: executorInfo().chosen.name, seconds, measurement }));
