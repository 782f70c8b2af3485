/** Finds what is wrong with a JSON file where DuckDB gave up. */
import { jsonLine, jsonRecords } from "../json-records.ts";
import { type Encoding, fileText } from "./bytes.ts";
import type { TableFile } from "./locate.ts";

/** An array is parsed at once for its fault; a larger one is left to the general message. */
const MAX_ARRAY_BYTES = 256_000_000;

/** Reads until something is malformed. @throws DataError with the line of what is */
export async function findJsonFault(file: TableFile, encoding: Encoding): Promise<void> {
	let [line, whole, isArray] = [1, "", null as boolean | null];
	for await (const text of fileText(file, encoding)) {
		isArray ??= text.trimStart() === "" ? null : /^[\ufeff\s]*\[/.test(text);
		if (isArray) {
			whole += text;
			if (whole.length > MAX_ARRAY_BYTES) return;
			continue;
		}
		const lines = text.split(/\r?\n/);
		if (lines.at(-1) === "") lines.pop();
		for (const one of lines) {
			if (one.trim() !== "") jsonLine(one.replace(/^\ufeff/, ""), line, file.path);
			line++;
		}
	}
	if (isArray) jsonRecords(whole, file.path);
}
