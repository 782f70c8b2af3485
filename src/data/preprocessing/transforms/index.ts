/** The transforms by name. One line each. */
import type { Transform } from "../transform.ts";
import { cyclical } from "./cyclical.ts";
import { embedding } from "./embedding.ts";
import { log } from "./log.ts";
import { minMax } from "./min-max.ts";
import { missingIndicator } from "./missing-indicator.ts";
import { none } from "./none.ts";
import { oneHot } from "./one-hot.ts";
import { ordinal } from "./ordinal.ts";
import { robust } from "./robust.ts";
import { standardize } from "./standardize.ts";

/** All transforms, in the order in which documentation lists them. */
export const transforms: readonly Transform[] = [
	standardize,
	minMax,
	robust,
	log,
	none,
	oneHot,
	ordinal,
	embedding,
	missingIndicator,
	cyclical,
];

export { cyclical, embedding, log, minMax, missingIndicator, none, oneHot, ordinal, robust, standardize };
