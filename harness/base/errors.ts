/**
 * Every expected failure of the harness is a `HarnessError`: what happened, where, and how to fix it.
 * The table gives each code its exit status; any other error that escapes is a bug (70).
 */
import { lookUp } from './names.ts'

/** Maps a failure code to the exit status of the process. */
export const ERROR_EXIT_STATUS = {
  USAGE: 2,
  UNIT_INVALID: 2,
  SCENARIO_NOT_FOUND: 2,
  SCENARIO_INVALID: 2,
  SCENARIO_LOAD_FAILED: 2,
  SCENARIO_TIMEOUT: 2,
  TYPESCRIPT_MISSING: 4,
  TYPES_UNCHECKED: 4,
  OBJECTIVE_INVALID: 2,
  IMPORT_INVALID: 2,
  ACTIVITIES_NOT_FOUND: 2,
  ACTIVITIES_INVALID: 2,
  QUALIFICATION_NOT_FOUND: 2,
  QUALIFICATION_INVALID: 2,
  CONFIG_INVALID: 2,
  SECRET_MISSING: 4,
  PLUGIN_UNKNOWN: 2,
  PLUGIN_NOT_FOUND: 2,
  PLUGIN_LOAD_FAILED: 2,
  PLUGIN_CONTRACT: 2,
  PLUGIN_INVALID: 2,
  PLUGIN_NAME_TAKEN: 2,
  PLUGIN_VERSION: 2,
  PLUGIN_UNPINNED: 2,
  PLUGIN_PIN: 2,
  PLUGIN_OUTSIDE: 2,
  PLUGIN_NATIVE: 2,
  PLUGIN_BRINGS_HOST: 2,
  PLUGIN_LOCK_INVALID: 2,
  PLUGIN_CHANGED: 2,
  RECORD_NOT_FOUND: 2,
  RUN_INVALID: 3,
  RECORD_INVALID: 2,
  JOURNAL_INVALID: 2,
  HISTORY_UNUSABLE: 4,
  BASELINE_NOT_FOUND: 2,
  BASELINE_INVALID: 2,
  BASELINE_MISMATCH: 2,
  PICTURE_UNREADABLE: 2,
  FFMPEG_MISSING: 4,
  FILE_LOCKED: 4,
  DOCUMENT_INVALID: 2,
  HOST_NOT_ALLOWED: 4,
  COMMAND_NOT_ALLOWED: 4,
  PREFLIGHT_BLOCKED: 4,
  TARGET_UNREACHABLE: 4,
  TARGET_LAUNCH_FAILED: 4,
  REPORT_UNWRITABLE: 4,
  FONTS_MISSING: 4,
  SETUP_FAILED: 4,
  INSTALLATION_BROKEN: 4,
  PART_MISSING: 4,
  STATE_UNREACHABLE: 4,
  LINE_STOPPED: 4,
  NOT_GRANTED: 4,
  LIMIT_EXCEEDED: 4,
  CONFIRMATION_INVALID: 2,
  LOAD_UNDER_WAY: 4,
  ALERT_FAILED: 4,
  OUTPUT_FAILED: 4,
  OUTPUT_UNAVAILABLE: 4,
  DASHBOARD_UNAVAILABLE: 4,
  ROLLBACK_NOT_FOUND: 2,
  ROLLBACK_FAILED: 5,
  SYSTEM_REFUSED: 4,
  POOL_UNREACHABLE: 4,
  POOL_NOT_SAFE: 2,
  POOL_PROTOCOL: 4,
  POOL_TOO_SMALL: 4,
  WORKER_BUSY: 4,
  WORKER_FAILED: 4,
  CLOCK_UNSURE: 4,
  START_FAILED: 4,
  LOOPBACK_TARGET: 4,
  LOAD_NOT_SHARED: 2,
  SCENARIO_NOT_PORTABLE: 2,
  RUN_TAKEN: 2,
  RUN_REPLACED: 3,
  INTERRUPTED: 130,
  INTERNAL: 70,
} as const

/** One of the codes of `ERROR_EXIT_STATUS`. */
export type ErrorCode = keyof typeof ERROR_EXIT_STATUS

/** One problem of an input: `path` says where, `expected` what would be right. */
export interface Problem {
  readonly path: string
  readonly message: string
  readonly expected?: string
  /** The valid name nearest to the one that was written. */
  readonly nearest?: string
}

/** The details of a `HarnessError` besides its code and message. */
export interface HarnessErrorDetails {
  /** One sentence that says how to fix it. */
  readonly hint?: string
  readonly cause?: unknown
  /** All problems of an input at once. */
  readonly problems?: readonly Problem[]
}

/** An unusable environment or invalid input. Caught in `cli/main.ts`, at port calls, and to add context. */
export class HarnessError extends Error {
  override readonly name = 'HarnessError'
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly problems: readonly Problem[]

  constructor(code: ErrorCode, message: string, details: HarnessErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.hint = details.hint
    this.problems = details.problems ?? []
  }

  /** The exit status of a process that ends with this error. */
  get exitCode(): number {
    return ERROR_EXIT_STATUS[this.code]
  }
}

/** Returns the message of a thrown value. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** Returns the `code` of a Node system error (`ECONNREFUSED`), or undefined. */
export function systemCodeOf(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : undefined
}

const REFUSAL_HINTS: Readonly<Record<string, string>> = {
  EACCES: 'Make it accessible for the user of proofload.',
  EPERM: 'Make it accessible for the user of proofload.',
  ENOTDIR: 'A part of the path is a file: check the path.',
  ELOOP: 'The links of the path lead back to themselves: check the path.',
  ENAMETOOLONG: 'Give a shorter path.',
  ENOSPC: 'Free some space.',
  EMFILE: 'Raise the limit of open files: ulimit -n 4096.',
  ENFILE: 'Close other programs: this machine has no open files left.',
}

/**
 * Makes a `HarnessError` of what the operating system refused where nobody expected it; null for anything else, which is a bug.
 */
export function refusalOf(thrown: unknown): HarnessError | null {
  const code = systemCodeOf(thrown)
  if (code === undefined || !(thrown instanceof Error) || !('syscall' in thrown)) return null
  return new HarnessError('SYSTEM_REFUSED', connectionFailureOf(thrown, code), {
    cause: thrown,
    hint: lookUp(REFUSAL_HINTS, code) ?? 'Change what the system names, then run the command again.',
  })
}

/** Asserts a condition. @throws HarnessError INTERNAL: a false condition is a bug in proofload. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition)
    throw new HarnessError('INTERNAL', `invariant broken: ${message}`, {
      hint: 'This is a bug in proofload; please report it.',
    })
}

/** Closes a switch over a union. @throws HarnessError INTERNAL */
export function unreachable(value: never): never {
  throw new HarnessError('INTERNAL', `unexpected value: ${JSON.stringify(value)}`)
}

/** Returns the message of a failed connection: a name with several addresses fails with a code and without a message. */
export function connectionFailureOf(thrown: unknown, otherwise: string): string {
  return messageOf(thrown) || (systemCodeOf(thrown) ?? otherwise)
}
