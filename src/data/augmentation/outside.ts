/** What is seen where an image was moved away. */
import { type ChoiceSpec, choiceOption } from "../../core/options.ts";

/** `edge` repeats the nearest pixel, `zero` is the value 0. */
export type Outside = "edge" | "zero";

/**
 * The option `outside`, which every augmentation that moves images has. Default "edge", which never draws a frame: 0 is black only for images
 * scaled to 0 … 1; for standardised ones it is the mean colour, as in He et al. 2016, whose grey frame suits photographs but not digits.
 */
export const outsideOption: ChoiceSpec = choiceOption("what is seen outside the image: its edge repeated, or 0", ["edge", "zero"], "edge");
