/** Values of flags that are no part of a config, checked as options are everywhere. */
import { ArgumentError } from "../core/errors.ts";
import { expectation, fits, type NumberSpec } from "../core/options.ts";

/**
 * Reads a flag's number.
 *
 * @param example - such as `--steps 200`; it begins with the flag's name
 */
export function numberFlag(spec: NumberSpec, example: string): (text: string) => number {
	return (text) => {
		const value = text.trim() === "" ? Number.NaN : Number(text);
		if (fits(spec, value)) return value;
		throw refused(example, expectation(spec), text);
	};
}

/** Reads a flag that takes one of some words. */
export function choiceFlag<const T extends string>(choices: readonly T[], example: string): (text: string) => T {
	return (text) => {
		const found = choices.find((choice) => choice === text);
		if (found !== undefined) return found;
		throw refused(example, `one of ${choices.join(", ")}`, text);
	};
}

function refused(example: string, expected: string, received: string): ArgumentError {
	const [name] = example.split(" ");
	return new ArgumentError(`${name}: expected ${expected}, received "${received}".\n  Example: ${example}`);
}
