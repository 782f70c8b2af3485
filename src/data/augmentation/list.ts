/** The shelf of augmentations. A new one is a file here, a test and a line below. */
export { type CropOptions, crop } from "./crop.ts";
export { type CutoutOptions, cutout } from "./cutout.ts";
export { type FlipOptions, flip } from "./flip.ts";
export { type MixupOptions, mixup } from "./mixup.ts";
export { type NoiseOptions, noise } from "./noise.ts";
export { type RotateOptions, rotate } from "./rotate.ts";
export { type ShiftOptions, shift } from "./shift.ts";
