#!/usr/bin/env node
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { findVestibule } from "../index.js";

const program = spawn(findVestibule(), process.argv.slice(2), { stdio: "inherit" });
// Ctrl-C reaches the program from the terminal, and it decides what to do.
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => program.kill(signal));
program.on("error", (error) => {
  console.error(`error: ${error.message}`);
  process.exit(1);
});
program.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
