/** The outputs of a load, as its steps know them. */
import type { ObjectiveEvent } from '../../model/enforcement.ts'
import type { OutputReport } from '../../model/output-report.ts'
import type { FinishedRun } from './publish.ts'
import type { LastSecond } from './run-figures.ts'

export interface LoadOutputs {
  /** Tells whoever it is time for; returns at once. */
  second(second: LastSecond): void
  /** An objective changed its state. */
  event(event: ObjectiveEvent): void
  /** Tells everybody the figures of the whole load, and waits a little for them to be taken. Never rejects. */
  end(): Promise<Record<string, OutputReport>>
  /** Begins to tell everybody how the run came out. */
  finish(finished: FinishedRun): void
  /** Waits for what is sent, and for a scrape of the end. Never rejects. */
  close(): Promise<void>
}
