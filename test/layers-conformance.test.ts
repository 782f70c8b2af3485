/** Every layer of the shelf through the conformance suite that users have too, on every executor. */
import { describe, expect, test } from "vitest";
import { layerRegistry } from "../src/nn/index.ts";
import { layerProperties } from "../src/testing/index.ts";
import { executors } from "./executors.ts";
import { layerSamples } from "./layers-samples.ts";

describe.each(executors.map((one, i) => ({ ...one, isFirst: i === 0 })))("$name", ({ executor, isFirst }) => {
	const properties = layerProperties.filter(({ once }) => isFirst || !once);
	describe.each(Object.entries(layerSamples))("%s", (_name, subject) => {
		test.each(properties.map((property) => [property.name, property] as const))("%s", (_sentence, property) => {
			property.check(subject, executor);
		});
	});
});

test("every row names a layer of the shelf", () => {
	const described = new Set(Object.keys(layerSamples).map((name) => name.split(/[ ,]/)[0]));
	for (const name of described) expect(layerRegistry.has(name), name).toBe(true);
});
