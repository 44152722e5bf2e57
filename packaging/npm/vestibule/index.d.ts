/** Credentials as the AWS SDK for JavaScript takes them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
  readonly accountId?: string;
}

export interface FromVestibuleOptions {
  /** Profile of the shared config file. Default: `AWS_PROFILE`, then `default`. */
  profile?: string;
  /** Path of the program. Default: the one that this package installed. */
  program?: string;
  /** Environment of the program. Default: `process.env`. */
  env?: Record<string, string | undefined>;
}

/**
 * Returns a credential provider for clients of the AWS SDK for JavaScript (v3), in place of
 * `fromSSO()`: the token is refreshed, and the refresh is shared with all other programs.
 *
 * ```js
 * const s3 = new S3Client({ credentials: fromVestibule({ profile: "dev" }) });
 * ```
 */
export function fromVestibule(options?: FromVestibuleOptions): () => Promise<Credentials>;

/** Returns the path of the program, from the package of this platform. */
export function findVestibule(): string;

/** Error of `fromVestibule`. The message is the program's, with the command to type. */
export class VestibuleError extends Error {
  readonly tryNextLink: false;
  /** Exit code of the program; 4 means that the user must sign in. */
  readonly exitCode: number | undefined;
}
