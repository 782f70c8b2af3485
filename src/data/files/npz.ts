/** .npz, NumPy's archive of named arrays. */
import type { DataPlace } from "../errors.ts";
import type { FileArray } from "./element-type.ts";
import { readNpy } from "./npy.ts";
import { refuseNpy } from "./npy-error.ts";
import { readZip, readZipEntry } from "./zip.ts";

/**
 * Reads a .npz file as `numpy.savez` and `numpy.savez_compressed` write it: arrays by name.
 *
 * @param place - file name for messages
 * @throws ZipError if the archive is damaged or uses what is not read (encryption, zip64)
 * @throws NpyError if an array in it cannot be read, or none is there
 * @example
 * const arrays = await readNpz(bytes);
 * const x = toFloat32(arrays.get("x_train")!);
 */
export async function readNpz(bytes: Uint8Array, place: DataPlace = {}): Promise<ReadonlyMap<string, FileArray>> {
	const arrays = new Map<string, FileArray>();
	for (const entry of readZip(bytes, place)) {
		if (!entry.name.endsWith(".npy")) continue;
		const content = await readZipEntry(entry, place);
		arrays.set(entry.name.slice(0, -".npy".length), readNpy(content, { ...place, file: `${place.file ?? "npz"}: ${entry.name}` }));
	}
	if (arrays.size === 0) refuseNpy("the archive holds no .npy file", "numpy.savez writes one.", place);
	return arrays;
}
