/**
 * The code of the WASM matrix product: blocks of C, for each block pieces of k, for each piece tiles. Knows no shapes;
 * `gemm.ts` decides on blocks and fills the argument block.
 */
import { type Code, type Expr, type FunctionBuilder, type FunctionRef, f32, i32, type Local, type ModuleBuilder } from "../assembler.ts";
import { type LeftLayout, TILE_COLUMNS, TILE_PARAMETERS, TILE_ROWS, tileFunction } from "./gemm-micro.ts";
import { add, compact, packLeft, packRight, times4 } from "./gemm-pack.ts";

type I32 = Expr<"i32">;

/** Words of the argument block. Strides and addresses are in bytes. */
export const GEMM_WORDS = [
	"m",
	"n",
	"k",
	"a",
	"aRow",
	"aStep",
	"aBatch",
	"b",
	"bRow",
	"bColumn",
	"bBatch",
	"c",
	"cRow",
	"cBatch",
	/** What C starts from: a bias, C itself or zeros. */
	"start",
	"startRow",
	"startColumn",
	"startBatch",
	/** Rows and columns of a unit; multiples of a tile's. */
	"blockRows",
	"blockColumns",
	/** Blocks along each side. */
	"rowBlocks",
	"columnBlocks",
	/** Length of the pieces of k. */
	"pieceLength",
	"packsRight",
	/** How A is read, a `LEFT_MODES` number. */
	"leftMode",
] as const;

/** Name of a word of the argument block. */
export type GemmWord = (typeof GEMM_WORDS)[number];

/** A's rows or steps are read where they lie; steps can be copied closer together first; with strides on both axes A is packed. */
export const LEFT_MODES = { rows: 0, steps: 1, packed: 2, compactSteps: 3 } as const;

/** Where the pieces lie in the scratch area, in bytes. */
const LEFT_PACK_OFFSET = 2.5 * 2 ** 20;
const EDGE_TILE_OFFSET = 3.75 * 2 ** 20;
/** Rows that run past one panel of B before the next panel's turn, so that their piece of A stays in the second-level cache. */
const ROW_GROUP = 96;

/** Adds the kernel `run(start, end, args)`. */
export function buildGemm(module: ModuleBuilder, fused: boolean): void {
	const block = blockFunction(module, fused);
	module.func({ exportName: "run", parameters: ["i32", "i32", "i32"] }, (f, ...parameters) => {
		const [unit, end, args] = parameters as Local<"i32">[];
		const word = wordReader(args);
		const [column, row, batch, count] = [f.local("i32"), f.local("i32"), f.local("i32"), f.local("i32")];
		return f.when(
			i32.ltS(unit.get, end.get),
			f.repeat(() => ({
				body: [
					column.set(i32.divU(unit.get, word("rowBlocks"))),
					row.set(i32.sub(unit.get, i32.mul(column.get, word("rowBlocks")))),
					batch.set(i32.divU(column.get, word("columnBlocks"))),
					column.set(i32.sub(column.get, i32.mul(batch.get, word("columnBlocks")))),
					count.set(minimum(i32.sub(word("rowBlocks"), row.get), i32.sub(end.get, unit.get))),
					module.call(
						block,
						args.get,
						batch.get,
						i32.mul(row.get, word("blockRows")),
						minimum(i32.mul(i32.add(row.get, count.get), word("blockRows")), word("m")),
						i32.mul(column.get, word("blockColumns")),
						minimum(i32.mul(i32.add(column.get, i32.const(1)), word("blockColumns")), word("n")),
					),
					add(unit, count.get),
				],
				again: i32.ltS(unit.get, end.get),
			})),
		);
	});
}

const wordReader =
	(args: Local<"i32">) =>
	(name: GemmWord): I32 =>
		i32.load(args.get, 4 * GEMM_WORDS.indexOf(name));

/** The piece of code with the number `mode`. */
function byMode(f: FunctionBuilder, mode: I32, pieces: readonly Code[], from = 0): Code {
	if (from === pieces.length - 1) return pieces[from];
	return f.when(i32.eq(mode, i32.const(from)), pieces[from], byMode(f, mode, pieces, from + 1));
}

/** `a` and `b` are evaluated twice. */
function minimum(a: I32, b: I32): I32 {
	return i32.select(i32.ltS(a, b), a, b);
}

