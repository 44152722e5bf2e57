#!/usr/bin/env node
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { findEmulator } from "../index.js";

const program = spawn(findEmulator(), process.argv.slice(2), { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => program.kill(signal));
}
program.on("error", (error) => {
  console.error(`error: ${error.message}`);
  process.exit(1);
});
program.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
