/** Configs of runs: checked, with defaults, and described as JSON Schema for editors. */
export { ConfigError, parseRunConfig, runConfigJsonSchema } from "./parse.ts";
export { defineConfig, type RunConfig, type RunConfigInput } from "./run-config.ts";
export { type AnyRegistry, type Shelf, shelf } from "./shelf.ts";
