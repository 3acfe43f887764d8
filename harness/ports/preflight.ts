import type { Clock } from '../base/clock.ts'
import type { AddressesOf } from '../base/loopback.ts'
import type { Emergency } from '../model/emergency.ts'
import type { LineOwner } from '../model/line.ts'
import type { RunPlan } from '../model/plan.ts'
import type { OutputPlugin } from './output.ts'
import type { Requirement } from './requirement.ts'
import type { ResourceProbePlugin } from './resource-probe.ts'
import type { TargetPlugin } from './target-plugin.ts'

/** The result of a check. `blocked` stops the run (exit 4); `advice` is printed and recorded. */
export interface PreflightFinding {
  readonly check: string
  readonly level: 'ok' | 'advice' | 'blocked'
  readonly message: string
  /** An instruction for fixing it; present unless `ok`. */
  readonly hint?: string
}

/** The facts about this machine that checks use; read once, replaced in tests. */
export interface MachineFacts {
  readonly cores: number
  readonly memoryTotalBytes: number
  readonly memoryAvailableBytes: number
  /** The load average over one minute. */
  readonly loadAverage1m: number
  readonly openFilesLimit: number | null
  /** The number of ports that a client may use towards one address and port. */
  readonly ephemeralPorts: number | null
}

/** A folder that the run writes to. */
export interface WrittenFolder {
  /** Absolute. */
  readonly path: string
  /** The option of the command line that names another one. */
  readonly option: string
}

export interface PreflightContext {
  readonly plan: RunPlan
  readonly threads: number
  readonly folders: readonly WrittenFolder[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Reasons why secrets could not be read from where their values are, by name; a secret that is in `env` has none. */
  readonly secretFailures: Readonly<Record<string, string>>
  readonly machine: MachineFacts
  readonly clock: Clock
  /** Resolves the addresses of a host as the system does. */
  readonly addressesOf: AddressesOf
  readonly target: (pluginName: string) => TargetPlugin
  readonly output: (pluginName: string) => OutputPlugin
  readonly probe: (pluginName: string) => ResourceProbePlugin
  /** The requirements of the plan; none when a secret is missing. */
  readonly requirements: readonly Requirement[]
  /** Hosts that are contacted besides those of targets, probes and requirements. */
  readonly otherHosts: readonly string[]
  /** Reads the emergency state from the state store; rejects with HarnessError STATE_UNREACHABLE. */
  readonly emergency: () => Promise<Emergency>
  /**
   * Reads the holder of the deploy lock, other than this run; null when it is free. Rejects with HarnessError STATE_UNREACHABLE.
   */
  readonly line: () => Promise<LineOwner | null>
  /** Writes to the state store; null when the run only reads it. Rejects with HarnessError STATE_UNREACHABLE. */
  readonly writeState: (() => Promise<void>) | null
  /** Opens the history and tries to write; null when the run is not remembered. Rejects with HarnessError HISTORY_UNUSABLE. */
  readonly writeHistory: (() => Promise<void>) | null
}

/** One check before the load. Never throws because of what it checks. */
export interface PreflightCheck {
  readonly name: string
  /** One sentence: what it ensures. */
  readonly summary: string
  check(context: PreflightContext): Promise<readonly PreflightFinding[]>
}
