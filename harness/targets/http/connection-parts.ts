/** The settings that the connections of a driver share. */
import type { Clock } from '../../base/clock.ts'
import type { Exchange } from '../../ports/target.ts'
import type { Deadlines } from '../deadlines.ts'
import type { Answers } from './answers.ts'
import type { SendQueue } from './send-queue.ts'
import type { Traceparents } from './traceparent.ts'
import type { WireFactory } from './wire.ts'

export interface ConnectionParts {
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly sends: SendQueue
  readonly wires: WireFactory
  readonly answers: Answers
  readonly traceparents: Traceparents | null
  readonly bodyBytesMax: number
  /** An answer is complete for no other reason than that its connection was closed. */
  readonly onOpenEnd: (exchange: Exchange) => void
  /** A request was sent again because its connection had gone stale. */
  readonly onStaleRetry: () => void
}
