/** Builds the publishable package: build/package/ and its tarball beside it. */
import { join, relative } from "node:path";
import { composePackage, packPackage } from "./compose-package.ts";
import { repositoryRoot } from "./source-files.ts";

const folder = join(repositoryRoot, "build", "package");

try {
	await composePackage(folder);
	const tarball = packPackage(folder, join(repositoryRoot, "build"));
	console.log(`Packed ${relative(repositoryRoot, tarball)}.`);
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
