/** The permissions of those who call tools: given by whoever starts the server, and changed by no tool. */

/** The kinds of permission that a tool may need; `read` is everybody's. */
export const GRANTS = ['read', 'run', 'write', 'halt'] as const
export type Grant = (typeof GRANTS)[number]

/** The largest load that may be sent. */
export interface LoadLimits {
  /** Requests a second, of all targets together. */
  readonly ratePerSec: number
  /** Agents of a closed load. */
  readonly agents: number
  /** Length of a run. */
  readonly durationMs: number
  /** Length of a search for a capacity, all of its probes included. */
  readonly searchMs: number
  /** Runs and searches that this server starts in an hour. */
  readonly loadsPerHour: number
}

export interface Grants {
  readonly run: boolean
  readonly write: boolean
  readonly halt: boolean
  /** Scenarios of the folder may bring code: TypeScript, pinned plugins, commands, files. */
  readonly code: boolean
  /** Hosts beyond loopback to which load may be sent. */
  readonly hosts: readonly string[]
  readonly limits: LoadLimits
}

/** The grants of a server that was started without a flag. */
export const READ_ONLY: Grants = {
  run: false,
  write: false,
  halt: true,
  code: false,
  hosts: [],
  limits: { ratePerSec: 200, agents: 100, durationMs: 120_000, searchMs: 900_000, loadsPerHour: 10 },
}

export function isGranted(grants: Grants, grant: Grant): boolean {
  return grant === 'read' || grants[grant]
}
