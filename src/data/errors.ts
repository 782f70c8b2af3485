/** Errors about data: what users bring, so each names the file and the place in it as far as they are known. */
import { GradusError } from "../core/errors.ts";

/** Where in the data the fault lies. */
export interface DataPlace {
	/** Path or name of the file. */
	readonly file?: string;
	/** Row, from 1 as an editor counts lines, or an example's number where there are no lines. */
	readonly row?: number;
	/** Name of the column. */
	readonly column?: string;
}

/** Data that cannot be read or do not fit. */
export class DataError extends GradusError {
	override name = "DataError";
	readonly file?: string;
	readonly row?: number;
	readonly column?: string;

	constructor(message: string, place: DataPlace = {}) {
		super(message);
		this.file = place.file;
		this.row = place.row;
		this.column = place.column;
	}
}
