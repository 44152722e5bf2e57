// Parses config files with the SDK for JavaScript: reads and writes one JSON object per line.
// The argument is the directory in which its packages are installed.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const require = createRequire(resolve(process.argv[2], "package.json"));
const loader = require("@smithy/shared-ini-file-loader");

const folder = mkdtempSync(join(tmpdir(), "subject-"));
process.on("exit", () => rmSync(folder, { recursive: true }));

const filepath = join(folder, "credentials");
const configFilepath = join(folder, "config");

const write = (path, content) => {
  if (content === null) rmSync(path, { force: true });
  else writeFileSync(path, Buffer.from(content, "base64"));
};

const read = async () => {
  // `loadSsoSessionData` below uses the cache that this call fills.
  const profiles = await loader.parseKnownFiles({ filepath, configFilepath, ignoreCache: true });
  const found = { profiles: {}, services: {} };
  for (const [name, keys] of Object.entries(profiles)) {
    if (name.startsWith("services.")) found.services[name.slice("services.".length)] = keys;
    else if (!name.startsWith("sso-session.")) found.profiles[name] = keys;
  }
  found.sso_sessions = await loader.loadSsoSessionData({ configFilepath });
  return found;
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  write(filepath, request.credentials);
  write(configFilepath, request.config);
  console.log(JSON.stringify(await read()));
}
