import { expect, test } from "vitest";
import { closedOnFailure } from "./closed-on-failure.ts";

test("the parts made before a failure are closed, and the failure is what is thrown", async () => {
	const closed: string[] = [];
	const part = (name: string) => ({ close: async () => void closed.push(name) });
	const broken = { close: () => Promise.reject(new Error("cannot be closed")) };
	const making = closedOnFailure(async (own) => {
		for (const made of [part("data"), broken, part("executor"), {}]) own(made);
		throw new Error("no model");
	});
	await expect(making).rejects.toThrow("no model");
	expect(closed).toEqual(["data", "executor"]);
	expect(await closedOnFailure(async (own) => own(part("model")))).toBeDefined();
	expect(closed).toEqual(["data", "executor"]);
});
