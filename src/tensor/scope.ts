/** Scopes: everything born in one dies at its end unless it is returned or kept. */
import { ArgumentError } from "../core/errors.ts";
import { context, type OpenScope } from "./context.ts";
import { Tensor } from "./tensor.ts";

/**
 * Runs `fn` and gives back the memory of every tensor made in it, except those it returns (also inside lists and plain objects)
 * and those on which `keep()` was called. A training step is a scope.
 *
 * @param options.name - named in the message when a tensor is used after the scope's end
 * @throws ArgumentError if `fn` is asynchronous: other code would run inside the scope while it waits
 * @example
 * const loss = scope(() => step(batch).item());
 */
export function scope<R>(fn: () => R, options: { name?: string } = {}): R {
	const outer = context.scope;
	const own: OpenScope = { name: options.name ?? "scope", tensors: [] };
	context.scope = own;
	try {
		const result = fn();
		context.scope = outer;
		if (isPromise(result)) {
			throw new ArgumentError(`${own.name}: the function is asynchronous. Expected a synchronous one; await its values outside the scope.`);
		}
		const survivors = new Set<Tensor>();
		collect(result, survivors);
		end(own, survivors);
		return result;
	} catch (error) {
		context.scope = outer;
		end(own, new Set());
		throw error;
	}
}

function end(own: OpenScope, survivors: ReadonlySet<Tensor>): void {
	const by = `at the end of ${own.name === "scope" ? "the scope" : `scope "${own.name}"`} in which it was made`;
	for (const tensor of own.tensors) {
		if (survivors.has(tensor)) tensor.adopt();
		else if (!tensor.isKept) tensor.dispose(by);
	}
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
	return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

function collect(value: unknown, into: Set<Tensor>): void {
	if (typeof value !== "object" || value === null) return;
	if (value instanceof Tensor) into.add(value);
	else if (Array.isArray(value)) for (const item of value) collect(item, into);
	else if (Object.getPrototypeOf(value) === Object.prototype) for (const item of Object.values(value)) collect(item, into);
}
