/**
 * Formulas: elementwise functions written once as graphs of scalar primitives. An executor renders them to its own code; derivatives follow
 * from each primitive's rule. Nothing here computes.
 */
import type { DType } from "../core/dtype.ts";
import { ArgumentError } from "../core/errors.ts";
import type { Primitive } from "./primitive.ts";
import * as rows from "./scalars/index.ts";

/** Something that can stand in a formula: an expression or a number. */
export type ScalarLike = Scalar | number;

/** What an expression's value is while it is computed. */
export type ScalarType = "real" | "integer" | "truth";

/** A node of a formula. Expressions are immutable; sharing one in two places computes it once. */
export class Scalar {
	readonly node: ScalarNode;
	constructor(node: ScalarNode) {
		this.node = node;
	}
	add(other: ScalarLike): Scalar {
		return call(rows.add, this, other);
	}
	sub(other: ScalarLike): Scalar {
		return call(rows.sub, this, other);
	}
	mul(other: ScalarLike): Scalar {
		return call(rows.mul, this, other);
	}
	div(other: ScalarLike): Scalar {
		return call(rows.div, this, other);
	}
	neg(): Scalar {
		return call(rows.neg, this);
	}
	gt(other: ScalarLike): Scalar {
		return call(rows.gt, this, other);
	}
	lt(other: ScalarLike): Scalar {
		return call(rows.lt, this, other);
	}
	ge(other: ScalarLike): Scalar {
		return call(rows.ge, this, other);
	}
	le(other: ScalarLike): Scalar {
		return call(rows.le, this, other);
	}
	square(): Scalar {
		return call(rows.mul, this, this);
	}
}

/** The three kinds of nodes. */
export type ScalarNode =
	| { readonly kind: "input"; readonly index: number }
	| { readonly kind: "constant"; readonly value: number }
	| { readonly kind: "call"; readonly primitive: Primitive; readonly args: readonly Scalar[] };

/** A number in a formula. */
export function constant(value: number): Scalar {
	return new Scalar({ kind: "constant", value });
}

/** A primitive applied to expressions. */
export function call(primitive: Primitive, ...args: ScalarLike[]): Scalar {
	if (args.length !== primitive.arity) {
		throw new ArgumentError(`${primitive.name} takes ${primitive.arity} arguments, received ${args.length}.`);
	}
	return new Scalar({ kind: "call", primitive, args: args.map((arg) => (typeof arg === "number" ? constant(arg) : arg)) });
}

/** An elementwise function of `arity` inputs with one or more results. */
export interface Formula {
	/** For people and profiles. */
	readonly name: string;
	readonly arity: number;
	readonly outputs: readonly Scalar[];
	/** Equal keys mean equal functions; executors keep compiled code under it. */
	readonly key: string;
	/** Its derivative where that is stated; else the primitives' rules give it. */
	readonly gradient?: StatedGradient;
}

/** What each input receives when `grad` arrives at the result `out`; null for nothing. */
export type StatedGradient = (grad: Scalar, inputs: readonly Scalar[], out: Scalar) => readonly (Scalar | null)[];

/** The same formula with a derivative that is stabler or cheaper than the one by rule, or that reads the result instead of the input. */
export function withGradient(of: Formula, gradient: StatedGradient): Formula {
	return { ...of, gradient };
}

/**
 * Makes a formula from a function of expressions.
 *
 * @example
 * const swish = formula("swish", (x) => x.mul(s.sigmoid(x)));
 */
export function formula(name: string, build: (...inputs: Scalar[]) => Scalar | readonly Scalar[], arity = build.length): Formula {
	const inputs = Array.from({ length: arity }, (_, index) => new Scalar({ kind: "input", index }));
	const built = build(...inputs);
	return makeFormula(name, arity, built instanceof Scalar ? [built] : built);
}

function makeFormula(name: string, arity: number, outputs: readonly Scalar[]): Formula {
	return { name, arity, outputs, key: `${arity}:${canonicalKey(outputs)}` };
}

