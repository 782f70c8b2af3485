import { describe, expect, it } from "vitest";
import * as errors from "./errors.ts";

type ErrorClass = new (message: string) => errors.GradusError;
const { OutOfMemoryError, reword, ...plain } = errors;

describe("errors", () => {
	it.each(Object.entries(plain) as [string, ErrorClass][])(
		"%s carries its name, its message and a stack, and is a GradusError",
		(name, make) => {
			const error = new make("linear: got 3");
			expect(error).toBeInstanceOf(errors.GradusError);
			expect(error).toBeInstanceOf(Error);
			expect(error.name).toBe(name);
			expect(String(error)).toBe(`${name}: linear: got 3`);
			expect(error.stack).toContain("errors.test.ts");
		},
	);

	it("given another message, say it in their stack too", () => {
		const error = new errors.ShapeError("got $& 3");
		reword(error, "layers[1]: got $& 3");
		expect(error.message).toBe("layers[1]: got $& 3");
		expect(error.stack).toMatch(/^ShapeError: layers\[1\]: got \$& 3\n/);
	});

	it("OutOfMemoryError says in fields what was asked, what was in use and how much there can be", () => {
		const error = new OutOfMemoryError("full", { requestedBytes: 10, usedBytes: 7, limitBytes: 16 });
		expect(error).toBeInstanceOf(errors.GradusError);
		expect(error.name).toBe("OutOfMemoryError");
		expect({ ...error }).toMatchObject({ requestedBytes: 10, usedBytes: 7, limitBytes: 16 });
	});
});
