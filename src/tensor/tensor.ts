/// <reference lib="esnext.disposable" preserve="true" />
/** The tensor: an n-dimensional array on an executor, seen through shape and strides, and its place in the tape. */
import { type DType, isFloating, type TypedArray } from "../core/dtype.ts";
import { ArgumentError, ExecutorError, GradientError, ShapeError } from "../core/errors.ts";
import { contiguousStrides, formatShape, isContiguous, type Shape, sizeOf } from "../core/shape.ts";
import type { Block, Executor, Operand } from "../kernels/contracts.ts";
import { context, currentExecutor } from "./context.ts";
import { formatTensor } from "./format.ts";
import type * as methods from "./ops/methods.ts";
import { disposed, Storage } from "./storage.ts";
import type { TapeNode } from "./tape.ts";

/** An operation whose first argument is a tensor, as a method of that tensor. */
type Method<F> = F extends (x: Tensor, ...rest: infer R) => infer O ? (...rest: R) => O : never;
type Methods = { readonly [K in keyof typeof methods]: Method<(typeof methods)[K]> };

/** How a view lies in its storage. */
export interface ViewLayout {
	readonly shape: Shape;
	readonly strides: readonly number[];
	readonly offset: number;
}

/** Where the gradient of a leaf goes. */
export interface GradientSlot {
	/** Memory reserved for it; made at the first gradient unless it belongs to a parameter block. */
	tensor: Tensor | null;
	/** Whether it holds a gradient; an empty slot is overwritten, not added to. */
	filled: boolean;
	/** Makes the memory where it has a fixed place, as in a parameter block. */
	make?(): Tensor;
}

/** Indices are int32. */
const MOST_ELEMENTS = 2 ** 31 - 1;

/** Storages of tensors made outside any scope are freed when the collector finds them: a safety net, not a plan. */
const collected = new FinalizationRegistry<Storage>((storage) => storage.release("by the garbage collector"));

