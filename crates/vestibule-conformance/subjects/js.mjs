// What the SDK for JavaScript makes of two files: a JSON object a line in, a JSON object a line out.
// The one argument is the folder that its packages are installed in.

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

const lay = (path, content) => {
  if (content === null) rmSync(path, { force: true });
  else writeFileSync(path, Buffer.from(content, "base64"));
};

const read = async () => {
  // What is read here without the cache is what `loadSsoSessionData` then finds in it.
  const known = await loader.parseKnownFiles({ filepath, configFilepath, ignoreCache: true });
  const found = { profiles: {}, services: {} };
  for (const [name, keys] of Object.entries(known)) {
    if (name.startsWith("services.")) found.services[name.slice("services.".length)] = keys;
    else if (!name.startsWith("sso-session.")) found.profiles[name] = keys;
  }
  found.sso_sessions = await loader.loadSsoSessionData({ configFilepath });
  return found;
};

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  lay(filepath, asked.credentials);
  lay(configFilepath, asked.config);
  console.log(JSON.stringify(await read()));
}
