import { expect, test } from "vitest";
import { showDataProgress } from "./data-progress.ts";

function screenOf(interactive: boolean) {
	const written: string[] = [];
	return { written, screen: { interactive, columns: 40, write: (text: string) => void written.push(text) } };
}

test("where nobody watches, each task is one line", () => {
	const { written, screen } = screenOf(false);
	const show = showDataProgress(screen, "big.csv");
	for (const share of [0.1, 0.9, 1]) show({ task: "read", share });
	for (const share of [0.5, 1]) show({ task: "fit", share });
	show({ task: "write", share: 1 });
	expect(written).toEqual(["Reading big.csv …\n", "Fitting the preprocessing to the training rows …\n", "Preparing the examples …\n"]);
});

test("a terminal's line is rewritten not too often, cut to its width, and gone in the end", () => {
	const { written, screen } = screenOf(true);
	let time = 0;
	const show = showDataProgress(screen, "big.csv", () => time);
	for (time of [0, 10, 20, 100]) show({ task: "read", share: time / 200 });
	show({ task: "read", share: 1 });
	time = 300;
	show({ task: "fit", share: 0.5 });
	const start = "\r\x1b[K";
	expect(written).toEqual([
		`${start}Reading big.csv … 0 %`,
		`${start}Reading big.csv … 50 %`,
		start,
		`${start}Fitting the preprocessing to the traini`,
	]);
});
