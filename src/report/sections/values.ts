/** How numbers were predicted: against the truth, and what is left. */
import { scatterWithLine } from "../charts/scatter-with-line.ts";
import { formatCount, formatNumber } from "../format.ts";
import { figures, paragraph, section } from "../html/markup.ts";
import type { JudgedPart, ValueOutcome, ValueTarget } from "../run-report-data.ts";

/** Points of a plot at most; of more examples evenly spaced ones are shown. */
const MOST_POINTS = 1500;
const MOST_TARGETS = 8;

/** The section of a regression. */
export function valuesSection({ targets }: ValueOutcome, part: JudgedPart): string {
	const content = targets
		.slice(0, MOST_TARGETS)
		.map((target) => figures(agreementFigure(target), residualFigure(target)) + paragraph(residualText(target), "muted"))
		.join("");
	return section("values", `Predictions (${part.name}, ${formatCount(part.exampleCount)} examples)`, content);
}

/** Predicted against true values, and the line on which they would be equal. */
export function agreementFigure({ name, ...values }: ValueTarget): string {
	const { predicted, actual } = thinned(values);
	const ends = extent([...predicted, ...actual]);
	const texts = { title: `${name}: predicted and true`, x: { label: "true" }, y: { label: "predicted" } };
	return scatterWithLine({ points: { x: actual, y: predicted }, line: { x: ends, y: ends } }, { width: 540, height: 400, ...texts });
}

/** Residuals over predictions, and the line of no error. */
export function residualFigure({ name, ...values }: ValueTarget): string {
	const { predicted, actual } = thinned(values);
	const errors = predicted.map((value, i) => value - actual[i]);
	const texts = { title: `${name}: residuals`, x: { label: "predicted" }, y: { label: "predicted − true" } };
	const line = { x: extent(predicted), y: [0, 0] };
	return scatterWithLine({ points: { x: predicted, y: errors }, line }, { width: 540, height: 400, ...texts });
}

/** Bias and spread of the residuals. */
export function residualText({ name, bias, deviation }: ValueTarget): string {
	return `${name}: mean error ${formatNumber(bias)}, standard deviation of the errors ${formatNumber(deviation)}, in the units of the column.`;
}

function thinned({ predicted, actual }: Pick<ValueTarget, "predicted" | "actual">): { predicted: number[]; actual: number[] } {
	const count = Math.min(MOST_POINTS, predicted.length);
	const at = (i: number): number => Math.floor((i * predicted.length) / count);
	return {
		predicted: Array.from({ length: count }, (_, i) => predicted[at(i)]),
		actual: Array.from({ length: count }, (_, i) => actual[at(i)]),
	};
}

function extent(values: readonly number[]): [number, number] {
	const finite = values.filter(Number.isFinite);
	return [Math.min(...finite), Math.max(...finite)];
}
