/** What a model consists of: layers, shapes, parameters, cost. */
import { formatShape, type Shape, sizeOf } from "../core/shape.ts";
import { zeros } from "../tensor/create.ts";
import { scope } from "../tensor/scope.ts";
import { noGrad } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { AnyModule, Module } from "./module.ts";

/** One module of a model. */
export interface SummaryRow {
	/** Its path, such as `2` or `encoder.attention`. */
	readonly path: string;
	/** What it is, such as `linear 784 → 100`. */
	readonly description: string;
	/** Of one example, without the batch axis; null if it returns no tensor. */
	readonly outputShape: Shape | null;
	/** Its own parameters, those of modules inside it not counted. */
	readonly parameterCount: number;
	/** Multiply-adds for one example, its own alone. */
	readonly multiplyAdds: number;
	/** Bytes of its output for one example, float32. */
	readonly outputBytes: number;
}

/** A model's layers and totals. */
export interface ModelSummary {
	readonly rows: readonly SummaryRow[];
	readonly parameterCount: number;
	/** For one example. */
	readonly multiplyAdds: number;
	/** Bytes of parameters, float32. Training adds as much for gradients, and for each slot of the optimizer. */
	readonly parameterBytes: number;
	/** Bytes of all outputs for one example: what training keeps for the way back, about. */
	readonly activationBytes: number;
	/** A table for people. */
	toString(): string;
}

/**
 * Layers, output shapes, parameters, multiply-adds and memory of a model, found by running it once on zeros in inference mode.
 *
 * @param inputShape - of one example, without the batch axis
 * @example
 * console.log(String(summary(model, [1, 28, 28])));
 */
export function summary(model: Module, inputShape: Shape): ModelSummary {
	const modules = model.modules();
	const paths = new Map([...modules].map(([path, module]) => [module, path]));
	const rows = new Map<AnyModule, SummaryRow>();
	const stops = [...modules.values()].map((module) =>
		module.observe(({ inputs, output }) => {
			rows.set(module, rowOf(module, paths.get(module) as string, inputs, output));
		}),
	);
	const wasTraining = model.training;
	try {
		model.eval();
		const executor = Object.values(model.parameters())[0]?.executor;
		scope(() => noGrad(() => void model.forward(zeros([1, ...inputShape], executor === undefined ? {} : { executor }))));
	} finally {
		for (const stop of stops) stop();
		model.train(wasTraining);
	}
	return summaryOf([...modules.values()].flatMap((module) => rows.get(module) ?? []));
}

function rowOf(module: AnyModule, path: string, inputs: readonly unknown[], output: unknown): SummaryRow {
	const shape = output instanceof Tensor ? output.shape : null;
	const input = inputs[0] instanceof Tensor ? inputs[0].shape : [];
	const own = Object.values(module).flat();
	const parameterCount = own.reduce((count: number, x) => (x instanceof Tensor && x.requiresGrad ? count + x.size : count), 0);
	return {
		path,
		description: module.describe(),
		outputShape: shape === null ? null : shape.slice(1),
		parameterCount,
		multiplyAdds: shape === null ? 0 : module.multiplyAdds(input, shape),
		outputBytes: shape === null ? 0 : 4 * sizeOf(shape),
	};
}

function summaryOf(rows: readonly SummaryRow[]): ModelSummary {
	const total = (value: (row: SummaryRow) => number): number => rows.reduce((sum, row) => sum + value(row), 0);
	const parameterCount = total((row) => row.parameterCount);
	// A container's output is that of its last part.
	const leaves = rows.filter(
		({ path }) => !rows.some((other) => other.path !== path && (path === "" || other.path.startsWith(`${path}.`))),
	);
	const made = {
		rows,
		parameterCount,
		multiplyAdds: total((row) => row.multiplyAdds),
		parameterBytes: 4 * parameterCount,
		activationBytes: leaves.reduce((sum, row) => sum + row.outputBytes, 0),
	};
	return { ...made, toString: () => table(made) };
}

const grouped = (value: number): string => value.toLocaleString("en-US");

function table(summary: Omit<ModelSummary, "toString">): string {
	const cells = [
		["layer", "", "output", "parameters", "multiply-adds"],
		...summary.rows.map((row) => [
			row.path === "" ? "model" : row.path,
			row.description,
			row.outputShape === null ? "—" : formatShape(row.outputShape),
			row.parameterCount === 0 ? "" : grouped(row.parameterCount),
			row.multiplyAdds === 0 ? "" : grouped(row.multiplyAdds),
		]),
	];
	const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
	const lines = cells.map((row) =>
		row.map((cell, column) => (column < 3 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join("  "),
	);
	lines.splice(1, 0, "─".repeat(lines[0].length));
	const size = (bytes: number): string => (bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
	lines.push(
		"─".repeat(lines[0].length),
		`${grouped(summary.parameterCount)} parameters (${size(summary.parameterBytes)}), ${grouped(summary.multiplyAdds)} multiply-adds ` +
			`and ${size(summary.activationBytes)} of layer outputs an example`,
	);
	return lines.map((line) => line.trimEnd()).join("\n");
}
