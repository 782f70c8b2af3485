/** Early stopping. */
import { ArgumentError } from "../../core/errors.ts";
import type { Callback } from "../callback.ts";

/** Options of `earlyStopping`. */
export interface EarlyStoppingOptions {
	/** Epochs without a new best that are borne. Default 10. */
	readonly patience?: number;
	/** Epochs before which it never stops. Default 0. */
	readonly minEpochs?: number;
}

/**
 * Ends training when the monitored score has not been the best for `patience` epochs; the trainer then puts the best weights back.
 *
 * @see Prechelt 1998, Early Stopping — But When?
 */
export function earlyStopping({ patience = 10, minEpochs = 0 }: EarlyStoppingOptions = {}): Callback {
	if (!(Number.isInteger(patience) && patience >= 0)) {
		throw new ArgumentError(`earlyStopping: expected patience to be an integer ≥ 0, received ${patience}.`);
	}
	return {
		name: "earlyStopping",
		onEvent(event, { epochs }) {
			if (event.kind !== "epoch" || event.epoch + 1 < minEpochs) return undefined;
			const lastBest = epochs.findLast(({ best }) => best)?.epoch ?? 0;
			if (event.epoch - lastBest < Math.max(1, patience) || event.best) return undefined;
			return {
				kind: "stop",
				reason: "early stopping",
				why: `no new best in ${event.epoch - lastBest} epochs, the best was epoch ${lastBest + 1}`,
			};
		},
	};
}
