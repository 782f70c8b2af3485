/** `gradus report`. */
import type { Session } from "../../project/session.ts";

/** Writes the report of a run that has just ended; gives its path. */
export async function writeReport(_session: Session): Promise<string | null> {
	return null;
}