/** `(args, batch, rowFrom, rowTo, columnFrom, columnTo)`: one block of C, all of k. */
function blockFunction(module: ModuleBuilder, fused: boolean): FunctionRef {
	const pack = packRight(module);
	const packA = packLeft(module);
	const closer = compact(module);
	const sweeps = {
		rows: sweepFunction(module, "rows", fused),
		steps: sweepFunction(module, "steps", fused),
	};
	return module.func({ parameters: ["i32", "i32", "i32", "i32", "i32", "i32"] }, (f, ...parameters) => {
		const [args, batch, rowFrom, rowTo, columnFrom, columnTo] = parameters as Local<"i32">[];
		const word = wordReader(args);
		const names = [
			"from",
			"length",
			"a",
			"b",
			"c",
			"start",
			"startRow",
			"panelStride",
			"bStep",
			"row",
			"rowEnd",
			"rows",
			"columns",
			"left",
			"stride",
		] as const;
		const local = Object.fromEntries(names.map((name) => [name, f.local("i32")])) as Record<(typeof names)[number], Local<"i32">>;
		const { from, length, a, b, c, start, startRow, panelStride, bStep, row, rowEnd, rows, columns, left, stride } = local;
		const sweep = (layout: LeftLayout, leftPanel: I32, aStride: I32, at: I32): Code =>
			module.call(
				sweeps[layout],
				at,
				leftPanel,
				aStride,
				b.get,
				panelStride.get,
				bStep.get,
				i32.add(start.get, i32.mul(row.get, startRow.get)),
				startRow.get,
				i32.add(c.get, i32.mul(row.get, word("cRow"))),
				word("cRow"),
				length.get,
				rows.get,
				columns.get,
			);
		const offset = (base: GemmWord, batchStride: GemmWord): I32 => i32.add(word(base), i32.mul(batch.get, word(batchStride)));
		return [
			columns.set(i32.sub(columnTo.get, columnFrom.get)),
			c.set(i32.add(offset("c", "cBatch"), times4(columnFrom.get))),
			start.set(i32.add(offset("start", "startBatch"), i32.mul(columnFrom.get, word("startColumn")))),
			startRow.set(word("startRow")),
			f.repeat(() => ({
				body: [
					length.set(minimum(word("pieceLength"), i32.sub(word("k"), from.get))),
					b.set(i32.add(offset("b", "bBatch"), i32.add(i32.mul(from.get, word("bRow")), i32.mul(columnFrom.get, word("bColumn"))))),
					f.when(
						word("packsRight"),
						[
							module.call(pack, b.get, word("bRow"), word("bColumn"), length.get, columns.get, module.scratch),
							b.set(module.scratch),
							bStep.set(i32.const(4 * TILE_COLUMNS)),
							panelStride.set(i32.mul(length.get, i32.const(4 * TILE_COLUMNS))),
						],
						[bStep.set(word("bRow")), panelStride.set(i32.const(4 * TILE_COLUMNS))],
					),
					f.loop(row, { from: rowFrom.get, to: rowTo.get, step: i32.const(ROW_GROUP) }, () => [
						rowEnd.set(minimum(i32.add(row.get, i32.const(ROW_GROUP)), rowTo.get)),
						a.set(i32.add(offset("a", "aBatch"), i32.add(i32.mul(row.get, word("aRow")), i32.mul(from.get, word("aStep"))))),
						left.set(i32.add(module.scratch, i32.const(LEFT_PACK_OFFSET))),
						rows.set(i32.sub(rowEnd.get, row.get)),
						byMode(f, word("leftMode"), [
							sweep("rows", i32.mul(word("aRow"), i32.const(TILE_ROWS)), word("aRow"), a.get),
							sweep("steps", i32.const(4 * TILE_ROWS), word("aStep"), a.get),
							[
								module.call(packA, a.get, word("aRow"), word("aStep"), length.get, rows.get, left.get),
								sweep("steps", i32.mul(length.get, i32.const(4 * TILE_ROWS)), i32.const(4 * TILE_ROWS), left.get),
							],
							[
								stride.set(i32.const(4 * ROW_GROUP)),
								module.call(closer, a.get, word("aStep"), length.get, rows.get, left.get, stride.get),
								sweep("steps", i32.const(4 * TILE_ROWS), stride.get, left.get),
							],
						]),
					]),
					start.set(c.get),
					startRow.set(word("cRow")),
					add(from, word("pieceLength")),
				],
				again: i32.ltS(from.get, word("k")),
			})),
		];
	});
}

/**
 * `(a, aPanelStride, aStride, b, bPanelStride, bStep, start, startRow, c, cRow, k, rows, columns)`: all tiles of one group of rows.
 * Panels of B outside, rows inside: a panel of B stays in the first-level cache.
 */
