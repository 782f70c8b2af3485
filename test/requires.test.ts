import { expect, test } from "vitest";
import { requires } from "./requires.ts";

test("each requirement says where it was found, why tests are skipped without it, and what to do", () => {
	for (const requirement of Object.values(requires)) {
		expect(requirement.found).toBe(requirement.location !== undefined);
		expect(requirement.reason).not.toBe("");
		expect(requirement.remedy).not.toBe("");
	}
});
