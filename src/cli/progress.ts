/** How a run looks in a terminal: one line that is rewritten, or plain lines where nobody watches. A reader of events. */

import type { EpochEvent, RunEvent, Scores } from "../runs/events.ts";
import { count, counted, duration, scoreText, short, sparkline } from "./format.ts";

/** Where the lines go. */
export interface Screen {
	/** Whether lines can be rewritten. */
	readonly interactive: boolean;
	/** Characters a line. */
	readonly columns: number;
	write(text: string): void;
}

/** Written before a line that is rewritten, and to be rid of it. */
export const CLEAR_LINE = "\r\x1b[K";

/** Milliseconds between redraws. */
const REDRAW_MS = 80;

/** Characters of the curve of losses. */
const CURVE_WIDTH = 20;

/** Shows a run as it goes. */
export class Progress {
	readonly #screen: Screen;
	#total = { steps: 0, epochs: 0 };
	#losses: number[] = [];
	readonly #now: () => number;
	#started: number;
	#startStep = 0;
	#lastDraw = Number.NEGATIVE_INFINITY;
	#speed = 0;
	#drawn = false;

	/** @param now - the time in milliseconds */
	constructor(screen: Screen, now: () => number = () => performance.now()) {
		this.#screen = screen;
		this.#now = now;
		this.#started = now();
	}

	/** Takes up an event. `totals` must be known first: from the start event, or given on resuming. */
	onEvent(event: RunEvent): void {
		switch (event.kind) {
			case "start":
				this.#total = { steps: event.totalSteps, epochs: event.epochs };
				this.#line(
					`${counted(event.exampleCount, "example")}, batches of ${event.batchSize}, ` +
						`${counted(event.epochs, "epoch")} of ${counted(event.stepsPerEpoch, "step")}; ` +
						`${counted(event.parameterCount, "parameter")}; ${event.executor}`,
				);
				break;
			case "resume":
				this.#startStep = event.step;
				this.#line(`Going on after step ${count(event.step)}, in epoch ${event.epoch + 1}; ${event.executor}`);
				break;
			case "step":
				this.#losses.push(event.loss);
				this.#speed = event.examplesPerSecond;
				this.#draw(event.step, event.epoch);
				break;
			case "epoch":
				this.#line(epochLine(event, this.#total.epochs));
				break;
			case "action":
				if (event.action !== "checkpoint") this.#line(`${event.by}: ${event.why}`);
				break;
			case "remark":
				this.#line(event.text);
				break;
			case "nonFinite":
				this.#line(`Step ${event.step}: ${event.where} is ${event.value}. Training stops. Try: a smaller learning rate, or clipNorm.`);
				break;
			case "checkpoint":
			case "layers":
			case "test":
			case "end":
				break;
			default:
				event satisfies never;
		}
	}

	/** Sets what a resumed run no longer says. */
	setTotals(totals: { steps: number; epochs: number }): void {
		this.#total = totals;
	}

	/** Removes the line that is rewritten. */
	clear(): void {
		if (this.#drawn) this.#screen.write(CLEAR_LINE);
		this.#drawn = false;
	}

	#line(text: string): void {
		this.clear();
		this.#screen.write(`${text}\n`);
	}

	#draw(step: number, epoch: number): void {
		const now = this.#now();
		if (!this.#screen.interactive || now - this.#lastDraw < REDRAW_MS) return;
		this.#lastDraw = now;
		this.#drawn = true;
		const done = step / Math.max(1, this.#total.steps);
		const left = ((now - this.#started) / 1000 / Math.max(1, step - this.#startStep)) * (this.#total.steps - step);
		const bar = "█".repeat(Math.round(done * 20)).padEnd(20, "░");
		const loss = this.#losses.at(-1) ?? Number.NaN;
		const text =
			`${bar} ${Math.floor(100 * done)} %  epoch ${epoch + 1}/${this.#total.epochs}  loss ${short(loss)} ${sparkline(this.#losses, CURVE_WIDTH)}  ` +
			`${count(this.#speed)}/s  ${duration(left)} left`;
		this.#screen.write(`${CLEAR_LINE}${text.slice(0, this.#screen.columns - 1)}`);
	}
}

function epochLine(event: EpochEvent, epochs: number): string {
	const number = String(event.epoch + 1).padStart(String(epochs).length);
	const parts = [`epoch ${number}/${epochs}`, `train ${scoresText(event.train)}`];
	if (event.validation !== null) parts.push(`validation ${scoresText(event.validation)}`);
	parts.push(`${duration(event.seconds)}, ${count(event.examplesPerSecond)}/s${event.best && event.validation !== null ? "  ★" : ""}`);
	return parts.join("  │ ");
}

/** `loss 0.3121, accuracy 91.20 %` */
export function scoresText(scores: Scores): string {
	return Object.entries(scores)
		.map(([name, value]) => `${name} ${scoreText(name, value)}`)
		.join(", ");
}
