import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { describeIf, requires } from "../../../test/requires.ts";
import { ArgumentError } from "../../core/errors.ts";
import { DataError } from "../errors.ts";
import { downloadFile, isIntact, type RemoteFile } from "./download.ts";
import { loadMnist, officialFiles } from "./mnist.ts";

const root = await mkdtemp(join(tmpdir(), "gradus-mnist-"));
afterAll(() => rm(root, { recursive: true }));

let cache: string;
let made = 0;
beforeEach(() => {
	cache = join(root, `cache ${made++}`);
});

const cleanUps: (() => void)[] = [];
afterEach(() => {
	for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** A mirror on this machine that answers with these files, by name. */
async function mirror(answer: RequestListener): Promise<string> {
	const server = createServer(answer);
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	cleanUps.push(() => {
		server.closeAllConnections();
		server.close();
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Nothing listens on port 9 (discard) of a machine like this. */
const nowhere = "http://127.0.0.1:9/";

/** SHA-256 of "abc", from FIPS 180-2. */
const abc: RemoteFile = { name: "abc.gz", sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", byteCount: 3 };

describe("downloadFile", () => {
	it("saves a file with the right content, however it was compressed", async () => {
		const address = await mirror((_request, response) => response.end(gzipSync("abc", { level: 1 })));
		expect(await downloadFile(abc, { folder: cache, mirrors: [address] })).toEqual({ kind: "saved" });
		expect(await isIntact(join(cache, "abc.gz"), abc)).toBe(true);
		expect(await readdir(cache)).toEqual(["abc.gz"]);
	});

	it("goes on to the next mirror and tells what each one did", async () => {
		const absent = await mirror((_request, response) => response.writeHead(404).end());
		const wrong = await mirror((_request, response) => response.end(gzipSync("abd")));
		const long = await mirror((_request, response) => response.end(gzipSync("a".repeat(1e6))));
		const short = await mirror((_request, response) => response.end(gzipSync("ab")));
		const page = await mirror((_request, response) => response.end(gzipSync("abc").subarray(0, 15)));
		const mirrors = [nowhere, absent, wrong, long, short, page];
		const result = await downloadFile(abc, { folder: cache, mirrors });
		if (result.kind !== "failed") throw new Error(result.kind);
		expect(result.reasons).toEqual([
			expect.stringMatching(/^http:\/\/127\.0\.0\.1:9\/abc\.gz: no answer \(.+\)$/),
			`${absent}abc.gz: answered 404 Not Found`,
			expect.stringMatching(/expected SHA-256 ba7816bf\w+, received \w{64}$/),
			expect.stringMatching(/unpacks to more than 3 bytes/),
			expect.stringMatching(/expected 3 bytes when unpacked, received 2$/),
			expect.stringMatching(/bytes of gzip cannot be unpacked/),
		]);
		await expect(readdir(cache)).rejects.toThrow();
		const whole = await mirror((_request, response) => response.end(gzipSync("abc")));
		expect(await downloadFile(abc, { folder: cache, mirrors: [absent, whole] })).toEqual({ kind: "saved" });
	});

	it("ends when it is aborted", async () => {
		const silent = await mirror(() => {});
		const abort = new AbortController();
		const download = downloadFile(abc, { folder: cache, mirrors: [silent], signal: abort.signal });
		abort.abort(new Error("enough"));
		await expect(download).rejects.toThrow("enough");
	});
});

describe("loadMnist", () => {
	it("wants to know where the files are", async () => {
		await expect(loadMnist({})).rejects.toThrow(ArgumentError);
		await expect(loadMnist({ folder: "a", cache: "b" })).rejects.toThrow(/either folder, .*, or cache/);
	});

	it("says without a network what to fetch and where to put it", async () => {
		const loading = loadMnist({ cache, mirrors: [nowhere] });
		await expect(loading).rejects.toThrow(DataError);
		const message = await loading.catch((error: Error) => error.message);
		expect(message).toMatch(/^MNIST: 4 of its 4 files are missing or damaged in /);
		expect(message).toMatch(/train-images-idx3-ubyte\.gz: no answer/);
		expect(message).toContain(`Try: fetch these and put them into ${cache}, under these names:`);
		for (const file of ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"]) {
			expect(message).toContain(`\n    ${nowhere}${file}-ubyte.gz`);
		}
	});

	it("asks no one if fetching is switched off", async () => {
		let asked = 0;
		const address = await mirror((_request, response) => {
			asked++;
			response.end();
		});
		await expect(loadMnist({ cache, download: false, mirrors: [address] })).rejects.toThrow(/Fetching is switched off/);
		expect(asked).toBe(0);
	});

	it("refuses a folder of another set", async () => {
		await mkdir(cache);
		await writeFile(join(cache, "train-images-idx3-ubyte"), Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 5));
		await writeFile(join(cache, "train-labels-idx1-ubyte"), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 3));
		await expect(loadMnist({ folder: cache })).rejects.toThrow(/expected MNIST, .* received 4 classes of 1 × 1\.\n {2}Try: openIdxFolder/);
	});
});

describeIf(requires.mnist, "loadMnist with the files", () => {
	const folder = requires.mnist.location as string;

	it("opens a folder that has a part of the training set", async () => {
		const { train, test } = await loadMnist({ folder });
		expect([train.size, test?.size]).toEqual([10_000, 10_000]);
	});

	it("knows the official test files, whoever compressed them", async () => {
		for (const file of officialFiles.filter(({ name }) => name.startsWith("t10k"))) {
			expect(await isIntact(join(folder, file.name), file)).toBe(true);
			expect(await isIntact(join(folder, "train-labels-10k-idx1-ubyte.gz"), file)).toBe(false);
		}
	});

	it("fetches what the cache lacks, and not what it has", async () => {
		const asked: string[] = [];
		const address = await mirror(async (request, response) => {
			asked.push(request.url as string);
			// The training files that are there hold a sixth of the set, so they are refused.
			response.end(await readFile(join(folder, (request.url as string).replace(/(train-\w+)-idx/, "$1-10k-idx"))));
		});
		await mkdir(cache);
		await copyFile(join(folder, "t10k-labels-idx1-ubyte.gz"), join(cache, "t10k-labels-idx1-ubyte.gz"));
		const error = await loadMnist({ cache, mirrors: [address] }).catch((caught: Error) => caught);
		expect((error as Error).message).toMatch(/^MNIST: 3 of its 4 files are missing/);
		expect((error as Error).message).toMatch(/expected 47040016 bytes when unpacked, received 7840016/);
		expect(asked).toEqual(["/train-images-idx3-ubyte.gz"]);
	});
});
