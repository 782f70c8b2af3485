/** Metrics by name. */
import { Registry, techniquesIn } from "../../core/technique.ts";
import * as list from "./list.ts";
import type { Metric } from "./metric.ts";

/** All metrics of the shelf by name. */
export const metricRegistry = new Registry("metric", techniquesIn<Metric<object>>("metric", list));
