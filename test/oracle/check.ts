/** Turns the cases of a fixture into tests: values, types, shapes and gradients on every executor, each within the operation's tolerance. */
import { describe, expect, test } from "vitest";
import type { Executor } from "../../src/kernels/contracts.ts";
import type { Tensor } from "../../src/tensor/index.ts";
import * as gradus from "../../src/tensor/index.ts";
import { executors } from "../executors.ts";
import { type FixtureCase, type FixtureTensor, loadFixture, lossWeights } from "./load.ts";

/** How a case becomes a call of Gradus. */
export type Call = (inputs: readonly Tensor[], args: readonly unknown[]) => Tensor | readonly Tensor[];

/** |received − expected| ≤ absolute + relative · |expected|; "bits" means the very same float32, −0 told from 0. */
export type Tolerance = "bits" | { readonly relative: number; readonly absolute: number };

/** What a suite knows of its operations. */
export interface OracleOptions {
	/** Calls that are not simply `op(...inputs, ...args)`. */
	readonly calls?: Readonly<Record<string, Call>>;
	/** Of values; and of gradients, unless `gradientTolerances` has them. Say why beside each. */
	readonly tolerances?: Readonly<Record<string, Tolerance>>;
	readonly gradientTolerances?: Readonly<Record<string, Tolerance>>;
}

/** A few roundings of float32 (2⁻²⁴ ≈ 6e-8 each), also where terms of size 1 cancel. */
const usual: Tolerance = { relative: 2e-6, absolute: 1e-6 };

/** Registers one test for each operation and executor. */
export function checkAgainstOracle(fixture: string, options: OracleOptions = {}): void {
	const byOperation = loadFixture(fixture);
	describe.each(executors)("$name", ({ executor }) => {
		test.each([...byOperation])("%s agrees with PyTorch", (op, cases) => {
			const call = options.calls?.[op] ?? plainCall(op);
			const tolerance = options.tolerances?.[op] ?? usual;
			const gradientTolerance = options.gradientTolerances?.[op] ?? (tolerance === "bits" ? usual : tolerance);
			for (const one of cases) {
				gradus.withExecutor(executor, () => gradus.scope(() => checkCase(one, call, { executor, tolerance, gradientTolerance })));
			}
		});
	});
}

function plainCall(op: string): Call {
	const operation = (gradus as unknown as Record<string, (...all: unknown[]) => Tensor>)[op];
	if (operation === undefined) throw new Error(`Gradus exports no ${op}; give the suite a call for it.`);
	return (inputs, args) => operation(...inputs, ...args);
}

interface CaseSetting {
	readonly executor: Executor;
	readonly tolerance: Tolerance;
	readonly gradientTolerance: Tolerance;
}

function checkCase(one: FixtureCase, call: Call, { executor, tolerance, gradientTolerance }: CaseSetting): void {
	const title = describeCase(one);
	const inputs = one.inputs.map(({ data, dtype, shape }) => gradus.tensor([...data], { dtype, shape, executor }));
	inputs.forEach((input, i) => {
		if (one.gradients?.[i]) input.requireGrad();
	});
	const result = call(inputs, one.args);
	const outputs = result instanceof gradus.Tensor ? [result] : [...result];
	expect(outputs.length, `${title}: number of results`).toBe(one.outputs.length);
	outputs.forEach((output, i) => {
		compare(output, one.outputs[i], tolerance, `${title}: result ${i}`);
	});
	if (one.gradients === null) return;
	const recorded = outputs.filter((output) => output.requiresGrad);
	recorded.forEach((output, i) => {
		const gradient = gradus.tensor(lossWeights(output.size), { dtype: output.dtype, shape: output.shape, executor });
		output.backward({ gradient, retainGraph: i < recorded.length - 1 });
	});
	one.gradients.forEach((expected, i) => {
		if (expected === null) return;
		const received = inputs[i].grad ?? gradus.zerosLike(inputs[i]);
		compare(received, expected, gradientTolerance, `${title}: gradient of input ${i}`);
	});
}

function describeCase({ op, note, inputs, args }: FixtureCase): string {
	const operands = inputs.map(({ dtype, shape }) => `${dtype}[${shape.join(",")}]`);
	return `${op}(${[...operands, ...args.map((arg) => JSON.stringify(arg))].join(", ")})${note === undefined ? "" : ` (${note})`}`;
}

/** Fails with both numbers and the place of the first difference. */
export function compare(received: Tensor, expected: FixtureTensor, tolerance: Tolerance, title: string): void {
	expect({ dtype: received.dtype, shape: [...received.shape] }, title).toEqual({ dtype: expected.dtype, shape: [...expected.shape] });
	const values = received.dataSync();
	const wrong = expected.data.findIndex((value, i) => !agrees(values[i], value, tolerance));
	if (wrong < 0) return;
	const lines = [`${title}: element ${wrong} differs`, `received ${values.join(" ")}`, `expected ${expected.data.join(" ")}`];
	expect.fail(lines.join("\n"));
}

function agrees(received: number, expected: number, tolerance: Tolerance): boolean {
	const wanted = Math.fround(expected);
	if (Object.is(received, wanted)) return true;
	if (tolerance === "bits") return false;
	if (!Number.isFinite(wanted) || !Number.isFinite(received)) return false;
	return Math.abs(received - wanted) <= tolerance.absolute + tolerance.relative * Math.abs(wanted);
}
