/** An output that tells what came since its last batch: what was not taken comes again with the next. */
import type { MetricBatch, MetricPoint } from '../../model/metric-point.ts'
import type { Output } from '../../ports/output.ts'
import { Window } from './window.ts'

/** @param deliver sends a batch, `came` being what came since the last one that was taken */
export function windowedOutput(
  deliver: (came: readonly MetricPoint[], batch: MetricBatch, signal: AbortSignal) => Promise<void>,
  close: () => Promise<void>,
): Output {
  const window = new Window()
  const send: Output['send'] = async (batch, signal) => {
    await deliver(window.since(batch.points), batch, signal)
    window.taken(batch.points)
  }
  return { send, finish: ({ batch }, signal) => send(batch, signal), close }
}
