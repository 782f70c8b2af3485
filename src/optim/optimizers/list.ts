/** The optimizers of the shelf. A new one is a file here, a test and a line below. */
export { type AdadeltaOptions, adadelta } from "./adadelta.ts";
export { type AdafactorOptions, adafactor } from "./adafactor.ts";
export { type AdagradOptions, adagrad } from "./adagrad.ts";
export { type AdamOptions, adam } from "./adam.ts";
export { adamW } from "./adam-w.ts";
export { adamax } from "./adamax.ts";
export { amsgrad } from "./amsgrad.ts";
export { lamb } from "./lamb.ts";
export { type LbfgsOptions, lbfgs } from "./lbfgs.ts";
export { type LionOptions, lion } from "./lion.ts";
export { type MuonOptions, muon } from "./muon.ts";
export { type NAdamOptions, nAdam } from "./n-adam.ts";
export { rAdam } from "./r-adam.ts";
export { type RmsPropOptions, rmsProp } from "./rms-prop.ts";
export { type SgdOptions, sgd } from "./sgd.ts";
