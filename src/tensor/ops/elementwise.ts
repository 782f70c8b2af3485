/** Formulas as operations: broadcasting, result types, and the derivative by rule. Users make their own with `elementwise`. */
import { type DType, isFloating } from "../../core/dtype.ts";
import { ArgumentError, DTypeError } from "../../core/errors.ts";
import { broadcastShapes, broadcastStrides, type Shape, sameShape } from "../../core/shape.ts";
import type { Operand } from "../../kernels/contracts.ts";
import { type Formula, formula, type GradientFormula, gradientFormula, outputDTypes, type Scalar } from "../../kernels/formula.ts";
import { context } from "../context.ts";
import { constantTensor } from "../create.ts";
import { type GradientRequest, isRecorded, record } from "../tape.ts";
import { allocate, commonExecutor, expectTensor, Tensor } from "../tensor.ts";
import { sumTo } from "./sum-to.ts";

/** What is known of a formula once it has been used as an operation. */
interface FormulaFacts {
	/** Result type if all inputs are float32. */
	readonly float32Result: DType;
	/** Derivatives by the set of inputs wanted, a bit each. */
	readonly gradients: Map<number, GradientFormula>;
}

const facts = new WeakMap<Formula, FormulaFacts>();

function factsOf(of: Formula): FormulaFacts {
	let known = facts.get(of);
	if (known === undefined) {
		const [float32Result] = outputDTypes(of, new Array<DType>(of.arity).fill("float32"));
		known = { float32Result, gradients: new Map() };
		facts.set(of, known);
	}
	return known;
}

/** The derivative of a formula in the inputs whose bits are set in `wanted`; made once. */
export function gradientRule(of: Formula, wanted: number): GradientFormula {
	const { gradients } = factsOf(of);
	let rule = gradients.get(wanted);
	if (rule === undefined) {
		const wrt = Array.from({ length: of.arity }, (_, i) => i).filter((i) => (wanted >> i) & 1);
		rule = gradientFormula(of, wrt);
		gradients.set(wanted, rule);
	}
	return rule;
}

/** A tensor or a number. */
export type TensorOrNumber = Tensor | number;

/**
 * An elementwise operation from a function of expressions: it broadcasts, runs as fast as the built-in ones on every executor and
 * has its derivative by rule. Inputs may be tensors or numbers.
 *
 * @example
 * const swish = elementwise("swish", (x) => x.mul(s.sigmoid(x)));
 * swish(tensor([-1, 0, 1]));
 */
export function elementwise<A extends readonly Scalar[]>(
	name: string,
	build: (...inputs: A) => Scalar,
): (...inputs: { [K in keyof A]: TensorOrNumber }) => Tensor {
	const made = formula(name, build as unknown as (...inputs: Scalar[]) => Scalar);
	return (...inputs) => applyFormula(made, inputs);
}

/** Applies a formula with one output. */
export function applyFormula(of: Formula, inputs: readonly TensorOrNumber[]): Tensor {
	const tensors = asTensors(of, inputs);
	const executor = commonExecutor(of.name, tensors);
	let { shape } = tensors[0];
	for (let i = 1; i < tensors.length; i++) shape = broadcastShapes(shape, tensors[i].shape, of.name);
	const out = allocate(executor, resultType(of, tensors), shape);
	executor.kernels.map(of, broadcastOperands(tensors, shape), [out]);
	if (!isRecorded(tensors) || !isFloating(out.dtype)) return out;
	return record(out, of.name, tensors, (grad, request) => sendBack(of, tensors, { out, grad, request }));
}

/** Operands as seen in a common shape. */
export function broadcastOperands(tensors: readonly Tensor[], shape: Shape): Operand[] {
	return tensors.map((x) => broadcastOperand(x, shape));
}

/** One operand as seen in a larger shape. */
export function broadcastOperand(x: Tensor, shape: Shape): Operand {
	if (sameShape(x.shape, shape)) return x;
	let size = 1;
	for (let i = 0; i < shape.length; i++) size *= shape[i];
	const strides = broadcastStrides(x.shape, x.strides, shape);
	return { block: x.block, dtype: x.dtype, shape, strides, offset: x.offset, size, contiguous: x.size === size && x.contiguous };
}

function resultType(of: Formula, tensors: readonly Tensor[]): DType {
	for (let i = 0; i < tensors.length; i++) {
		if (tensors[i].dtype !== "float32") {
			return outputDTypes(
				of,
				tensors.map((x) => x.dtype),
			)[0];
		}
	}
	return factsOf(of).float32Result;
}

