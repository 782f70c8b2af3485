/** Options that a technique must refuse, as its own specs say. */
import type { OptionSpec } from "../core/options.ts";

/** For each option values that break its spec: outside its bounds, of another type, no number. Options that only code can check have none. */
export function badOptionsOf(specs: Readonly<Record<string, OptionSpec>>): Record<string, unknown>[] {
	const known = Object.entries(specs).flatMap(([name, spec]) => badValuesFor(spec).map((value) => ({ [name]: value })));
	return [...known, { thereIsNoSuchOption: 1 }];
}

function badValuesFor(spec: OptionSpec): unknown[] {
	switch (spec.kind) {
		case "number": {
			const { min, max, above, below, integer } = spec;
			const beyond = [min === undefined ? null : min - 1, max === undefined ? null : max + 1, above ?? null, below ?? null];
			const broken = integer === true ? [(min ?? 0) + 0.5] : [];
			return [...beyond.filter((value) => value !== null), ...broken, Number.NaN, [], "no such word"];
		}
		case "truth":
			return ["perhaps", 1];
		case "choice":
			return ["no such choice", 1];
		case "text":
			return [1];
		case "list":
			return [{ is: "no list" }, ...badValuesFor(spec.items).map((value) => [value])];
		case "technique":
			return [1];
		case "code":
			return [];
		default:
			throw spec satisfies never;
	}
}
