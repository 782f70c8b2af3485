/** Data sets of images: from IDX files, from folders, from memory. */
export type { ImageRemark } from "./class-folders.ts";
export { decodeImage, decodeImageFile, type ImageFit, type ImageSpec, imageShapeOf, parseImageSpec } from "./decode-image.ts";
export { fitImageScaling } from "./fit-image-scaling.ts";
export { type ImageSplits, openIdxFolder } from "./idx-folder.ts";
export { ImageDataset, type ImageDatasetParts } from "./image-dataset.ts";
export { type ImageFolder, type ImageFolderOptions, openImageFolder } from "./image-folder.ts";
export { applyImageScaling, type ImageScaling, type ImageScalingKind } from "./image-scaling.ts";
export type { ImageShape } from "./image-shape.ts";
export { loadMnist, type MnistOptions } from "./mnist.ts";
export { parseImageScaling } from "./parse-image-scaling.ts";
export { MemoryPixels, type PixelStore } from "./pixel-store.ts";
