/** Embeds the code columns of table rows and leaves the numbers beside them as they are. */
import { ArgumentError } from "../../core/errors.ts";
import { integerOption, type ListSpec } from "../../core/options.ts";
import type { RandomStream } from "../../core/random/index.ts";
import { concat } from "../../tensor/ops/functions.ts";
import { randomNormal } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { parameter } from "../parameter.ts";
import { expectLength } from "./checks.ts";
import { defineLayer } from "./layer.ts";
import { layerOptions } from "./layer-options.ts";

/** What `EmbedColumns` is built for. */
export interface EmbedColumnsOptions {
	readonly rng: RandomStream;
}

/** `[batch, features]` → `[batch, numbers + Σ dims]`: the last columns hold whole numbers, each looked up in a table of its own. */
export class EmbedColumns extends Module {
	readonly inFeatures: number;
	/** For each code column: how many codes there are, and how long their vectors are. */
	readonly sizes: readonly (readonly [count: number, dim: number])[];
	/** `[count, dim]` each. */
	readonly tables: readonly Tensor[];

	constructor(inFeatures: number, sizes: readonly (readonly [count: number, dim: number])[], options: EmbedColumnsOptions) {
		super();
		const { rng } = layerOptions("embedColumns", options, "new EmbedColumns(5, [[120, 8]], { rng: new RandomStream(42) })");
		if (sizes.length > inFeatures) {
			throw new ArgumentError(`embedColumns: ${sizes.length} columns are to be embedded, but rows have ${inFeatures} features.`);
		}
		this.inFeatures = inFeatures;
		this.sizes = sizes;
		// Entries of size 1 / √dim: a vector then has about the length of a standardised number.
		this.tables = sizes.map(([count, dim]) => parameter(randomNormal([count, dim], rng, { std: 1 / Math.sqrt(dim) })));
	}

	override forward(x: Tensor): Tensor {
		expectLength(x, -1, this.inFeatures, "inFeatures");
		const first = this.inFeatures - this.tables.length;
		const numbers = first === 0 ? [] : [x.narrow(1, [0, first])];
		const looked = this.tables.map((table, i) => table.embedding(x.select(1, first + i).to("int32")));
		return concat([...numbers, ...looked], 1);
	}

	override describe(): string {
		return `embed ${this.sizes.length} columns`;
	}
}

const sizesOption: ListSpec = {
	kind: "list",
	about: "[number of codes, length of their vectors] of each of the last columns",
	items: { kind: "list", about: "[codes, length]", items: integerOption("size", undefined, { min: 1 }), length: 2 },
};

/** `{ embedColumns: { sizes: [[120, 8]] } }` */
export const embedColumnsLayer = defineLayer<{ readonly sizes: readonly (readonly [number, number])[] }>({
	name: "embedColumns",
	formula: "numbers and looked-up vectors side by side",
	source: "Guo & Berkhahn 2016, arXiv:1604.06737",
	torch: null,
	shorthand: "sizes",
	options: { sizes: sizesOption },
	create: ({ sizes }, { inputShape, rng }) => new EmbedColumns(inputShape.at(-1) ?? 0, sizes, { rng }),
});
