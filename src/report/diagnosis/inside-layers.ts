/** Layers through which nothing comes: dead units, vanishing gradients. */
import type { LayersEvent } from "../../runs/events.ts";
import { formatNumber, formatPercent } from "../format.ts";
import { comparePaths, layerName, layerOf } from "../layer-path.ts";
import type { Diagnosed, Finding } from "./finding.ts";
import { median } from "./trends.ts";

/** With 95 % zeros one unit in twenty still answers. ReLU at random weights gives 50 %. */
const DEAD_SHARE = 0.95;
/** Layers that a sentence can hold. */
const MOST_NAMED = 3;
/** Relative to the last layer; healthy networks stay within about a factor of 100. */
const VANISHED = 1e-4;

/** Layers whose outputs are nearly all zero. */
export function deadUnits({ run: { layers }, layerKinds }: Diagnosed): Finding | null {
	const shares = valuesByPath(laterHalf(layers), ({ activations }) => activations.map(({ path, zeroShare }) => [path, zeroShare]));
	const dead = [...shares].map(([path, values]) => ({ path, share: median(values) })).filter(({ share }) => share >= DEAD_SHARE);
	if (dead.length === 0) return null;
	const texts = dead.slice(0, MOST_NAMED).map(({ path, share }) => `${formatPercent(share)} of layer ${layerName(path, layerKinds)}`);
	if (dead.length > MOST_NAMED) texts.push(`and of ${dead.length - MOST_NAMED} more`);
	const advice = "Lower the learning rate, or use an activation that also passes negative values (leakyRelu, gelu), with heNormal weights.";
	return { kind: "dead units", evidence: `Outputs that are zero: ${texts.join(", ")} (median over the second half).`, advice };
}

/** A first layer that learns ten thousand times less than the last. */
export function vanishingGradients({ run: { layers }, layerKinds }: Diagnosed): Finding | null {
	const norms = valuesByPath(laterHalf(layers), ({ parameters }) => {
		const byLayer = Map.groupBy(parameters, ({ path }) => layerOf(path));
		return [...byLayer].map(([path, records]) => [path, Math.hypot(...records.map(({ gradNorm }) => gradNorm))]);
	});
	// A layer without any gradient is frozen, which is somebody's wish.
	const layersOf = [...norms]
		.map(([path, values]) => ({ path, norm: median(values) }))
		.filter(({ norm }) => norm > 0)
		.sort((a, b) => comparePaths(a.path, b.path));
	const [first, last] = [layersOf[0], layersOf.at(-1)];
	if (first === undefined || last === undefined || layersOf.length < 2 || !(first.norm < VANISHED * last.norm)) return null;
	const evidence =
		`The gradient of layer ${layerName(first.path, layerKinds)} has a norm of ${formatNumber(first.norm)}, that of layer ` +
		`${layerName(last.path, layerKinds)} ${formatNumber(last.norm)}: a ratio of ${formatNumber(first.norm / last.norm)} (medians over the second half).`;
	const advice =
		"Use relu or gelu instead of sigmoid or tanh, batchNorm or layerNorm, residual connections, or initial weights for the activation.";
	return { kind: "vanishing gradients", evidence, advice };
}

function laterHalf<T>(records: readonly T[]): readonly T[] {
	return records.slice(Math.floor(records.length / 2));
}

function valuesByPath(
	layers: readonly LayersEvent[],
	pairs: (event: LayersEvent) => readonly (readonly [path: string, value: number])[] | [string, number][],
): Map<string, number[]> {
	const byPath = new Map<string, number[]>();
	for (const [path, value] of layers.flatMap((event) => [...pairs(event)])) byPath.set(path, [...(byPath.get(path) ?? []), value]);
	return byPath;
}
