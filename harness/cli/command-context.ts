import type { Host } from '../ports/host.ts'
import type { Interrupts } from './interrupts.ts'

/** The surroundings of every command. */
export interface CommandContext {
  readonly host: Host
  /** Sets the status that the process ends with. Default: 0. */
  readonly exit: (status: number) => void
  readonly interrupts: Interrupts
}
