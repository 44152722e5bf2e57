export interface EmulatorOptions {
  /** Further arguments of the program `vestibule-emulator`. */
  args?: string[];
  /** Path of a TOML file with accounts, roles, users, sessions and faults. */
  config?: string;
  /** Approve every sign-in at once. Default: false. */
  autoApprove?: boolean;
  /** Faults to schedule, such as `fail CreateToken twice with slow_down`. */
  faults?: string[];
}

/** A running emulator. It stops with `stop()`, or when this process exits. */
export interface Emulator {
  /** URL for HTTP, for `AWS_ENDPOINT_URL` and `HTTPS_PROXY`. */
  readonly url: string;
  /** URL for HTTPS. */
  readonly httpsUrl: string;
  /** Sends a command to the control API, such as `control("advance", { seconds: 3600 })`. */
  control(command: string, parameters?: Record<string, string | number>): Promise<unknown>;
  /** Reads from the control API, such as `query("requests")`. */
  query(what: string): Promise<unknown>;
  /** Schedules a fault, such as `fail CreateToken twice with slow_down`. */
  script(sentence: string): Promise<unknown>;
  /** Moves the emulator's clock forward. */
  advance(seconds: number): Promise<unknown>;
  /** Clears all scheduled faults. */
  heal(): Promise<unknown>;
  /** Revokes all sessions, as an administrator does. */
  revoke(): Promise<unknown>;
  /** Stops the emulator. */
  stop(): Promise<void>;
}

/**
 * Starts an emulator, and resolves when it accepts connections.
 *
 * ```js
 * const emulator = await startEmulator({ autoApprove: true });
 * process.env.AWS_ENDPOINT_URL = emulator.url;
 * ```
 */
export function startEmulator(options?: EmulatorOptions): Promise<Emulator>;

/** Returns the path of the emulator, from the package of this platform. */
export function findEmulator(): string;
