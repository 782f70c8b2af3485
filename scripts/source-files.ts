/** Where the repository lies, and which TypeScript files a folder holds. */
import { existsSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder, absolute. */
export const repositoryRoot = fileURLToPath(new URL("..", import.meta.url));

/** Paths relative to the root, with forward slashes, of all `.ts` files under `folder`; none where the folder does not exist. */
export function typescriptFiles(folder: string, root = repositoryRoot): string[] {
	const start = join(root, folder);
	if (!existsSync(start)) return [];
	return readdirSync(start, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts"))
		.map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
		.sort();
}