/** A text that determines the graph: nodes numbered in order of first need. */
function canonicalKey(outputs: readonly Scalar[]): string {
	const numbers = new Map<string, number>();
	const seen = new Map<Scalar, number>();
	const visit = (scalar: Scalar): number => {
		const known = seen.get(scalar);
		if (known !== undefined) return known;
		const { node } = scalar;
		let text: string;
		switch (node.kind) {
			case "input":
				text = `x${node.index}`;
				break;
			case "constant":
				text = Object.is(node.value, -0) ? "-0" : String(node.value);
				break;
			case "call":
				text = `${node.primitive.name}(${node.args.map(visit).join(",")})`;
				break;
			default:
				node satisfies never;
				throw new Error("unreachable");
		}
		let number = numbers.get(text);
		if (number === undefined) {
			number = numbers.size;
			numbers.set(text, number);
		}
		seen.set(scalar, number);
		return number;
	};
	const roots = outputs.map(visit);
	return `${[...numbers.keys()].join(";")}>${roots.join(",")}`;
}

/** Which inputs an expression reads. */
export function inputsOf(outputs: readonly Scalar[]): Set<number> {
	const used = new Set<number>();
	const seen = new Set<Scalar>();
	const visit = (scalar: Scalar): void => {
		if (seen.has(scalar)) return;
		seen.add(scalar);
		if (scalar.node.kind === "input") used.add(scalar.node.index);
		else if (scalar.node.kind === "call") scalar.node.args.forEach(visit);
	};
	outputs.forEach(visit);
	return used;
}

/** Puts expressions in the place of a formula's inputs. */
export function substitute(scalar: Scalar, replacements: readonly Scalar[]): Scalar {
	const done = new Map<Scalar, Scalar>();
	const visit = (from: Scalar): Scalar => {
		const known = done.get(from);
		if (known !== undefined) return known;
		const { node } = from;
		const to =
			node.kind === "input"
				? replacements[node.index]
				: node.kind === "constant"
					? from
					: new Scalar({ kind: "call", primitive: node.primitive, args: node.args.map(visit) });
		done.set(from, to);
		return to;
	};
	return visit(scalar);
}

/** A derivative as a formula, and what it reads. */
export interface GradientFormula {
	/** Inputs: the arriving gradient, then those of `reads` in order. Outputs: the gradients, equal ones once. */
	readonly formula: Formula;
	/** Which output is the gradient of each index of `wrt`. */
	readonly outputOf: readonly number[];
	/** Which values of the forward pass it reads: an input's index, or "output". */
	readonly reads: readonly (number | "output")[];
	/** The inputs whose gradients it gives. */
	readonly wrt: readonly number[];
}

/**
 * Reverse-mode derivative of a formula with one output: for each input i of `wrt`, the arriving gradient times ∂output/∂x_i.
 * Where a rule speaks of the primitive's own result and that is the formula's output, the saved output is read instead of computed again.
 * A formula's stated derivative goes before the rules.
 *
 * @throws ArgumentError if the formula has several outputs
 */
export function gradientFormula(of: Formula, wrt: readonly number[]): GradientFormula {
	if (of.outputs.length !== 1) {
		throw new ArgumentError(`${of.name} has ${of.outputs.length} outputs; only formulas with one output have derivatives.`);
	}
	const root = of.outputs[0];
	const adjoint = new Scalar({ kind: "input", index: 0 });
	const inputAt = (index: number): Scalar => new Scalar({ kind: "input", index: index + 1 });
	const outputAt = new Scalar({ kind: "input", index: of.arity + 1 });
	const inputs = Array.from({ length: of.arity }, (_, index) => inputAt(index));
	const shared = new Map<Scalar, Scalar>();
	/** The forward expression over the gradient formula's own inputs. */
	const forward = (scalar: Scalar): Scalar => {
		const known = shared.get(scalar);
		if (known !== undefined) return known;
		const { node } = scalar;
		const made =
			scalar === root && node.kind === "call"
				? outputAt
				: node.kind === "input"
					? inputs[node.index]
					: node.kind === "constant"
						? scalar
						: new Scalar({ kind: "call", primitive: node.primitive, args: node.args.map(forward) });
		shared.set(scalar, made);
		return made;
	};
	const gradients = of.gradient?.(adjoint, inputs, outputAt) ?? accumulate(root, adjoint, forward, of.arity);
	const each = wrt.map((index) => gradients[index] ?? constant(0));
	const keys = each.map((output) => canonicalKey([output]));
	const distinct = [...new Set(keys)];
	const outputs = distinct.map((key) => each[keys.indexOf(key)]);
	const used = inputsOf(outputs);
	const reads: (number | "output")[] = [];
	const replacements: Scalar[] = [adjoint];
	for (let index = 1; index <= of.arity + 1; index++) {
		if (!used.has(index)) continue;
		reads.push(index === of.arity + 1 ? "output" : index - 1);
		replacements[index] = new Scalar({ kind: "input", index: reads.length });
	}
	const made = makeFormula(
		`${of.name}Gradient`,
		reads.length + 1,
		outputs.map((output) => substitute(output, replacements)),
	);
	return { formula: made, outputOf: keys.map((key) => distinct.indexOf(key)), reads, wrt };
}

