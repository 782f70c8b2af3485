/** The journal of a run as text: one event a line, JSON with all numbers kept. Where the text lies is not its business. */
import { parsePlain, stringifyPlain } from "../core/plain-json.ts";
import type { RunEvent } from "./events.ts";

/** What a journal's text holds. */
export interface Journal {
	readonly events: readonly RunEvent[];
	/** Lines that are no events, from 1, such as one that a loss of power tore. */
	readonly unreadable: readonly number[];
}

/** What each event must have to be one; later versions may add kinds, which are passed over. */
const required: { readonly [K in RunEvent["kind"]]: Readonly<Record<string, "number" | "string" | "object">> } = {
	start: { time: "string", config: "object", epochs: "number", totalSteps: "number", monitor: "object" },
	resume: { time: "string", step: "number", epoch: "number" },
	step: { step: "number", epoch: "number", loss: "number", lr: "number" },
	layers: { step: "number", activations: "object", parameters: "object" },
	epoch: { epoch: "number", step: "number", train: "object" },
	checkpoint: { step: "number", file: "string", reason: "string" },
	action: { step: "number", by: "string", action: "string", why: "string" },
	remark: { step: "number", text: "string" },
	nonFinite: { step: "number", where: "string", value: "string" },
	test: { scores: "object", exampleCount: "number" },
	end: { time: "string", reason: "string", step: "number", epoch: "number" },
};

/** An event as a line, with its line end. */
export function journalLine(event: RunEvent): string {
	return `${stringifyPlain(event)}\n`;
}

/**
 * Reads a journal. A last line without line end was torn while it was written and is left out; other lines that are no events are named.
 *
 * @param text - of the whole journal
 */
export function readJournal(text: string): Journal {
	const lines = text.split("\n");
	// What follows the last line end: nothing, or a torn line.
	lines.pop();
	const events: RunEvent[] = [];
	const unreadable: number[] = [];
	for (const [i, line] of lines.entries()) {
		const event = eventIn(line);
		if (event === null) unreadable.push(i + 1);
		else if (event !== "of a later version") events.push(event);
	}
	return { events, unreadable };
}

function eventIn(line: string): RunEvent | "of a later version" | null {
	let value: unknown;
	try {
		value = parsePlain(line);
	} catch {
		return null;
	}
	if (typeof value !== "object" || value === null || !Object.hasOwn(value, "kind")) return null;
	const fields = value as Readonly<Record<string, unknown>>;
	const { kind } = fields;
	if (typeof kind !== "string") return null;
	if (!Object.hasOwn(required, kind)) return "of a later version";
	const expected = Object.entries(required[kind as RunEvent["kind"]]);
	const isWhole = expected.every(([name, type]) => Object.hasOwn(fields, name) && fields[name] !== null && typeof fields[name] === type);
	return isWhole ? (value as RunEvent) : null;
}
