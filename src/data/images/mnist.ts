/** MNIST from a folder, a cache, or the net. */
import { ArgumentError } from "../../core/errors.ts";
import { DataError } from "../errors.ts";
import { downloadFile, isIntact, type RemoteFile } from "./download.ts";
import { type ImageSplits, openIdxFolder } from "./idx-folder.ts";
import { nodeModules } from "./node.ts";

/** Where MNIST comes from; one of `folder` and `cache` is needed. */
export interface MnistOptions {
	/** A folder with the four files (or a part of the training set under a name such as `train-images-10k-idx3-ubyte.gz`). Used as it is. */
	readonly folder?: string;
	/** A folder to keep the files in, such as `~/.cache/gradus/mnist` with `~` written out. What is missing or damaged is fetched. */
	readonly cache?: string;
	/** Whether missing files may be fetched. Default true. */
	readonly download?: boolean;
	/** Addresses that end in "/", tried in order. Default: two public mirrors. */
	readonly mirrors?: readonly string[];
	readonly signal?: AbortSignal;
}

/** Copies of the original files. */
const defaultMirrors = ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"];

/** SHA-256 of the unpacked files, so that it does not matter who compressed them. */
export const officialFiles: readonly RemoteFile[] = [
	{
		name: "train-images-idx3-ubyte.gz",
		sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
		byteCount: 47_040_016,
	},
	{ name: "train-labels-idx1-ubyte.gz", sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", byteCount: 60_008 },
	{ name: "t10k-images-idx3-ubyte.gz", sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", byteCount: 7_840_016 },
	{ name: "t10k-labels-idx1-ubyte.gz", sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", byteCount: 10_008 },
];

/**
 * MNIST: 60,000 training and 10,000 test images of handwritten digits, grey, 28 × 28.
 *
 * Files in the cache are verified by SHA-256 of their content whenever they are opened; a folder of the user's own is checked for its
 * structure alone (magic, sizes, equally many images and labels, labels 0 … 9).
 *
 * @throws DataError that says what to fetch and where to put it, if files are missing and cannot be fetched; or that files are no MNIST
 * @throws ArgumentError if neither `folder` nor `cache` is given
 * @see LeCun, Bottou, Bengio & Haffner 1998, doi:10.1109/5.726791
 * @example
 * const { train, test } = await loadMnist({ cache: join(homedir(), ".cache/gradus/mnist") });
 */
export async function loadMnist(options: MnistOptions): Promise<ImageSplits> {
	const { folder, cache } = options;
	if ((folder === undefined) === (cache === undefined)) {
		throw new ArgumentError("loadMnist: expected either folder, where the files are, or cache, where they are to be kept.");
	}
	if (cache !== undefined) await fillCache(cache, options);
	const splits = await openIdxFolder(folder ?? (cache as string));
	checkDigits(splits, folder ?? (cache as string));
	return splits;
}

async function fillCache(cache: string, options: MnistOptions): Promise<void> {
	const { download = true, mirrors = defaultMirrors, signal } = options;
	const { path } = nodeModules("loadMnist");
	const present = await Promise.all(officialFiles.map((file) => isIntact(path.join(cache, file.name), file)));
	const missing = officialFiles.filter((_, i) => !present[i]);
	for (const file of missing) {
		if (!download) throw notThere(cache, missing, { mirrors, reason: "Fetching is switched off (download: false)." });
		const result = await downloadFile(file, { folder: cache, mirrors, signal });
		if (result.kind === "failed") throw notThere(cache, missing, { mirrors, reason: result.reasons.join("\n  ") });
	}
}

function notThere(cache: string, missing: readonly RemoteFile[], why: { mirrors: readonly string[]; reason: string }): DataError {
	const [mirror = defaultMirrors[0]] = why.mirrors;
	return new DataError(
		`MNIST: ${missing.length} of its ${officialFiles.length} files are missing or damaged in ${cache}.\n  ${why.reason}\n` +
			`  Try: fetch these and put them into ${cache}, under these names:\n` +
			missing.map(({ name }) => `    ${mirror}${name}`).join("\n"),
		{ file: cache },
	);
}

function checkDigits({ train, test, classes }: ImageSplits, folder: string): void {
	const [, height, width] = train.inputShape;
	if (height === 28 && width === 28 && classes.length === 10) return;
	throw new DataError(
		`${folder}: expected MNIST, digits 0 … 9 of 28 × 28, received ${classes.length} classes of ${height} × ${width}` +
			`${test === null ? "" : " (training and test part)"}.\n  Try: openIdxFolder for other sets.`,
		{ file: folder },
	);
}
