/** What goes on while data is made ready: with files of gigabytes that takes minutes, in which a person wants to know. */

/** How far one of the tasks is. They come in this order, and only where files are large. */
export interface DataProgress {
	/** `read`: the file is read for the first time; `fit`: preprocessing is fitted to the training rows; `write`: examples are put in a file. */
	readonly task: "read" | "fit" | "write";
	/** 0 … 1 */
	readonly share: number;
}

/** Is told of progress now and then, many times a second at most. */
export type OnDataProgress = (progress: DataProgress) => void;
