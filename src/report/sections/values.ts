/** How numbers were predicted: against the truth, and what is left. */
import { scatterWithLine } from "../charts/scatter-with-line.ts";
import { formatNumber, formatSigned } from "../format.ts";
import { figures, paragraph, type Section } from "../html/markup.ts";
import { partText } from "../part-text.ts";
import type { JudgedPart, ValueOutcome, ValueTarget } from "../run-report-data.ts";
import { CHART } from "./curves.ts";

/** Points of a plot at most; of more examples evenly spaced ones are shown. */
const MOST_POINTS = 1500;
const MOST_TARGETS = 8;
const HEIGHT = 360;
const ON_THE_LINE = "On the dashed line a prediction is right.";

/** The section of a regression. */
export function valuesSection({ targets }: ValueOutcome, part: JudgedPart): Section {
	const content = targets
		.slice(0, MOST_TARGETS)
		.map(
			(target) =>
				figures(agreementFigure(target, part), residualFigure(target, part)) + paragraph(`${residualText(target)} ${ON_THE_LINE}`, "muted"),
		)
		.join("");
	return { id: "values", title: "Predictions", content, note: partText(part) };
}

/** Predicted against true values, and the line on which they would be equal. */
export function agreementFigure({ name, ...values }: ValueTarget, part: JudgedPart): string {
	const { predicted, actual } = thinned(values);
	const ends = extent([...predicted, ...actual]);
	const texts = { title: `Predicted and true ${name} (${partText(part)})`, x: { label: `true ${name}` }, y: { label: "predicted" } };
	const options = { width: CHART.width, height: HEIGHT, ...texts };
	return scatterWithLine({ points: { x: actual, y: predicted }, line: { x: ends, y: ends } }, options);
}

/** Residuals over predictions, and the line of no error. */
export function residualFigure({ name, ...values }: ValueTarget, part: JudgedPart): string {
	const { predicted, actual } = thinned(values);
	const errors = predicted.map((value, i) => value - actual[i]);
	const texts = { title: `Errors in ${name} (${partText(part)})`, x: { label: `predicted ${name}` }, y: { label: "predicted − true" } };
	const line = { x: extent(predicted), y: [0, 0] };
	return scatterWithLine({ points: { x: predicted, y: errors }, line }, { width: CHART.width, height: HEIGHT, ...texts });
}

/** Bias and spread of the residuals. */
export function residualText({ name, bias, deviation }: ValueTarget): string {
	return `Errors in ${name}: mean ${formatSigned(bias)}, standard deviation ${formatNumber(deviation)}.`;
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
