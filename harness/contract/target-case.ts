/** The case of a target for its contract suite: the target, and what to ask of it. */
import type { DriverContext } from '../ports/target.ts'
import type { TargetPlugin } from '../ports/target-plugin.ts'

/** A request as steps write it. */
export type Request = Readonly<Record<string, unknown>>

/** A target that is there, and what to ask of it. */
export interface LiveTarget {
  /** Configuration as `createDriver` takes it. */
  readonly config: Readonly<Record<string, unknown>>
  readonly code?: DriverContext['code']
  readonly allowCommands?: DriverContext['allowCommands']
  /** A request that is answered well. */
  readonly answered: Request
  /** A request that is never answered. */
  readonly silent: Request
  /** A request that fails at once, with this kind. */
  readonly failing: { readonly request: Request; readonly kind: string }
  /** A request that the server answers after so long. */
  readonly slow?: { readonly request: Request; readonly ms: number }
  /** A server that can be ended and come back at the same address. */
  readonly mortal?: { kill(): Promise<void>; revive(): Promise<void> }
  /** A request on which the server hangs up, and how many of these it has seen. */
  readonly dropped?: { readonly request: Request; seen(): number }
}

/** The things that a live target may have besides: laws that need it hold for the targets that state it. */
export const CAPABILITIES = ['slow', 'mortal', 'dropped', 'pooled'] as const
export type Capability = (typeof CAPABILITIES)[number]

/** A target for which the suite is declared. */
export interface TargetCase {
  readonly name: string
  readonly has?: readonly Capability[]
  /** The reasons why the laws of the others do not hold: each is in `has` or here. */
  readonly lacks?: Readonly<Partial<Record<Capability, string>>>
  readonly plugin: TargetPlugin
  /** The number of exchanges in a row that show that settling does not recur. Default: 1,000; fewer where one is a page or a process. */
  readonly inARow?: number
  /** Makes the target for the time of the body. */
  withTarget(body: (target: LiveTarget) => Promise<void>): Promise<void>
}