/**
 * An n-dimensional array. Operations are methods (`x.add(y).exp()`) and functions (`exp(add(x, y))`); none changes its operands.
 * Memory is given back at the end of the scope in which the tensor was made, by `dispose()`, or, outside scopes, when the
 * collector finds it.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: attach.ts gives the class every one of these methods
export class Tensor implements Operand {
	#storage: Storage;
	/** Lengths of the axes, outermost first; `[]` for a scalar. */
	readonly shape: Shape;
	/** Steps in elements between neighbours along each axis; 0 where broadcast, negative where flipped. */
	#strides: readonly number[];
	#offset: number;
	/** Element type. */
	readonly dtype: DType;
	/** Number of elements. */
	readonly size: number;
	#contiguous: boolean;
	/** The operation that made it, while derivatives may still be asked for. */
	node: TapeNode | null = null;
	/** Set on leaves that collect gradients. */
	slot: GradientSlot | null = null;
	/** Who gave the memory back; empty while alive. */
	#freedBy = "";
	#kept = false;
	#registered = false;

	/** Not for users: see `tensor`, `zeros`, … Takes over one reference to `storage`. */
	constructor(storage: Storage, layout: ViewLayout, contiguous = isContiguous(layout.shape, layout.strides)) {
		this.#storage = storage;
		this.shape = layout.shape;
		this.#strides = layout.strides;
		this.#offset = layout.offset;
		this.dtype = storage.dtype;
		this.size = sizeOf(layout.shape);
		if (this.size > MOST_ELEMENTS) {
			storage.release("because a tensor cannot be that large");
			throw tooLarge(layout.shape);
		}
		this.#contiguous = contiguous;
		const { scope } = context;
		if (scope !== null) scope.tensors.push(this);
		else this.#watch();
	}

	/** The memory it shares with its views. */
	get storage(): Storage {
		return this.#storage;
	}

	/** Steps in elements between neighbours along each axis; 0 where broadcast, negative where flipped. */
	get strides(): readonly number[] {
		return this.#strides;
	}

	/** Position of the first element in the storage, in elements. */
	get offset(): number {
		return this.#offset;
	}

	/** Whether its elements lie row-major without gaps. */
	get contiguous(): boolean {
		return this.#contiguous;
	}

	/** Number of axes. */
	get rank(): number {
		return this.shape.length;
	}

	/** The executor that holds it. */
	get executor(): Executor {
		return this.#storage.executor;
	}

	/** Its memory, for kernels. */
	get block(): Block {
		if (this.#freedBy !== "") throw disposed(this.#freedBy);
		return this.#storage.block;
	}

	/** Whether operations on it are recorded for derivatives. */
	get requiresGrad(): boolean {
		return this.slot !== null || this.node !== null;
	}

	/** Whether its memory has been given back. */
	get isDisposed(): boolean {
		return this.#freedBy !== "" || !this.#storage.alive;
	}

	/** The collected gradient of a leaf, or null before the first `backward()` and after `zeroGrad()`. */
	get grad(): Tensor | null {
		return this.slot?.filled && !this.slot.tensor?.isDisposed ? this.slot.tensor : null;
	}

	/**
	 * Makes a leaf that collects gradients in `grad`.
	 *
	 * @throws GradientError for tensors of integers or truths, and for results of recorded operations
	 */
	requireGrad(): this {
		if (!isFloating(this.dtype)) {
			throw new GradientError(
				`A tensor of ${this.dtype} has no gradient; expected float32 or float64. Try: x.to("float32").requireGrad().`,
			);
		}
		if (this.node !== null) {
			throw new GradientError(
				`This tensor is the result of ${this.node.name}; gradients are collected at leaves. Try: x.detach().requireGrad(), or gradients(loss, [x]).`,
			);
		}
		this.slot ??= { tensor: null, filled: false };
		return this;
	}

	/** Forgets the collected gradient of a leaf. */
	zeroGrad(): void {
		if (this.slot !== null) this.slot.filled = false;
	}

	/** Keeps it beyond the end of all open scopes; it then lives until `dispose()` or until the collector finds it. */
	keep(): this {
		if (this.#freedBy !== "") throw disposed(this.#freedBy);
		this.#kept = true;
		this.#watch();
		return this;
	}

	/** Whether `keep()` was called. */
	get isKept(): boolean {
		return this.#kept;
	}

	/** Gives the memory back now (a view only its share). A second call does nothing. `by` goes into the message of a later use. */
	dispose(by = "by dispose()"): void {
		if (this.#freedBy !== "") return;
		this.#freedBy = by;
		this.node = null;
		if (this.#registered) collected.unregister(this);
		this.#storage.release(by);
	}

	/** `using x = …` disposes at the end of the block. */
	[Symbol.dispose](): void {
		this.dispose();
	}

	/** Moves it into the scope that is open now; used when a scope hands its result on. */
	adopt(): void {
		if (context.scope !== null) context.scope.tensors.push(this);
		else this.#watch();
	}

	/**
	 * Moves its values to another place, row-major from `offset` on, and lives there from now on: how parameters come to lie in one block.
	 * Views made before keep the old memory.
	 */
	moveTo(storage: Storage, offset: number): void {
		const layout = { shape: this.shape, strides: contiguousStrides(this.shape), offset };
		storage.retain();
		const target = new Tensor(storage, layout, true);
		this.executor.kernels.copy(this, target);
		if (this.#registered) collected.unregister(this);
		this.#registered = false;
		this.#storage.release("when it was moved into a parameter block");
		storage.retain();
		target.dispose();
		this.#storage = storage;
		this.#strides = layout.strides;
		this.#offset = offset;
		this.#contiguous = true;
		this.keep();
	}

	/** A view of the same memory; it shares the gradient history only if recorded by the caller. */
	view(layout: ViewLayout, contiguous?: boolean): Tensor {
		if (this.#freedBy !== "") throw disposed(this.#freedBy);
		this.#storage.retain();
		return new Tensor(this.#storage, layout, contiguous);
	}

	/** The same values without history: gradients stop here. Shares the memory. */
	detach(): Tensor {
		return this.view(this, this.contiguous);
	}

	/** A copy of the values, row-major. Resolves when the executor has computed them. */
	async data(): Promise<TypedArray> {
		return this.#readable((block, offset) => this.executor.read(block, this.dtype, offset, this.size));
	}

	/**
	 * The same at once.
	 *
	 * @throws ExecutorError on executors that can only be read asynchronously
	 */
	dataSync(): TypedArray {
		const { readSync } = this.executor;
		if (readSync === null) throw new ExecutorError(`${this.executor.facts().name} cannot be read synchronously. Try: await x.data().`);
		return this.#readable((block, offset) => readSync.call(this.executor, block, this.dtype, offset, this.size));
	}

	/**
	 * The value of a tensor of one element.
	 *
	 * @throws ShapeError if it has more or none
	 */
	item(): number {
		if (this.size !== 1) {
			throw new ShapeError(
				`item() reads a tensor of one element; this one has shape ${formatShape(this.shape)}. Try: dataSync(), or index it first.`,
			);
		}
		return this.dataSync()[0];
	}

	/** Nested lists of its values; a number for a scalar. */
	toArray(): NestedNumbers {
		return nest(this.dataSync(), this.shape, 0, { at: 0 });
	}

	/** The values as a person reads them, long axes shortened. */
	toString(): string {
		if (this.isDisposed) return `Tensor(${formatShape(this.shape)} ${this.dtype}, disposed)`;
		if (this.executor.readSync === null) return `Tensor(${formatShape(this.shape)} ${this.dtype})`;
		return formatTensor(this.dataSync(), this.shape, this.dtype);
	}

	/** What Node's console prints. */
	[Symbol.for("nodejs.util.inspect.custom")](): string {
		return this.toString();
	}

	#readable<R>(read: (block: Block, offset: number) => R): R {
		if (this.contiguous) return read(this.block, this.offset);
		const copy = allocate(this.executor, this.dtype, this.shape);
		try {
			this.executor.kernels.copy(this, copy);
			return read(copy.block, 0);
		} finally {
			copy.dispose();
		}
	}

	#watch(): void {
		if (this.#registered || this.#freedBy !== "") return;
		this.#registered = true;
		collected.register(this, this.#storage, this);
	}
}

function tooLarge(shape: Shape): ShapeError {
	return new ShapeError(
		`A tensor holds at most ${MOST_ELEMENTS} elements; shape ${formatShape(shape)} has ${sizeOf(shape)}. Try: several tensors.`,
	);
}

/** The chained operations. */
export interface Tensor extends Methods {}

/** Numbers in lists in lists. */
export type NestedNumbers = number | NestedNumbers[];

function nest(data: TypedArray, shape: Shape, axis: number, cursor: { at: number }): NestedNumbers {
	if (axis === shape.length) return data[cursor.at++];
	return Array.from({ length: shape[axis] }, () => nest(data, shape, axis + 1, cursor));
}

/** A new tensor with undefined content. */
export function allocate(executor: Executor, dtype: DType, shape: Shape): Tensor {
	const storage = new Storage(executor, dtype, sizeOf(shape));
	return new Tensor(storage, { shape, strides: contiguousStrides(shape), offset: 0 }, true);
}

/** The executor of an operation's operands. */
export function commonExecutor(where: string, tensors: readonly Tensor[]): Executor {
	if (tensors.length === 0) return currentExecutor();
	const { executor } = tensors[0];
	for (let i = 1; i < tensors.length; i++) {
		if (tensors[i].executor !== executor) {
			throw new ExecutorError(
				`${where}: its operands live on different executors (${executor.facts().name} and ${tensors[i].executor.facts().name}).\n` +
					"  Try: move one of them with x.toExecutor(executor).",
			);
		}
	}
	return executor;
}

/** Checks that something given by a user is a tensor. */
export function expectTensor(value: unknown, where: string): asserts value is Tensor {
	if (!(value instanceof Tensor)) {
		throw new ArgumentError(`${where}: expected a Tensor, received ${value === null ? "null" : typeof value}. Try: tensor(value).`);
	}
}
