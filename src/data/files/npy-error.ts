/** What readers of NumPy files throw. */
import { DataError, type DataPlace } from "../errors.ts";

/** A NumPy file that is damaged, or holds what has no meaning outside Python. */
export class NpyError extends DataError {
	override name = "NpyError";
}

/** Throws an `NpyError` that names the file. */
export function refuseNpy(problem: string, advice: string, place: DataPlace): never {
	throw new NpyError(`${place.file ?? "npy"}: ${problem}.\n  Try: ${advice}`, place);
}
