/** Draws from symmetric beta distributions. */
import { exactExp, exactLog } from "../../core/random/elementary.ts";
import type { RandomStream } from "../../core/random/index.ts";

/** Smallest exponent that `exactExp` takes; e⁻⁷⁰⁰ is 0 beside 1. */
const LOWEST_EXPONENT = -700;

/**
 * A draw from Beta(alpha, alpha), the share of one of two gamma variables in their sum. In logarithms, since for small alpha both are too
 * small for a float64.
 */
export function drawBeta(alpha: number, rng: RandomStream): number {
	const difference = logGamma(alpha, rng) - logGamma(alpha, rng);
	const ratio = exactExp(Math.max(-Math.abs(difference), LOWEST_EXPONENT));
	return difference >= 0 ? 1 / (1 + ratio) : ratio / (1 + ratio);
}

/** Logarithm of a draw from Gamma(alpha, 1). Below 1 by way of alpha + 1: G(alpha) = G(alpha + 1) · U^(1 / alpha). */
function logGamma(alpha: number, rng: RandomStream): number {
	if (alpha >= 1) return exactLog(drawGamma(alpha, rng));
	return exactLog(drawGamma(alpha + 1, rng)) + exactLog(1 - rng.uniform()) / alpha;
}

/** Marsaglia & Tsang 2000, doi:10.1145/358407.358414, for alpha ≥ 1. */
function drawGamma(alpha: number, rng: RandomStream): number {
	const d = alpha - 1 / 3;
	const c = 1 / Math.sqrt(9 * d);
	while (true) {
		const x = rng.normal();
		const root = 1 + c * x;
		if (root <= 0) continue;
		const v = root * root * root;
		if (exactLog(1 - rng.uniform()) < 0.5 * x * x + d - d * v + d * exactLog(v)) return d * v;
	}
}