function sweepFunction(module: ModuleBuilder, layout: LeftLayout, fused: boolean): FunctionRef {
	const full = tileFunction(module, { rows: TILE_ROWS, vectors: 2, layout, fused });
	const edge = edgeFunction(module, layout, fused, full);
	return module.func({ parameters: Array.from({ length: 13 }, () => "i32" as const) }, (f, ...parameters) => {
		const [a, aPanelStride, aStride, b, bPanelStride, bStep, start, startRow, c, cRow, k, rows, columns] = parameters as Local<"i32">[];
		const [column, row, left, from, to] = Array.from({ length: 5 }, () => f.local("i32"));
		const common = [left.get, aStride.get, b.get, bStep.get, from.get, startRow.get, to.get, cRow.get, k.get];
		return f.loop(column, { from: i32.const(0), to: columns.get, step: i32.const(TILE_COLUMNS) }, () => [
			left.set(a.get),
			from.set(i32.add(start.get, times4(column.get))),
			to.set(i32.add(c.get, times4(column.get))),
			f.loop(row, { from: i32.const(0), to: rows.get, step: i32.const(TILE_ROWS) }, () => [
				f.when(
					i32.and(
						i32.geS(i32.sub(rows.get, row.get), i32.const(TILE_ROWS)),
						i32.geS(i32.sub(columns.get, column.get), i32.const(TILE_COLUMNS)),
					),
					module.call(full, ...common),
					module.call(edge, ...common, i32.sub(rows.get, row.get), i32.sub(columns.get, column.get)),
				),
				add(left, aPanelStride.get),
				add(from, i32.mul(startRow.get, i32.const(TILE_ROWS))),
				add(to, i32.mul(cRow.get, i32.const(TILE_ROWS))),
			]),
			add(b, bPanelStride.get),
		]);
	});
}

/** A tile function's parameters, then `rows` and `columns` (each may exceed a tile): the tile at C's lower or right edge. */
function edgeFunction(module: ModuleBuilder, layout: LeftLayout, fused: boolean, full: FunctionRef): FunctionRef {
	const tile = (rows: number, vectors: number): FunctionRef =>
		rows === TILE_ROWS && vectors === 2 ? full : tileFunction(module, { rows, vectors, layout, fused });
	const variants = [1, 2].map((vectors) => Array.from({ length: TILE_ROWS }, (_, index) => tile(index + 1, vectors)));
	return module.func({ parameters: [...TILE_PARAMETERS, "i32", "i32"] }, (f, ...parameters) => {
		const [rows, columns] = parameters.slice(-2) as Local<"i32">[];
		const [c, cRow] = parameters.slice(6, 8) as Local<"i32">[];
		const [target, targetRow] = [f.local("i32"), f.local("i32")];
		const tileArguments = parameters.slice(0, 9).map((local) => local.get);
		tileArguments.splice(6, 2, target.get, targetRow.get);
		const byRows = (vectors: number, from: number): Code => {
			const variant = variants[vectors - 1][from - 1];
			const call = module.call(variant, ...tileArguments);
			return from === TILE_ROWS ? call : f.when(i32.leS(rows.get, i32.const(from)), call, byRows(vectors, from + 1));
		};
		return [
			target.set(c.get),
			targetRow.set(cRow.get),
			f.when(i32.and(i32.ltS(columns.get, i32.const(8)), i32.ne(columns.get, i32.const(4))), [
				target.set(i32.add(module.scratch, i32.const(EDGE_TILE_OFFSET))),
				targetRow.set(i32.const(4 * TILE_COLUMNS)),
			]),
			f.when(i32.gtS(columns.get, i32.const(4)), byRows(2, 1), byRows(1, 1)),
			f.when(i32.ne(target.get, c.get), copyTile(f, { from: target, to: c, toRow: cRow, rows, columns })),
		];
	});
}

/** Copies the part of a full-width tile that belongs to C. */
function copyTile(
	f: FunctionBuilder,
	tile: { from: Local<"i32">; to: Local<"i32">; toRow: Local<"i32">; rows: Local<"i32">; columns: Local<"i32"> },
): Code {
	const [row, column] = [f.local("i32"), f.local("i32")];
	const { from, to, toRow, rows, columns } = tile;
	return f.loop(row, { from: i32.const(0), to: minimum(rows.get, i32.const(TILE_ROWS)) }, () => [
		f.loop(column, { from: i32.const(0), to: columns.get }, (index) => [
			f32.store(i32.add(to.get, times4(index)), f32.load(i32.add(from.get, times4(index)))),
		]),
		add(from, i32.const(4 * TILE_COLUMNS)),
		add(to, toRow.get),
	]);
}
