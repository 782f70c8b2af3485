/** Unit tests lie beside their source; test/ and scripts/ hold what crosses folders. */
import { defineConfig } from "vitest/config";
import { SummaryReporter } from "./scripts/reporter.ts";

const conditions = ["gradus-source"];

export default defineConfig({
	resolve: { conditions },
	ssr: { resolve: { conditions } },
	test: {
		include: ["{src,test,scripts,bench}/**/*.test.ts"],
		exclude: ["**/node_modules/**", "bench/versus/**"],
		reporters: [new SummaryReporter()],
		pool: "forks",
		maxWorkers: 2,
		// Workers started by a test inherit these: `gradus` is the source, and leak tests may ask for a collection.
		execArgv: ["--conditions=gradus-source", "--expose-gc"],
		testTimeout: 120_000,
		hookTimeout: 120_000,
		teardownTimeout: 10_000,
	},
});
