/** Adam with decoupled weight decay. */
import { defineOptimizer } from "../technique.ts";
import { type AdamOptions, adamOptions, adamRule } from "./adam.ts";

/** p ← p − lr · λ · p, then Adam's step: decay does not pass through the moments. λ is 0.01 unless given. */
export const adamW = defineOptimizer<AdamOptions>({
	name: "adamW",
	formula: "p ← (1 − lr · λ) p − lr · m̂ / (√v̂ + ε)",
	source: "Loshchilov & Hutter 2019, arXiv:1711.05101",
	torch: "optim.AdamW",
	aliases: ["adamw"],
	defaults: { lr: 1e-3, weightDecay: 0.01 },
	options: adamOptions,
	rule: adamRule,
});
