import type { Log, Unlisten } from '../../ports/link.ts'
import { type HostInterval, hostIntervalSchema, readMessage } from '../messages.ts'
import { workerOf } from '../subjects.ts'
import { JoinedParts } from '../text-parts.ts'

/** Reads the intervals of a run from their log; what cannot be read is told, and left out. */
export function readIntervals(
  log: Log,
  onInterval: (interval: HostInterval) => void,
  note: (message: string) => void,
): Unlisten {
  const joined = new JoinedParts()
  return log.read(1, (body, subject) => {
    const text = joined.add(body)
    if (text === null) return
    const read = readMessage(hostIntervalSchema, text)
    if (read.problem === null) onInterval(read.message)
    else note(`an interval of ${workerOf(subject)} cannot be read: ${read.problem}`)
  })
}
