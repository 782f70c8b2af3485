/** Folders for files of gigabytes, which must not stay behind. Node only. */
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of its own. */
export interface TemporaryFolder {
	readonly path: string;
	/** Removes it and what is in it. */
	remove(): Promise<void>;
}

/** Makes a folder in the system's place for temporary files. It also goes when the process exits without having removed it. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
	const path = await mkdtemp(join(tmpdir(), "gradus-"));
	const removeNow = (): void => rmSync(path, { recursive: true, force: true });
	process.once("exit", removeNow);
	return {
		path,
		remove: async () => {
			process.off("exit", removeNow);
			await rm(path, { recursive: true, force: true });
		},
	};
}
