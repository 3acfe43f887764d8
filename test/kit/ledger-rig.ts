/** A ledger of one shard for tests of drivers, with what it measured. */
import { messageFigures } from '../../harness/analysis/message-figures.ts'
import type { Clock } from '../../harness/base/clock.ts'
import { LedgerChannel } from '../../harness/engine/delivery-channel.ts'
import { allocateLedger, messageCountsOf } from '../../harness/engine/ledger-memory.ts'
import type { MessageChannel } from '../../harness/model/message-counts.ts'
import type { TargetEvents } from '../../harness/ports/target.ts'

export function aLedgerRig(clock: Clock, channel: MessageChannel | null | undefined) {
  const memory = allocateLedger(channel ?? { mode: 'once', subscribers: 1 }, 1)
  const times: number[] = []
  const faults: string[] = []
  const events: TargetEvents = {
    measure: (_step, { name }, value) => {
      if (name === 'transit_time') times.push(value)
    },
    fault: (step, kind, text) => faults.push(`${step}: ${kind}: ${text}`),
  }
  return {
    channel: new LedgerChannel({ memory, runId: 'test', shard: 0, clock, events }),
    events,
    /** Transit times, ms. */
    times,
    faults,
    figures: () =>
      messageFigures({
        target: 'main',
        ...messageCountsOf(new Float64Array(memory.counters[0] as SharedArrayBuffer)),
      }),
  }
}
