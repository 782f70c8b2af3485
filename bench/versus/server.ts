/**
 * A contestant as a child process that answers one JSON line with another. It is killed when it exceeds a time limit
 * and started again by the next question, so that one work that never ends does not take the others with it.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

export type Question =
	| { work: string; list: true }
	| { work: string; variant: string; losses: number }
	| { work: string; variant: string; steps: number }
	| { matmul: number; variant?: string; seconds: number };

/** What came back; a contestant that cannot answers `unsupported`. */
export interface Answer {
	unsupported?: string;
	variants?: string[];
	/** Variants that do less than the work asks for, shown but not compared. */
	lessWork?: string[];
	losses?: number[];
	/** Microseconds of each step. */
	times?: number[];
	usPerStep?: number;
	/** Billions of operations a second: median and best. */
	gflops?: number;
	best?: number;
}

/** The line of a stack trace that names the error, in Node and in Python. */
const errorIn = (complaint: string) => {
	const lines = complaint.trim().split("\n");
	return lines.findLast((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1);
};

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export class Server {
	readonly #command: readonly string[];
	#child: Child | undefined;

	/** @param command - program and arguments */
	constructor(command: readonly string[]) {
		this.#command = command;
	}

	/** @param limitSeconds - after which the process is killed and the answer is `unsupported` */
	ask(question: Question, limitSeconds: number): Promise<Answer> {
		this.#child ??= this.#start();
		const child = this.#child;
		const lines = createInterface({ input: child.stdout });
		let complaint = "";
		const listen = (chunk: Buffer) => (complaint += chunk);
		child.stderr.on("data", listen);
		return new Promise<Answer>((resolve) => {
			const onExit = () => fail(`its process ended: ${errorIn(complaint)}`);
			const timer = setTimeout(() => fail(`no answer within ${limitSeconds} s`), limitSeconds * 1000);
			const finish = (answer: Answer) => {
				clearTimeout(timer);
				lines.close();
				child.off("exit", onExit);
				child.stderr.off("data", listen);
				resolve(answer);
			};
			const fail = (reason: string) => {
				this.stop();
				finish({ unsupported: reason });
			};
			child.once("exit", onExit);
			lines.on("line", (line) => {
				if (line.startsWith("{")) finish(JSON.parse(line)); // libraries print greetings too
			});
			child.stdin.write(`${JSON.stringify(question)}\n`);
		});
	}

	stop(): void {
		this.#child?.kill("SIGKILL");
		this.#child = undefined;
	}

	#start(): Child {
		const [program, ...args] = this.#command;
		const child = spawn(program!, args, { stdio: ["pipe", "pipe", "pipe"] });
		child.on("error", () => {}); // `exit` or the time limit tells
		child.stdin.on("error", () => {});
		child.stderr.resume();
		return child;
	}
}
