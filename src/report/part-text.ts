/** From which examples a figure is. */
import { formatCounted } from "./format.ts";
import type { JudgedPart } from "./run-report-data.ts";

/** `test, 180 examples` */
export function partText({ name, exampleCount }: Pick<JudgedPart, "name" | "exampleCount">): string {
	return `${name}, ${formatCounted(exampleCount, "example")}`;
}
