/** What a run's record says of columns that give the target away. */
import type { Leak } from "./opened.ts";

/** A leak and what was done about it. */
export function leakRemark({ text }: Leak, isKept: boolean): string {
	return `${text} ${isKept ? "It was kept: the model may look better than it is." : "It was left out of the inputs; --keep-leaks trains with it."}`;
}
