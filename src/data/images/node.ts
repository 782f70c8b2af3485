/** Node's modules for files, asked for at run time, so that image data sets can be imported in a browser. */
import { DataError } from "../errors.ts";

/** The parts of Node that are used. */
export interface NodeModules {
	readonly fs: typeof import("node:fs/promises");
	readonly path: typeof import("node:path");
	readonly module: typeof import("node:module");
}

/** Node's modules. @throws DataError in a browser */
export function nodeModules(what: string): NodeModules {
	const get = globalThis.process?.getBuiltinModule;
	if (get === undefined) throw new DataError(`${what}: expected Node.js, for it reads files; a browser can make an ImageDataset of bytes.`);
	return { fs: get("node:fs/promises"), path: get("node:path"), module: get("node:module") };
}

/** The bytes of a file. @throws DataError if it cannot be read */
export async function readFileBytes(file: string): Promise<Uint8Array<ArrayBuffer>> {
	try {
		return await nodeModules(file).fs.readFile(file);
	} catch (error) {
		if (error instanceof DataError) throw error;
		throw new DataError(`${file}: cannot be read (${errorCode(error)}).\n  Try: check that it is there and that you may read it.`, {
			file,
		});
	}
}

/** A folder or file in a folder. */
export interface FolderEntry {
	readonly name: string;
	readonly path: string;
	readonly kind: "file" | "folder";
}

/** What a folder holds, sorted by name; links are followed, hidden names and what is neither file nor folder left out. */
export async function listFolder(folder: string): Promise<FolderEntry[]> {
	const { fs, path } = nodeModules(folder);
	const items = await fs.readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
		const advice = errorCode(error) === "ENOTDIR" ? "give the folder, not a file in it." : "check its name and that you may read it.";
		throw new DataError(`${folder}: expected a folder that can be read (${errorCode(error)}).\n  Try: ${advice}`, { file: folder });
	});
	const entries = items
		.filter(({ name }) => isVisible(name))
		.map(async (item): Promise<FolderEntry | undefined> => {
			const itemPath = path.join(folder, item.name);
			const target = item.isSymbolicLink() ? await fs.stat(itemPath).catch(() => undefined) : item;
			const kind = target?.isDirectory() ? "folder" : target?.isFile() ? "file" : undefined;
			return kind === undefined ? undefined : { name: item.name, path: itemPath, kind };
		});
	return (await Promise.all(entries)).filter((entry) => entry !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Files that systems leave behind without being asked. */
const litter = ["thumbs.db", "desktop.ini", "__macosx"];

function isVisible(name: string): boolean {
	return !name.startsWith(".") && !litter.includes(name.toLowerCase());
}

function errorCode(error: unknown): string {
	return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
