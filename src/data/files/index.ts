/** Readers of array files; they work on bytes, in Node and in browsers. */
export { type ElementType, type FileArray, type FileElements, toFloat32, toInt32 } from "./element-type.ts";
export { CompressionError, gunzip, isGzip, type UnpackOptions } from "./gzip.ts";
export { IdxError, readIdx } from "./idx.ts";
export { readNpy } from "./npy.ts";
export { NpyError } from "./npy-error.ts";
export { type NpySource, writeNpy } from "./npy-write.ts";
export { readNpz } from "./npz.ts";
export { ZipError } from "./zip.ts";
