import { describe, expect, it } from "vitest";
import { OutOfMemoryError } from "../../core/errors.ts";
import { createReferenceExecutor } from "./index.ts";

describe("the reference executor", () => {
	it("gives back what was written, from any element on", async () => {
		const executor = createReferenceExecutor();
		const block = executor.allocate("float64", 4);
		executor.write(block, "float64", 0, [1, 2, 3, 4]);
		executor.write(block, "float64", 2, new Float32Array([7, 8]));
		expect(await executor.read(block, "float64", 1, 3)).toEqual(new Float64Array([2, 7, 8]));
		expect(executor.readSync?.(block, "float64", 0, 2)).toEqual(new Float64Array([1, 2]));
	});

	it.each(["float32", "float64", "int32", "uint8", "bool"] as const)("holds %s", (dtype) => {
		const executor = createReferenceExecutor();
		expect(executor.dtypes).toContain(dtype);
		const block = executor.allocate(dtype, 3);
		executor.write(block, dtype, 0, [1, 0, 1]);
		expect(Array.from(executor.readSync?.(block, dtype, 0, 3) ?? [])).toEqual([1, 0, 1]);
	});

	it("hands out copies", () => {
		const executor = createReferenceExecutor();
		const block = executor.allocate("int32", 2);
		const source = new Int32Array([1, 2]);
		executor.write(block, "int32", 0, source);
		source[0] = 99;
		const first = executor.readSync?.(block, "int32", 0, 2) as Int32Array;
		first[1] = 99;
		expect(executor.readSync?.(block, "int32", 0, 2)).toEqual(new Int32Array([1, 2]));
	});

	it("counts what is in use, and a block given back twice once", () => {
		const executor = createReferenceExecutor({ limitBytes: 1000 });
		const first = executor.allocate("float32", 10);
		const second = executor.allocate("float64", 10);
		expect(executor.memory()).toEqual({ used: 120, reserved: 120, limit: 1000, blockCount: 2 });
		executor.release(first);
		executor.release(first);
		expect(executor.memory()).toMatchObject({ used: 80, blockCount: 1 });
		executor.release(second);
		expect(executor.memory()).toMatchObject({ used: 0, blockCount: 0 });
	});

	it("holds blocks of no elements", () => {
		const executor = createReferenceExecutor();
		const block = executor.allocate("float32", 0);
		expect(executor.readSync?.(block, "float32", 0, 0)).toEqual(new Float32Array(0));
		expect(executor.memory()).toMatchObject({ used: 0, blockCount: 1 });
	});

	it("refuses more than its limit, says so, and goes on", () => {
		const executor = createReferenceExecutor({ limitBytes: 64 });
		const block = executor.allocate("float32", 12);
		const ask = () => executor.allocate("float32", 5);
		expect(ask).toThrow(OutOfMemoryError);
		expect(ask).toThrow(expect.objectContaining({ requestedBytes: 20, usedBytes: 48, limitBytes: 64 }));
		executor.release(block);
		expect(() => ask()).not.toThrow();
	});

	it("gives everything back when it is closed", () => {
		const executor = createReferenceExecutor();
		executor.allocate("float32", 5);
		executor.allocate("uint8", 5);
		executor.close();
		expect(executor.memory()).toMatchObject({ used: 0, blockCount: 0 });
	});
});
