/** Fetches a gzip file from mirrors and keeps it only if its content has the expected checksum. */
import { GradusError } from "../../core/errors.ts";
import { gunzip } from "../files/gzip.ts";
import { nodeModules } from "./node.ts";

/** A file whose content is known. */
export interface RemoteFile {
	readonly name: string;
	/** Of the unpacked content, hexadecimal. */
	readonly sha256: string;
	/** Bytes of the unpacked content. */
	readonly byteCount: number;
}

/** What came of a download. */
export type DownloadResult = { readonly kind: "saved" } | { readonly kind: "failed"; readonly reasons: readonly string[] };

/** Waiting for a mirror ends after this. */
const TIMEOUT_MS = 120_000;

/** Whether the file is there with the right content. */
export async function isIntact(path: string, file: RemoteFile): Promise<boolean> {
	const bytes = await nodeModules(path)
		.fs.readFile(path)
		.catch(() => undefined);
	return bytes !== undefined && (await problemOf(bytes, file)) === undefined;
}

/**
 * Fetches a file into a folder, from the first mirror that has it intact. It appears under its name only when whole and verified.
 *
 * @throws the signal's reason if it is aborted
 */
export async function downloadFile(
	file: RemoteFile,
	options: { folder: string; mirrors: readonly string[]; signal?: AbortSignal },
): Promise<DownloadResult> {
	const reasons: string[] = [];
	for (const mirror of options.mirrors) {
		const address = mirror + file.name;
		const bytes = await fetchBytes(address, options.signal);
		options.signal?.throwIfAborted();
		const problem = typeof bytes === "string" ? bytes : await problemOf(bytes, file);
		if (problem === undefined) {
			await save(bytes as Uint8Array, options.folder, file.name);
			return { kind: "saved" };
		}
		reasons.push(`${address}: ${problem}`);
	}
	return { kind: "failed", reasons };
}

/** The answer's bytes, or why there are none. */
async function fetchBytes(address: string, signal?: AbortSignal): Promise<Uint8Array | string> {
	const timeout = AbortSignal.timeout(TIMEOUT_MS);
	try {
		const response = await fetch(address, { signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]) });
		if (response.ok) return new Uint8Array(await response.arrayBuffer());
		await response.body?.cancel();
		return `answered ${response.status} ${response.statusText}`.trim();
	} catch (error) {
		const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
		return `no answer (${cause instanceof Error ? cause.message || cause.name : cause})`;
	}
}

/** What is wrong with the content, or undefined. */
async function problemOf(bytes: Uint8Array, file: RemoteFile): Promise<string | undefined> {
	try {
		const content = await gunzip(bytes, { file: file.name, limitBytes: file.byteCount });
		if (content.length !== file.byteCount) return `expected ${file.byteCount} bytes when unpacked, received ${content.length}`;
		const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content as Uint8Array<ArrayBuffer>));
		const received = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
		return received === file.sha256 ? undefined : `expected SHA-256 ${file.sha256}, received ${received}`;
	} catch (error) {
		if (error instanceof GradusError) return error.message.split("\n")[0];
		throw error;
	}
}

async function save(bytes: Uint8Array, folder: string, name: string): Promise<void> {
	const { fs, path } = nodeModules(name);
	await fs.mkdir(folder, { recursive: true });
	const partial = path.join(folder, `.${name}.${crypto.randomUUID()}.part`);
	await fs.writeFile(partial, bytes);
	await fs.rename(partial, path.join(folder, name));
}
