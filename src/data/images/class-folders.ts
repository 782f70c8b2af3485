/** Finds the images of a folder that has one folder for each class. */
import { DataError } from "../errors.ts";
import { type FolderEntry, listFolder } from "./node.ts";

/** Something about the files that the user should know. */
export interface ImageRemark {
	/** `ignored`: no image by its name. `corrupt`: cannot be decoded, left out. */
	readonly kind: "ignored" | "corrupt";
	readonly file: string;
	readonly message: string;
}

/** Images by class. */
export interface ClassFolders {
	/** Names of the folders, sorted by code units. */
	readonly classes: readonly string[];
	/** Paths, class by class, sorted within. */
	readonly files: readonly string[];
	/** Class index of each file. */
	readonly labels: Int32Array;
	readonly remarks: readonly ImageRemark[];
}

/** What sharp decodes and people train on; a drawing by program (SVG) is none of them. */
const imageName = /\.(png|jpe?g|jpe|jfif|webp|gif|tiff?|avif|heif|jp2)$/i;

/** Lists the images of each class. @throws DataError if there are no class folders, only one, or one without images */
export async function listClassFolders(folder: string): Promise<ClassFolders> {
	const entries = await listFolder(folder);
	const folders = entries.filter(({ kind }) => kind === "folder");
	checkFolders(folder, folders, entries);
	const remarks = entries.filter(({ kind }) => kind === "file").map(({ path }) => ignored(path, "lies beside the class folders"));
	const files: string[] = [];
	const labels: number[] = [];
	for (const [label, { name, path }] of folders.entries()) {
		const contents = await listFolder(path);
		const images = contents.filter((entry) => entry.kind === "file" && imageName.test(entry.name));
		if (images.length === 0) throw emptyClass(name, path, contents);
		for (const image of images) {
			files.push(image.path);
			labels.push(label);
		}
		for (const entry of contents)
			if (!images.includes(entry))
				remarks.push(ignored(entry.path, entry.kind === "folder" ? "a folder in a class" : "no image by its name"));
	}
	return { classes: folders.map(({ name }) => name), files, labels: Int32Array.from(labels), remarks };
}

function ignored(file: string, reason: string): ImageRemark {
	return { kind: "ignored", file, message: `${file} was ignored: ${reason}.` };
}

function checkFolders(folder: string, folders: readonly FolderEntry[], entries: readonly FolderEntry[]): void {
	if (folders.length >= 2) return;
	const imageTotal = entries.filter(({ name, kind }) => kind === "file" && imageName.test(name)).length;
	const received =
		folders.length === 1 ? `only "${folders[0].name}"` : imageTotal > 0 ? `${imageTotal} images and no folder` : "no folder in it";
	throw new DataError(
		`${folder}: expected a folder for each of at least two classes, received ${received}.\n` +
			"  Try: sort the images into folders named after their classes: cats/1.jpg, dogs/2.jpg.",
		{ file: folder },
	);
}

function emptyClass(name: string, path: string, contents: readonly FolderEntry[]): DataError {
	const inner = contents.filter(({ kind }) => kind === "folder");
	const advice =
		inner.length > 0
			? `open ${path} itself, if "${inner[0].name}" is a class; one data set is opened for each of train, validation and test.`
			: "put images there (png, jpg, webp, gif, tiff, avif), or delete the folder.";
	const received =
		contents.length === 0
			? "nothing"
			: contents
					.slice(0, 3)
					.map((entry) => entry.name)
					.join(", ");
	return new DataError(`${path}: expected images of the class "${name}", found ${received}.\n  Try: ${advice}`, { file: path });
}
