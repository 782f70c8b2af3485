/** Finds sharp, the optional package that decodes images, when it is first needed. */
import { DataError } from "../errors.ts";
import { nodeModules } from "./node.ts";

/** What is known of an image before it is decoded. */
export interface ImageHeader {
	/** `b-w` and `grey16` for grey. */
	readonly space?: string;
	/** Size as it is to be seen, turned by what the camera noted. */
	readonly autoOrient: { readonly width: number; readonly height: number };
}

/** The part of a sharp pipeline that is used. */
export interface SharpPipeline {
	metadata(): Promise<ImageHeader>;
	resize(width: number, height: number, options: { fit: string; background: string }): SharpPipeline;
	flatten(options: { background: string }): SharpPipeline;
	toColourspace(space: "b-w" | "srgb"): SharpPipeline;
	raw(options: { depth: "uchar" }): SharpPipeline;
	toBuffer(options: { resolveWithObject: true }): Promise<{
		readonly data: Uint8Array;
		readonly info: { readonly channels: number; readonly width: number; readonly height: number };
	}>;
}

/** Starts a pipeline on a file's bytes. */
export type Sharp = (bytes: Uint8Array, options: { autoOrient: boolean; failOn: "error" }) => SharpPipeline;

/**
 * Loads sharp. Its types stay out of Gradus' declarations, for the package may be absent.
 *
 * @param load - what loads a package by name; Node's `require` if not given
 * @throws DataError that says how to install it
 */
export function loadSharp(load?: (name: string) => unknown): Sharp {
	const from = load ?? nodeModules("images").module.createRequire(import.meta.url);
	try {
		return from("sharp") as Sharp;
	} catch (error) {
		const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0];
		throw new DataError(
			`images: reading image files needs the package sharp, which could not be loaded (${reason}).\n  Try: npm install sharp`,
		);
	}
}
