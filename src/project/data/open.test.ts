import { expect, it } from "vitest";
import { parseRunConfig } from "../../config/parse.ts";
import { openData } from "./open.ts";

it("says that a target of images does nothing", async () => {
	const { remarks } = await openData(parseRunConfig({ data: { source: "digits", target: "digit" } }));
	expect(remarks).toEqual(['The target "digit" is left aside: images are told apart by the classes that they come with.']);
	expect((await openData(parseRunConfig({ data: { source: "digits" } }))).remarks).toEqual([]);
});
