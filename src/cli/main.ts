#!/usr/bin/env node
/** The program `gradus`. */
import { runCli } from "./program.ts";

process.exitCode = await runCli(process.argv.slice(2));
