/** Composes the folder that is published: built files, licence, readme, changelog and a trimmed package.json. */
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { compile, run } from "./compile.ts";
import { publishedManifest, readManifest } from "./manifest.ts";
import { repositoryRoot } from "./source-files.ts";

const documents = ["LICENSE", "README.md", "CHANGELOG.md", join("schema", "run-config.json")];

/** Empties `folder`, builds the package into it and checks it. */
export async function composePackage(folder: string): Promise<void> {
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	await compile(join(folder, "dist"));
	mkdirSync(join(folder, "schema"));
	for (const document of documents) copyFileSync(join(repositoryRoot, document), join(folder, document));
	const manifest = publishedManifest(readManifest());
	writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, undefined, "\t")}\n`);
	await checkPackage(folder, manifest);
}

/** Packs `folder` into a tarball in `targetFolder` and returns the tarball's path. */
export function packPackage(folder: string, targetFolder: string): string {
	mkdirSync(targetFolder, { recursive: true });
	const [{ filename }] = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", targetFolder], folder));
	return join(targetFolder, filename);
}

async function checkPackage(folder: string, manifest: Record<string, unknown>): Promise<void> {
	const { messages } = await publint({ pkgDir: folder, strict: true, pack: false });
	if (messages.length === 0) return;
	const lines = messages.map((message) => `  ${message.type}: ${formatMessage(message, manifest, { color: false })}`);
	throw new Error(`The package is not fit to publish:\n${lines.join("\n")}`);
}
