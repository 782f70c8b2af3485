/** The weight averages of the shelf. A new one is a file here, a test and a line below. */
export { type ExponentialAverageOptions, exponentialAverage } from "./exponential-average.ts";
export { type StochasticAverageOptions, stochasticAverage } from "./stochastic-average.ts";
