import type { DispatchCounts, WorkloadCounts } from '../model/interval-snapshot.ts'
import { CounterReader } from './counter-reader.ts'
import { SHARD_COLUMN } from './shard-memory.ts'
import { dispatchOf } from './snapshot-rows.ts'

/** The coordinator's end of the counters that one workload of a shard has for its own. */
export class WorkloadReader {
  readonly name: string
  readonly #now: Float64Array
  readonly #gain: CounterReader

  constructor(name: string, counters: SharedArrayBuffer) {
    this.name = name
    this.#now = new Float64Array(counters)
    this.#gain = new CounterReader(counters)
  }

  /** Returns the present value of a column. */
  now(column: number): number {
    return this.#now[column] as number
  }

  /** Takes what was counted since the last call. */
  take(): { readonly dispatch: DispatchCounts; readonly counts: WorkloadCounts } {
    const dispatch = dispatchOf(this.#gain.takeGain() ?? new Float64Array(this.#now.length))
    const { planned, started, dropped, cancelled, lateStarts, iterations, backedOffMs } = dispatch
    return {
      dispatch,
      counts: {
        ...{ planned, started, dropped, cancelled, lateStarts, iterations, backedOffMs },
        activeAgents: this.now(SHARD_COLUMN.activeAgents),
        backlog: this.now(SHARD_COLUMN.backlog),
      },
    }
  }
}