function asTensors(of: Formula, inputs: readonly TensorOrNumber[]): Tensor[] {
	if (inputs.length !== of.arity) {
		throw new ArgumentError(`${of.name}: expected ${of.arity} inputs, received ${inputs.length}.`);
	}
	let model: Tensor | null = null;
	for (const input of inputs) if (input instanceof Tensor) model ??= input;
	return inputs.map((input) => {
		if (input instanceof Tensor) return input;
		if (typeof input !== "number") expectTensor(input, of.name);
		if (model === null) throw new ArgumentError(`${of.name}: expected at least one tensor, received numbers only. Try: scalar(x).`);
		return constantTensor(model.executor, constantType(input as number, model.dtype), input as number);
	});
}

/** A plain number takes the tensor's type where that can hold it. */
function constantType(value: number, dtype: DType): DType {
	if (isFloating(dtype)) return dtype;
	return Number.isInteger(value) && Math.abs(value) <= 2147483647 ? "int32" : "float32";
}

/** A gradient that has come to the result of a formula. */
export interface Arrival {
	readonly out: Tensor;
	readonly grad: Tensor;
	readonly request: GradientRequest;
}

/** Gradients of a formula at `arrival.out.shape`, in one map; `out` itself is read only where the derivative is by the result. */
export function sendBack(of: Formula, tensors: readonly Tensor[], arrival: Arrival): (Tensor | null)[] {
	if (context.recording) return sendBackRecorded(of, tensors, arrival);
	const { out, grad, request } = arrival;
	let wanted = 0;
	for (let i = 0; i < tensors.length; i++) if (request.needs(i)) wanted |= 1 << i;
	const rule = gradientRule(of, wanted);
	const results: (Tensor | null)[] = new Array(tensors.length).fill(null);
	if (rule.formula.outputs.every(isArrivingGradient)) {
		for (const i of rule.wrt) results[i] = sumTo(grad, tensors[i].shape);
		return results;
	}
	const { shape } = out;
	const firstOf = rule.formula.outputs.map((_, k) => rule.wrt[rule.outputOf.indexOf(k)]);
	const outputs = firstOf.map((i, k) => {
		const into = sameShape(tensors[i].shape, shape) ? request.into(i) : null;
		return into ?? (k === 0 ? inPlace(grad, tensors[i].dtype) : null) ?? allocate(out.executor, tensors[i].dtype, shape);
	});
	const reads = rule.reads.map((read) => broadcastOperand(read === "output" ? out : tensors[read], shape));
	out.executor.kernels.map(rule.formula, [grad, ...reads], outputs);
	rule.wrt.forEach((i, position) => {
		const output = outputs[rule.outputOf[position]];
		const result = sumTo(output, tensors[i].shape);
		// Inputs with equal gradients share the memory, each with a handle of its own.
		results[i] = result === output && results.includes(output) ? output.view(output, true) : result;
	});
	for (const output of outputs) if (!results.includes(output)) output.dispose();
	return results;
}

/**
 * The arriving gradient's own memory as a result, where nobody else looks at it: a step less of memory to walk through. Its values are
 * lost to the caller, who must not read `grad` again.
 */
export function inPlace(grad: Tensor, dtype: DType): Tensor | null {
	const free = !context.recording && grad.storage.references === 1 && grad.contiguous && grad.dtype === dtype;
	return free ? grad.view(grad, true) : null;
}

function isArrivingGradient(output: Scalar): boolean {
	return output.node.kind === "input" && output.node.index === 0;
}

/** The same in operations that are recorded themselves. */
function sendBackRecorded(of: Formula, tensors: readonly Tensor[], { out, grad, request }: Arrival): (Tensor | null)[] {
	return tensors.map((x, i) => {
		if (!request.needs(i)) return null;
		const rule = gradientRule(of, 1 << i);
		const reads = rule.reads.map((read) => (read === "output" ? out : tensors[read]));
		return sumTo(applyFormula(rule.formula, [grad, ...reads]), x.shape);
	});
}

/**
 * Checks that an operation's tensor holds real numbers.
 *
 * @throws DTypeError otherwise
 */
export function expectFloating(x: Tensor, where: string): void {
	if (!isFloating(x.dtype)) {
		throw new DTypeError(`${where}: expected float32 or float64, received ${x.dtype}. Try: x.to("float32").`);
	}
}
