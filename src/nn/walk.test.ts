import { describe, expect, it } from "vitest";
import { RandomStream } from "../core/random/index.ts";
import { ones } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";
import { parameter } from "./parameter.ts";
import { walk } from "./walk.ts";

class Leaf extends Module {
	readonly weight = parameter(ones([2]));
	override forward(x: Tensor): Tensor {
		return x.mul(this.weight);
	}
}

class Tree extends Module {
	readonly first = new Leaf();
	readonly list: readonly (Leaf | Tensor | string)[];
	readonly shared: Leaf;
	readonly tied: Tensor;
	readonly stream = new RandomStream(1);
	readonly size = 3;
	readonly nothing = null;
	readonly nested = { hidden: new Leaf() };

	constructor(inline: boolean) {
		super();
		this.list = [new Leaf(), "text", ones([1])];
		this.shared = this.first;
		this.tied = this.first.weight;
		this.#inline = inline;
	}
	readonly #inline: boolean;

	override get inlineField(): string | null {
		return this.#inline ? "list" : null;
	}
	override forward(x: Tensor): Tensor {
		return x;
	}
}

const placesOf = (tree: Tree): string[] => [...walk(tree)].map(({ kind, path }) => `${kind} ${path}`);

describe("walk", () => {
	it("finds modules, tensors and streams in fields and lists, in the order of the fields, each thing once", () => {
		expect(placesOf(new Tree(false))).toEqual([
			"module ",
			"module first",
			"tensor first.weight",
			"module list.0",
			"tensor list.0.weight",
			"tensor list.2",
			"stream stream",
		]);
	});

	it("gives the items of an inline field the module's own path", () => {
		expect(placesOf(new Tree(true))).toContain("tensor 0.weight");
	});

	it("lets what it found be replaced where it stands, in lists too", () => {
		const tree = new Tree(false);
		const stream = new RandomStream(2);
		const other = ones([1]);
		for (const held of walk(tree)) {
			if (held.kind === "stream") held.replace(stream);
			if (held.path === "list.2" && held.kind === "tensor") held.replace(other);
		}
		expect(tree.stream).toBe(stream);
		expect(tree.list[2]).toBe(other);
	});
});
