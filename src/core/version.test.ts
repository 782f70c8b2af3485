import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { gradusVersion } from "./version.ts";

it("is the version of package.json", () => {
	expect(gradusVersion).toBe(JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version);
});
