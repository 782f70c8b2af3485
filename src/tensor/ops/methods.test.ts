import { describe, expect, it } from "vitest";
import { ArgumentError, createReferenceExecutor, setExecutor, Tensor, zeros } from "../../index.ts";
import * as methods from "./methods.ts";

setExecutor(createReferenceExecutor());

type Operation = (x: unknown, ...rest: unknown[]) => unknown;
const operations = Object.entries(methods as unknown as Record<string, Operation>);

describe("every operation", () => {
	it.each(operations)("%s is a method of tensors", (name) => {
		expect((zeros([1]) as unknown as Record<string, unknown>)[name]).toBeTypeOf("function");
	});

	// oneHot takes lists of class numbers too.
	it.each(operations.filter(([name]) => name !== "oneHot"))("%s refuses what is no tensor, and says what to do", async (_, operation) => {
		// Some work asynchronously: an error may come either way.
		const call = async (value: unknown): Promise<unknown> => operation(value, [0], [0]);
		for (const value of [5, undefined, null, [1, 2], "x"]) {
			await expect(call(value)).rejects.toThrow(ArgumentError);
			await expect(call(value)).rejects.toThrow(/: expected (a Tensor|a list of at least one tensor|at least one tensor)/);
		}
	});
});

describe("methods", () => {
	it("are not enumerable: a tensor lists its own fields only", () => {
		const own = [];
		for (const key in zeros([1])) own.push(key);
		expect(own.sort()).toEqual(["dtype", "node", "shape", "size", "slot"]);
		expect(Object.getOwnPropertyNames(Tensor.prototype)).toContain("add");
	});
});
