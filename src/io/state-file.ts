/** States as files: any plain data with typed arrays in one sealed safetensors file. What a state means is its owner's business. */
import { gradusVersion } from "../core/version.ts";
import { isIntact, noChecksum, seal } from "./checksum.ts";
import { FileError, refuseDamaged, refuseNewer } from "./errors.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import { putTogether, takeApart } from "./skeleton.ts";

/** Version of the format. The checksum stays as it is in all versions, so that a later file can be told from a damaged one. */
const FORMAT = 1;

const KIND = "gradus state";

/**
 * A state as the bytes of a file.
 *
 * @param state - numbers, texts, lists, objects and typed arrays; all numbers keep their bits but for the payload of NaN
 * @throws ArgumentError that names the place of anything else
 */
export async function encodeState(state: unknown): Promise<Uint8Array<ArrayBuffer>> {
	return (await encodeSealedState(state)).bytes;
}

/** The same with the checksum that stands in it. */
export async function encodeSealedState(state: unknown): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly checksum: string }> {
	const { skeleton, tensors } = takeApart(state);
	// The checksum goes first, so that no other text in the header can be taken for it.
	const metadata = { sha256: noChecksum, kind: KIND, version: String(FORMAT), gradus: gradusVersion, skeleton };
	const bytes = writeSafetensors(tensors, metadata);
	return { bytes, checksum: await seal(bytes, headerEnd(bytes)) };
}

/**
 * The state in a file's bytes.
 *
 * @param where - begins the message of an error, such as the file's name
 * @throws FileError if a single bit differs from what was written, or a later Gradus wrote it
 */
export async function decodeState(file: Uint8Array<ArrayBuffer>, where = "state"): Promise<unknown> {
	const { tensors, metadata } = readSafetensors(file, where);
	const checksum = metadata.get("sha256") ?? "";
	if (metadata.get("kind") !== KIND) refuseDamaged(where, `a ${KIND}`, "another safetensors file");
	if (!(await isIntact(file, headerEnd(file), checksum))) {
		throw new FileError(
			"damaged",
			`${where}: its bytes are not those that were written; the checksum differs.\n  Try: the file written before it.`,
		);
	}
	const version = Number(metadata.get("version"));
	if (version !== FORMAT) refuseNewer(where, { format: metadata.get("version"), by: metadata.get("gradus"), known: FORMAT });
	return putTogether(metadata.get("skeleton") ?? "", tensors, where);
}

function headerEnd(file: Uint8Array): number {
	return 8 + Number(new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true));
}