function accumulate(root: Scalar, adjoint: Scalar, forward: (s: Scalar) => Scalar, arity: number): (Scalar | undefined)[] {
	const order: Scalar[] = [];
	const seen = new Set<Scalar>();
	const visit = (scalar: Scalar): void => {
		if (seen.has(scalar)) return;
		seen.add(scalar);
		if (scalar.node.kind === "call") scalar.node.args.forEach(visit);
		order.push(scalar);
	};
	visit(root);
	const adjoints = new Map<Scalar, Scalar>([[root, adjoint]]);
	const gradients: (Scalar | undefined)[] = new Array(arity).fill(undefined);
	for (const scalar of order.reverse()) {
		const arriving = adjoints.get(scalar);
		const { node } = scalar;
		if (arriving === undefined) continue;
		if (node.kind === "input") {
			const sofar = gradients[node.index];
			gradients[node.index] = sofar === undefined ? arriving : sofar.add(arriving);
		} else if (node.kind === "call") {
			const { primitive } = node;
			const rules = primitive.gradient(arriving, node.args.map(forward), forward(scalar));
			node.args.forEach((arg, i) => {
				const part = rules[i];
				if (part === null || arg.node.kind === "constant") return;
				const sofar = adjoints.get(arg);
				adjoints.set(arg, sofar === undefined ? part : sofar.add(part));
			});
		}
	}
	return gradients;
}

/** The type in which an input of this element type takes part. */
export function scalarTypeOf(dtype: DType): ScalarType {
	switch (dtype) {
		case "float32":
		case "float64":
			return "real";
		case "int32":
		case "uint8":
			return "integer";
		case "bool":
			return "truth";
		default:
			throw dtype satisfies never;
	}
}

/** Whether int32 holds the number as it is; it has no −0. */
function isInt32(value: number): boolean {
	return Object.is(value | 0, value);
}

/** The types of all nodes for given input types. */
export function inferTypes(outputs: readonly Scalar[], inputTypes: readonly ScalarType[]): Map<Scalar, ScalarType> {
	const types = new Map<Scalar, ScalarType>();
	const visit = (scalar: Scalar): ScalarType => {
		const known = types.get(scalar);
		if (known !== undefined) return known;
		const { node } = scalar;
		let type: ScalarType;
		if (node.kind === "input") type = inputTypes[node.index];
		else if (node.kind === "constant") type = isInt32(node.value) ? "integer" : "real";
		else type = node.primitive.type(node.args.map(visit));
		types.set(scalar, type);
		return type;
	};
	outputs.forEach(visit);
	return types;
}

/** The element type of each result for inputs of these types. */
export function outputDTypes(of: Formula, inputs: readonly DType[]): DType[] {
	const types = inferTypes(of.outputs, inputs.map(scalarTypeOf));
	const real: DType = inputs.includes("float64") ? "float64" : "float32";
	const dtypeOf: Record<ScalarType, DType> = { real, integer: "int32", truth: "bool" };
	return of.outputs.map((output) => dtypeOf[types.get(output) as ScalarType]);
}
