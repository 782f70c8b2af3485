/** The models of the shelf. A new one is a file here, a test and a line below. */
export { type CnnOptions, cnn } from "./cnn.ts";
export { type MlpOptions, mlp } from "./mlp.ts";
export { type ResnetOptions, resnet } from "./resnet.ts";
