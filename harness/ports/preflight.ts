import type { Clock } from '../base/clock.ts'
import type { AddressesOf } from '../base/loopback.ts'
import type { Emergency } from '../model/emergency.ts'
import type { LineOwner } from '../model/line.ts'
import type { RunPlan } from '../model/plan.ts'
import type { ResourceProbePlugin } from './resource-probe.ts'
import type { TargetPlugin } from './target.ts'

/** What a check found. `blocked` stops the run (exit 4); `advice` is printed and kept. */
export interface PreflightFinding {
  readonly check: string
  readonly level: 'ok' | 'advice' | 'blocked'
  readonly message: string
  /** How to fix it; present unless ok. */
  readonly hint?: string
}

/** Facts of this machine that checks look at; gathered once, replaced by tests. */
export interface MachineFacts {
  readonly cores: number
  readonly memoryTotalBytes: number
  readonly memoryAvailableBytes: number
  /** Load average over one minute. */
  readonly loadAverage1m: number
  readonly openFilesLimit: number | null
  /** Ports a client may use towards one address and port. */
  readonly ephemeralPorts: number | null
}

export interface PreflightContext {
  readonly plan: RunPlan
  readonly threads: number
  /** Folder under which the run's reports will be written. */
  readonly outDir: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly machine: MachineFacts
  readonly clock: Clock
  /** Of a host, as the system resolves it. */
  readonly addressesOf: AddressesOf
  readonly target: (pluginName: string) => TargetPlugin
  readonly probe: (pluginName: string) => ResourceProbePlugin
  /** The emergency state of the state store; rejects with HarnessError STATE_UNREACHABLE. */
  readonly emergency: () => Promise<Emergency>
  /** Who else has stopped the line; null when nobody has. Rejects with HarnessError STATE_UNREACHABLE. */
  readonly line: () => Promise<LineOwner | null>
}

/** One look before load. Never throws for what it looks at. */
export interface PreflightCheck {
  readonly name: string
  /** One sentence: what it makes sure of. */
  readonly summary: string
  check(context: PreflightContext): Promise<readonly PreflightFinding[]>
}
