/** Reports in a real browser: they open without a complaint, and hostile names stay text. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, it } from "vitest";
import { classPart, endEvent, HOSTILE, healthy, layersEvent, reportOf, valuePart } from "../src/report/report-fixture.ts";
import { runReport } from "../src/report/run-report.ts";
import { describeIf, requires } from "./requires.ts";

describeIf(requires.chromium, "a report in Chromium", () => {
	const folder = mkdtempSync(join(tmpdir(), "gradus-report-"));
	afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

	/** The page as the browser understood it, and what its console said. */
	function open(html: string, ...flagsOfTest: readonly string[]): { dom: string; complaints: string[] } {
		const file = join(folder, "page.html");
		writeFileSync(file, html);
		const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"];
		const more = ["--disable-dev-shm-usage", `--user-data-dir=${mkdtempSync(join(folder, "profile-"))}`];
		const log = ["--enable-logging=stderr", "--v=0", "--dump-dom", pathToFileURL(file).href];
		const { stdout, stderr } = spawnSync(requires.chromium.location ?? "", [...flags, ...more, ...flagsOfTest, ...log], {
			encoding: "utf8",
			timeout: 50_000,
		});
		return { dom: stdout, complaints: stderr.split("\n").filter((line) => line.includes("CONSOLE")) };
	}

	it("shows all sections of a classification and a regression without a complaint", () => {
		const events = [...healthy, layersEvent(80, [0.1, 0.2]), endEvent("finished")];
		for (const [part, id] of [
			[classPart, "classes"],
			[valuePart, "values"],
		] as const) {
			const { dom, complaints } = open(runReport(reportOf(part, events)));
			expect(complaints).toEqual([]);
			for (const section of ["findings", "remarks", "curves", id, "examples", "importance", "layers", "run"])
				expect(dom).toContain(`<section id="${section}">`);
			expect(dom).not.toContain("<script");
		}
	}, 60_000);

	it.each([400, 1200])(
		"fits a window of %d pixels: what is wider scrolls in its own box",
		(width) => {
			const scores = { loss: 0.1, meanAbsoluteError: 1, rootMeanSquaredError: 2, [`aVeryLongName${"x".repeat(60)}`]: 3 };
			const long = healthy.map((event) =>
				event.kind === "epoch" ? { ...event, train: { ...event.train, ...scores }, validation: scores } : event,
			);
			const cells = Array.from({ length: 12 }, (_, i) => [`column_${i}_${HOSTILE}`, "12345.678"] as const);
			const shown = [{ ...valuePart.examples.shown[0], input: { kind: "cells" as const, cells } }];
			const report = reportOf({ ...valuePart, scores, examples: { ...valuePart.examples, shown } }, [...long, endEvent("finished")]);
			writeFileSync(join(folder, "report.html"), runReport({ ...report, name: "a-run-".repeat(30) }));
			const measured =
				"[...d.querySelectorAll('body, header, section, .tile, figure, .finding')].filter((e) => e.scrollWidth > e.clientWidth + 1)";
			const script = `onload = () => { const d = document.querySelector("iframe").contentDocument; document.title = "wide: " + ${measured}.map((e) => e.id || e.className || e.localName).join(); }`;
			const { dom } = open(
				`<iframe src="report.html" width="${width}" height="900"></iframe><script>${script}</script>`,
				"--allow-file-access-from-files",
			);
			expect(dom).toContain("<title>wide: </title>");
		},
		60_000,
	);

	it("would be told of a script or an image from elsewhere, which the page's own rules stop", () => {
		const html = runReport(reportOf(classPart)).replace("<footer>", '<script>document.title = "run"</script><img src="x.png"><footer>');
		const { dom, complaints } = open(html);
		expect(complaints.length).toBeGreaterThanOrEqual(2);
		expect(dom).toContain("<title>pets – Gradus report</title>");
	}, 60_000);
});
