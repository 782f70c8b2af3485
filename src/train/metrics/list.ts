/** The metrics of the shelf. A new one is a file here, a test and a line below. */
export { accuracy } from "./accuracy.ts";
export { f1 } from "./f1.ts";
export { logLoss } from "./log-loss.ts";
export { meanAbsoluteError } from "./mean-absolute-error.ts";
export { precision } from "./precision.ts";
export { rSquared } from "./r-squared.ts";
export { recall } from "./recall.ts";
export { rocAuc } from "./roc-auc.ts";
export { rootMeanSquaredError } from "./root-mean-squared-error.ts";
export { type TopKAccuracyOptions, topK } from "./top-k.ts";
