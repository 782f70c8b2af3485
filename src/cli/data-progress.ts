/** How making large data ready looks in a terminal: one line that is rewritten, or a line for each task where nobody watches. */
import type { DataProgress, OnDataProgress } from "../project/data/data-progress.ts";
import { CLEAR_LINE, type Screen } from "./progress.ts";

/** Milliseconds between redraws. */
const REDRAW_MS = 80;

/** What is going on, for data of that name. */
const texts: Readonly<Record<DataProgress["task"], (name: string) => string>> = {
	read: (name) => `Reading ${name}`,
	fit: () => "Fitting the preprocessing to the training rows",
	write: () => "Preparing the examples",
};

/**
 * Shows how far opening and preparing are.
 *
 * @param name - of the data, as the user knows it
 * @param now - the time in milliseconds
 */
export function showDataProgress(screen: Screen, name: string, now: () => number = () => performance.now()): OnDataProgress {
	let [task, drawn]: [DataProgress["task"] | null, number] = [null, Number.NEGATIVE_INFINITY];
	return (progress) => {
		const text = texts[progress.task](name);
		const isNew = progress.task !== task;
		task = progress.task;
		if (!screen.interactive) {
			if (isNew) screen.write(`${text} …\n`);
			return;
		}
		const isDone = progress.share >= 1;
		if (!isDone && now() - drawn < REDRAW_MS) return;
		drawn = now();
		screen.write(isDone ? CLEAR_LINE : `${CLEAR_LINE}${`${text} … ${Math.floor(100 * progress.share)} %`.slice(0, screen.columns - 1)}`);
	};
}
