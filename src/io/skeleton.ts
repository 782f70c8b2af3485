/** Plain data with typed arrays inside, taken apart into JSON text and arrays by name. */
import { ArgumentError } from "../core/errors.ts";
import { showKind } from "../core/options.ts";
import { parsePlain, stringifyPlain } from "../core/plain-json.ts";
import { refuseDamaged } from "./errors.ts";
import type { StoredTensor } from "./safetensors.ts";

/** Plain data in two parts. */
export interface Parts {
	/** JSON in which `{ "$tensor": name }` stands for an array. */
	readonly skeleton: string;
	readonly tensors: Readonly<Record<string, StoredTensor>>;
}

const KEY = "$tensor";

/** More levels than any state has; beyond, a file is hostile, or data has a cycle. */
const MAX_DEPTH = 100;

/**
 * Takes plain data apart.
 *
 * @throws ArgumentError that names the place of what is no plain data
 */
export function takeApart(value: unknown): Parts {
	const tensors = new Map<string, StoredTensor>();
	const visit = (inner: unknown, path: readonly string[]): unknown => {
		const where = (): string => `state${path.map((key) => `.${key}`).join("")}`;
		if (path.length > MAX_DEPTH)
			throw new ArgumentError(`${where().slice(0, 200)}…: expected at most ${MAX_DEPTH} levels. Is it in itself?`);
		if (inner === null || inner === undefined || ["boolean", "string", "number"].includes(typeof inner)) return inner;
		if (ArrayBuffer.isView(inner)) {
			const name = path.join(".") || "value";
			// Keys with dots can make two paths one name.
			const unique = tensors.has(name) || name.startsWith("__") ? `${name}#${tensors.size}` : name;
			tensors.set(unique, store(inner, where()));
			return { [KEY]: unique };
		}
		if (Array.isArray(inner)) return inner.map((item, i) => visit(item === undefined ? null : item, [...path, String(i)]));
		if (typeof inner !== "object" || !isPlain(inner) || Object.hasOwn(inner, KEY)) {
			throw new ArgumentError(
				`${where()}: expected plain data (numbers, texts, lists, objects, typed arrays), received ${showKind(inner)}.`,
			);
		}
		return Object.fromEntries(Object.entries(inner).map(([key, item]) => [key, visit(item, [...path, key])]));
	};
	const skeleton = stringifyPlain(visit(value, []) ?? null);
	return { skeleton, tensors: Object.fromEntries(tensors) };
}

/**
 * Puts plain data together again.
 *
 * @param where - begins the message of an error
 * @throws FileError if the skeleton is no JSON or names an array that is not there
 */
export function putTogether(skeleton: string, tensors: ReadonlyMap<string, StoredTensor>, where: string): unknown {
	let parsed: unknown;
	try {
		parsed = parsePlain(skeleton);
	} catch {
		return refuseDamaged(`${where}: skeleton`, "JSON", "other text");
	}
	const visit = (inner: unknown, depth: number): unknown => {
		if (depth > MAX_DEPTH) return refuseDamaged(`${where}: skeleton`, `at most ${MAX_DEPTH} levels`, "more");
		if (typeof inner !== "object" || inner === null) return inner;
		if (Array.isArray(inner)) return inner.map((item) => visit(item, depth + 1));
		if (Object.hasOwn(inner, KEY)) {
			const name = (inner as Record<string, unknown>)[KEY];
			const tensor = typeof name === "string" ? tensors.get(name) : undefined;
			return tensor?.data ?? refuseDamaged(`${where}: skeleton`, "the name of an array in the file", String(name).slice(0, 60));
		}
		return Object.fromEntries(Object.entries(inner).map(([key, item]) => [key, visit(item, depth + 1)]));
	};
	return visit(parsed, 0);
}

const dtypeOf = new Map<unknown, StoredTensor["dtype"]>([
	[Float32Array, "float32"],
	[Float64Array, "float64"],
	[Int32Array, "int32"],
	[Uint8Array, "uint8"],
]);

function store(view: ArrayBufferView, where: string): StoredTensor {
	const dtype = dtypeOf.get(view.constructor);
	if (dtype === undefined) {
		throw new ArgumentError(`${where}: expected a Float32Array, Float64Array, Int32Array or Uint8Array, received ${showKind(view)}.`);
	}
	const data = view as StoredTensor["data"];
	return { dtype, shape: [data.length], data };
}

function isPlain(value: object): boolean {
	const prototype = Object.getPrototypeOf(value);
	return prototype === Object.prototype || prototype === null;
}
