/** Reports in a real browser: they open without a complaint, and hostile names stay text. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, it } from "vitest";
import { classPart, healthy, layersEvent, reportOf, valuePart } from "../src/report/report-fixture.ts";
import { runReport } from "../src/report/run-report.ts";
import { describeIf, requires } from "./requires.ts";

describeIf(requires.chromium, "a report in Chromium", () => {
	const folder = mkdtempSync(join(tmpdir(), "gradus-report-"));
	afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

	/** The page as the browser understood it, and what its console said. */
	function open(html: string): { dom: string; complaints: string[] } {
		const file = join(folder, "report.html");
		writeFileSync(file, html);
		const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"];
		const more = ["--disable-dev-shm-usage", `--user-data-dir=${mkdtempSync(join(folder, "profile-"))}`];
		const log = ["--enable-logging=stderr", "--v=0", "--dump-dom", pathToFileURL(file).href];
		const { stdout, stderr } = spawnSync(requires.chromium.location ?? "", [...flags, ...more, ...log], {
			encoding: "utf8",
			timeout: 50_000,
		});
		return { dom: stdout, complaints: stderr.split("\n").filter((line) => line.includes("CONSOLE")) };
	}

	it("shows all sections of a classification and a regression without a complaint", () => {
		const events = [...healthy, layersEvent(80, [0.1, 0.2])];
		for (const [part, id] of [
			[classPart, "classes"],
			[valuePart, "values"],
		] as const) {
			const { dom, complaints } = open(runReport(reportOf(part, events)));
			expect(complaints).toEqual([]);
			for (const section of ["run", "findings", "curves", id, "worst", "importance", "layers", "remarks", "config"])
				expect(dom).toContain(`<section id="${section}">`);
			expect(dom).not.toContain("<script");
		}
	}, 60_000);

	it("would be told of a script or an image from elsewhere, which the page's own rules stop", () => {
		const html = runReport(reportOf(classPart)).replace("<footer>", '<script>document.title = "run"</script><img src="x.png"><footer>');
		const { dom, complaints } = open(html);
		expect(complaints.length).toBeGreaterThanOrEqual(2);
		expect(dom).toContain("<title>pets – Gradus report</title>");
	}, 60_000);
});
