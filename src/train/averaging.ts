/** What the trainer needs of a weight average, such as a moving one (EMA) or a plain one (SWA). */

/** Keeps an average of parameters beside them. */
export interface WeightAverage {
	/** Takes the parameters as they are now into the average; called after each update. */
	update(): void;
	/** Exchanges parameters and average; called twice around each evaluation. */
	swap(): void;
	/** Plain data with typed arrays. */
	state(): unknown;
	load(saved: unknown): void;
}
