/** A DuckDB of its own for one source, with bounded memory. The library is optional and loaded when first needed. Node only. */
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection, DuckDBDataChunk, DuckDBInstance, Json } from "@duckdb/node-api";
import { DataError } from "../../errors.ts";
import { type TemporaryFolder, temporaryFolder } from "../files/temporary-folder.ts";

/** What sources ask of DuckDB. */
export interface Engine {
	/** All rows of a small result. While it is worked out, `onProgress` is told the share that is done, 0 … 1. */
	rows(sql: string, onProgress?: (share: number) => void): Promise<Json[][]>;
	/** Runs a COPY to a file, when no other query runs. */
	copy(sql: string, onProgress?: (share: number) => void): Promise<void>;
	/** A result in pieces of at most 2048 rows, in order. */
	chunks(sql: string): AsyncGenerator<DuckDBDataChunk>;
	/** A new path with that ending; what is written there goes when the engine is closed. */
	temporaryFile(ending: string): Promise<string>;
	/** Gives back memory, which the next query takes again. */
	rest(): Promise<void>;
	close(): Promise<void>;
}

/**
 * DuckDB's own memory; the process adds about 120 MB. Aggregates and distinct counts that need more go to `temp_directory`.
 * Two threads are enough to feed one that trains, and each holds 32 MB of text.
 */
const MEMORY_LIMIT = "400MB";
const THREADS = "2";

/** Two threads read ahead of the order in which rows are written: gigabytes are put aside, and all takes twice as long. */
const COPY_THREADS = "1";

/** Starts DuckDB. @throws DataError if it is not installed */
export async function openEngine(): Promise<Engine> {
	const { DuckDBInstance } = await loadDuckDb();
	const spill = join(tmpdir(), `gradus-duckdb-${randomUUID()}`);
	let files: TemporaryFolder | null = null;
	const start = (threads: string): Promise<DuckDBInstance> =>
		DuckDBInstance.create(":memory:", { ...settings, threads, temp_directory: spill });
	let running: Promise<DuckDBInstance> | null = start(THREADS);
	const instance = (): Promise<DuckDBInstance> => (running ??= start(THREADS));
	const rest = async (): Promise<void> => {
		const stopped = running;
		running = null;
		(await stopped)?.closeSync();
	};
	return {
		rows: async (sql, onProgress) => queryRows(await instance(), sql, onProgress),
		copy: async (sql, onProgress) => {
			await rest();
			const own = await start(COPY_THREADS);
			try {
				await queryRows(own, sql, onProgress);
			} finally {
				own.closeSync();
			}
		},
		chunks: (sql) => streamChunks(instance, sql),
		temporaryFile: async (ending) => {
			files ??= await temporaryFolder();
			return join(files.path, `${randomUUID()}.${ending}`);
		},
		rest,
		close: async () => {
			await rest();
			await rm(spill, { recursive: true, force: true });
			await files?.remove();
		},
	};
}

const settings = {
	memory_limit: MEMORY_LIMIT,
	// Rows keep the order of the file; streams of two threads then stay in order.
	preserve_insertion_order: "true",
	// The system keeps files in memory anyway.
	enable_external_file_cache: "false",
	// Nothing is fetched from the network.
	autoinstall_known_extensions: "false",
	autoload_known_extensions: "false",
};

async function loadDuckDb(): Promise<typeof import("@duckdb/node-api")> {
	try {
		return await import("@duckdb/node-api");
	} catch (error) {
		throw new DataError(
			"openTable: tables in files are read with DuckDB, which is not installed here.\n" +
				`  Expected the package @duckdb/node-api; received ${String((error as NodeJS.ErrnoException).code ?? (error as Error).message)}.\n` +
				'  Try: npm install @duckdb/node-api; small text tables need no DuckDB: tableFromText(text, "csv").',
		);
	}
}

async function connect(instance: DuckDBInstance): Promise<DuckDBConnection> {
	const connection = await instance.connect();
	await connection.run("SET TimeZone = 'UTC'");
	return connection;
}

async function queryRows(instance: DuckDBInstance, sql: string, onProgress?: (share: number) => void): Promise<Json[][]> {
	const connection = await connect(instance);
	const stop = onProgress === undefined ? null : await watch(connection, onProgress);
	try {
		return (await connection.runAndReadAll(sql)).getRowsJson();
	} finally {
		stop?.();
		connection.closeSync();
	}
}

const WATCH_MS = 200;

/** Asks again and again how far a query is; returns what ends that. */
async function watch(connection: DuckDBConnection, onProgress: (share: number) => void): Promise<() => void> {
	await connection.run("SET enable_progress_bar = true; SET enable_progress_bar_print = false");
	const timer = setInterval(() => {
		const { percentage } = connection.progress;
		if (percentage >= 0) onProgress(Math.min(1, percentage / 100));
	}, WATCH_MS);
	return () => clearInterval(timer);
}

/** A connection holds one stream at a time, so each stream has its own. The next chunk is read while the last is being used. */
async function* streamChunks(instance: () => Promise<DuckDBInstance>, sql: string): AsyncGenerator<DuckDBDataChunk> {
	const connection = await connect(await instance());
	let next: Promise<DuckDBDataChunk | null> | null = null;
	try {
		const result = await connection.stream(sql);
		const fetch = () => {
			next = result.fetchChunk();
			// Whoever awaits it sees the error; until then it is not unhandled.
			next.catch(() => {});
			return next;
		};
		for (let chunk = await fetch(); chunk !== null && chunk.rowCount > 0; chunk = await next!) {
			fetch();
			yield chunk;
		}
	} finally {
		await (next as Promise<unknown> | null)?.catch(() => {});
		connection.closeSync();
	}
}
