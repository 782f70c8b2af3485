/** Data that lies in files: tables of any format, and data sets larger than memory. Node only. */
export { openDiskDataset, type WritableBatch, writeDiskDataset } from "../datasets/disk-dataset.ts";
export * from "../sources/index.ts";
