import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);

/** Returns the path of the emulator, from the package of this platform. */
export function findEmulator() {
  const name = `@vestibule/emulator-${process.platform}-${process.arch}`;
  const file = process.platform === "win32" ? "vestibule-emulator.exe" : "vestibule-emulator";
  try {
    return require.resolve(`${name}/${file}`);
  } catch {
    throw new Error(
      `${name} is not installed: the emulator has no program for this platform, or optional dependencies were left out`,
    );
  }
}

/** Starts an emulator, and resolves when it accepts connections. */
export async function startEmulator({ args = [], config, autoApprove = false, faults = [] } = {}) {
  const command = ["--until-eof", ...args];
  if (config !== undefined) command.push("--config", config);
  if (autoApprove) command.push("--auto-approve");
  for (const fault of faults) command.push("--fault", fault);
  const program = spawn(findEmulator(), command, { stdio: ["pipe", "pipe", "inherit"] });
  const exited = new Promise((resolve) => program.once("exit", resolve));
  const line = await new Promise((resolve, reject) => {
    program.once("error", reject);
    program.once("exit", (code) => reject(new Error(`the emulator exited with status ${code}`)));
    createInterface(program.stdout).once("line", resolve);
  });
  const { http: url, https: httpsUrl } = JSON.parse(line);
  const request = async (method, path, parameters = {}) => {
    const response = await fetch(`${url}/emulator/${path}?${new URLSearchParams(parameters)}`, {
      method,
      headers: { connection: "close" },
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return response.json();
  };
  const control = (path, parameters) => request("POST", path, parameters);
  return {
    url,
    httpsUrl,
    control,
    query: (path) => request("GET", path),
    script: (script) => control("script", { script }),
    advance: (seconds) => control("advance", { seconds }),
    heal: () => control("heal"),
    revoke: () => control("revoke"),
    stop: async () => {
      program.stdin.end();
      await exited;
    },
  };
}
