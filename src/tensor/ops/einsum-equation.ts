/** Reads the equations of `einsum`. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { formatShape, type Shape } from "../../core/shape.ts";

/** An equation with one label for each axis. Axes under an ellipsis are labelled "0", "1", … from the right. */
export interface Equation {
	/** Labels of each operand's axes. */
	readonly terms: readonly (readonly string[])[];
	/** Labels of the result's axes. */
	readonly output: readonly string[];
}

/**
 * Reads `ij,jk->ik`. Without `->` the result has the labels that occur once, in alphabetical order, after those of an ellipsis.
 *
 * @throws ArgumentError if the text is no equation for so many operands
 * @throws ShapeError if labels and axes do not fit
 */
export function readEquation(equation: string, shapes: readonly Shape[]): Equation {
	const [left, right, ...more] = equation.replaceAll(" ", "").split("->");
	const texts = left.split(",");
	const wellFormed = [...texts, right ?? ""].every((text) => /^[A-Za-z]*(\.\.\.)?[A-Za-z]*$/.test(text));
	if (more.length > 0 || !wellFormed) {
		throw new ArgumentError(
			`einsum: "${equation}" is no equation. Expected letters, one for each axis, as in "bij,bjk->bik"; "..." stands for any axes.`,
		);
	}
	if (texts.length !== shapes.length) {
		throw new ArgumentError(`einsum: "${equation}" speaks of ${texts.length} operands, received ${shapes.length} tensors.`);
	}
	const terms = texts.map((text, i) => labelsOf(text, shapes[i], equation));
	checkLengths(equation, terms, shapes);
	const all = terms.flat();
	const covered = [...new Set(all.filter(isCovered))].sort((a, b) => Number(b) - Number(a));
	const output =
		right === undefined ? implied(all, covered) : right.split("...").flatMap((part, i) => (i === 0 ? [...part] : [...covered, ...part]));
	const wrong = output.find((label, i) => !all.includes(label) || output.indexOf(label) !== i);
	if (wrong !== undefined) {
		throw new ArgumentError(
			`einsum: label "${wrong}" of the result in "${equation}" must stand among the operands, and only once in the result.`,
		);
	}
	return { terms, output };
}

function isCovered(label: string): boolean {
	return /\d/.test(label);
}

function implied(all: readonly string[], covered: readonly string[]): string[] {
	const once = all.filter((label) => !isCovered(label) && all.indexOf(label) === all.lastIndexOf(label));
	return [...covered, ...once.sort()];
}

function labelsOf(text: string, shape: Shape, equation: string): string[] {
	const [before, after] = text.split("...");
	const named = before.length + (after?.length ?? 0);
	if (after === undefined ? named !== shape.length : named > shape.length) {
		throw new ShapeError(
			`einsum: "${text}" in "${equation}" has ${named} labels, its tensor of shape ${formatShape(shape)} has ${shape.length} axes.`,
		);
	}
	const count = shape.length - named;
	const covered = Array.from({ length: count }, (_, i) => String(count - 1 - i));
	return after === undefined ? [...before] : [...before, ...covered, ...after];
}

function checkLengths(equation: string, terms: readonly (readonly string[])[], shapes: readonly Shape[]): void {
	const lengths = new Map<string, number>();
	terms.forEach((labels, i) => {
		labels.forEach((label, axis) => {
			const length = shapes[i][axis];
			const known = lengths.get(label) ?? length;
			lengths.set(label, known);
			if (known === length) return;
			const what = isCovered(label) ? "an axis under the ellipsis" : `label "${label}"`;
			throw new ShapeError(
				`einsum: ${what} in "${equation}" stands for lengths ${known} and ${length}.\n` +
					`  Expected equal lengths, received shapes ${shapes.map(formatShape).join(", ")}.`,
			);
		});
	});
}
