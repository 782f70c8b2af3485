/** What an experiment is: what it measures with one seed, and what it concludes from the measurements of several. */
import { RandomStream } from "gradus";
import { type LoadedImages, loadImages } from "./images.ts";

/** A figure with the sentence that tells what to look at. */
export interface Figure {
	readonly title: string;
	/** A self-contained SVG document. */
	readonly svg: string;
	readonly caption: string;
}

/** A known result beside what was measured here. */
export interface Claim {
	readonly claim: string;
	/** What the literature or the theory says, tolerance included. */
	readonly expected: string;
	readonly measured: string;
	readonly holds: boolean;
	/** Whether it follows from arithmetic alone, so that no seed and no size of the run may change it. Default false. */
	readonly exact?: boolean;
}

/** What a run with one seed is told. */
export interface MeasureContext {
	readonly seed: number;
	/** Fewer images, epochs and settings, for CI. */
	readonly quick: boolean;
	/** Streams for a purpose, such as `rng("weights")`. */
	rng(purpose: string): RandomStream;
	/** Handwritten digits drawn with this seed: MNIST, or the built-in 8 × 8 digits where MNIST is absent. */
	images(counts: { readonly train: number; readonly test: number }): Promise<LoadedImages>;
}

/** What is known when conclusions are drawn. */
export interface Facts {
	readonly quick: boolean;
	/** Images of which data set, such as "MNIST". */
	readonly data: string;
	/** Pixels of one image. */
	readonly pixelCount: number;
}

/** What the measurements say. */
export interface Conclusion {
	readonly figures: readonly Figure[];
	readonly claims: readonly Claim[];
	/** What was seen, with numbers. One paragraph an item. */
	readonly shows: readonly string[];
}

/** An experiment. `M`, one seed's measurement, is JSON; NaN stands for what does not exist. */
export interface Experiment<M = unknown> {
	readonly name: string;
	readonly title: string;
	readonly question: string;
	/** What is trained on what, in a few sentences. */
	readonly setUp: string;
	/** Papers or books it repeats. */
	readonly source: string;
	/** What follows for one's own networks. */
	readonly practice: string;
	/** Default true. */
	readonly usesImages?: boolean;
	/** Seeds where the user gives none. */
	readonly seedCount: { readonly quick: number; readonly full: number };
	measure(context: MeasureContext): M | Promise<M>;
	conclude(measurements: readonly M[], facts: Facts): Conclusion;
}

/** States an experiment; what `conclude` takes is what `measure` gives. */
export function defineExperiment<M>(experiment: Experiment<M>): Experiment {
	return experiment as unknown as Experiment;
}

/** The context of one seed. */
export function measureContext({ seed, quick, mnist }: { seed: number; quick: boolean; mnist: string }): MeasureContext {
	const rng = (purpose: string): RandomStream => new RandomStream(seed, "experiment", purpose);
	return { seed, quick, rng, images: (counts) => loadImages(mnist, { ...counts, rng: rng("images") }) };
}

/** JSON that keeps NaN: JSON itself writes it, and ±∞, as null. */
export const measurementToJson = (measurement: unknown): string => JSON.stringify(measurement);
/** The inverse of `measurementToJson`. */
export const measurementFromJson = (text: string): unknown => JSON.parse(text, (_, value) => (value === null ? Number.NaN : value));
