/** The errors users meet. Each message says where, what was expected, what came and what to try; the data stand in fields. */

/** Base of all errors that Gradus throws on purpose. */
export class GradusError extends Error {
	override name = "GradusError";
}

/** Gives an error another message, in its stack too, where engines keep a copy of the first one. */
export function reword(error: Error, message: string): void {
	if (error.stack !== undefined) error.stack = error.stack.replace(error.message, () => message);
	error.message = message;
}

/** Shapes, ranks or sizes that do not fit together. */
export class ShapeError extends GradusError {
	override name = "ShapeError";
}

/** A data type that the operation does not take. */
export class DTypeError extends GradusError {
	override name = "DTypeError";
}

/** An axis or an index outside its range. */
export class IndexError extends GradusError {
	override name = "IndexError";
}

/** An option or a number that makes no sense. */
export class ArgumentError extends GradusError {
	override name = "ArgumentError";
}

/** A tensor was used after its memory was given back. */
export class DisposedError extends GradusError {
	override name = "DisposedError";
}

/** Tensors of different executors met, or an executor lacks what was asked. */
export class ExecutorError extends GradusError {
	override name = "ExecutorError";
}

/** A derivative was asked for where there is none. */
export class GradientError extends GradusError {
	override name = "GradientError";
}

/** The executor's memory cannot hold what was asked. */
export class OutOfMemoryError extends GradusError {
	override name = "OutOfMemoryError";
	/** Bytes that were asked for. */
	readonly requestedBytes: number;
	/** Bytes in use when they were asked for. */
	readonly usedBytes: number;
	/** The most that the executor can hold. */
	readonly limitBytes: number;

	constructor(message: string, data: { requestedBytes: number; usedBytes: number; limitBytes: number }) {
		super(message);
		this.requestedBytes = data.requestedBytes;
		this.usedBytes = data.usedBytes;
		this.limitBytes = data.limitBytes;
	}
}
