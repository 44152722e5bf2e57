import { execFile } from "node:child_process";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** Returns the path of the program, from the package of this platform. */
export function findVestibule() {
  const name = `@vestibule/cli-${process.platform}-${process.arch}`;
  const file = process.platform === "win32" ? "vestibule.exe" : "vestibule";
  try {
    return require.resolve(`${name}/${file}`);
  } catch {
    throw new Error(
      `${name} is not installed: vestibule has no program for this platform, or optional dependencies were left out`,
    );
  }
}

/** A sign-in is needed, or something else that a retry does not help. */
export class VestibuleError extends Error {
  name = "CredentialsProviderError";
  tryNextLink = false;
  /** Exit code of the program; 4 means that the user must sign in. */
  exitCode;

  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Returns a credential provider for the AWS SDK for JavaScript (v3). */
export function fromVestibule({ profile, program = findVestibule(), env = process.env } = {}) {
  const args = ["export-credentials", "--format", "process", "--no-input"];
  if (profile !== undefined) args.push("--profile", profile);
  return () =>
    new Promise((resolve, reject) => {
      execFile(program, args, { env, windowsHide: true }, (error, stdout, stderr) => {
        if (error) {
          const exitCode = typeof error.code === "number" ? error.code : undefined;
          reject(new VestibuleError(stderr.trim() || error.message, exitCode));
          return;
        }
        const found = JSON.parse(stdout);
        resolve({
          accessKeyId: found.AccessKeyId,
          secretAccessKey: found.SecretAccessKey,
          ...(found.SessionToken && { sessionToken: found.SessionToken }),
          ...(found.Expiration && { expiration: new Date(found.Expiration) }),
          ...(found.AccountId && { accountId: found.AccountId }),
        });
      });
    });
}
