/** The two logs of a run: what has to be true later, and the intervals of its workers. */
import type { Log } from '../../ports/link.ts'
import type { PoolAccess } from './held-workers.ts'
import { lastOf, RunLog } from './run-log.ts'

export interface RunLogs {
  readonly log: RunLog
  readonly intervals: Log
  /** Drops both, for a broker reserves their room, unless they are somebody else's by now. */
  drop(): Promise<void>
}

/** @throws HarnessError RUN_TAKEN, POOL_UNREACHABLE */
export async function openRunLogs({ link, clock, subjects }: PoolAccess, run: string): Promise<RunLogs> {
  const stored = link.log({
    ...{ name: subjects.runLog(run), subject: subjects.log(run), bytesMax: LOG_BYTES_MAX },
  })
  const log = await RunLog.lead({ log: stored, clock, run })
  const intervals = link.log({
    ...{ name: subjects.intervalLog(run), subject: subjects.interval(run, '*') },
    bytesMax: INTERVAL_BYTES_MAX,
  })
  const drop = async () => {
    log.close()
    if (log.hasMoved) return
    await Promise.all([stored, intervals].map((each) => each.drop().catch(() => undefined)))
  }
  try {
    await lastOf(intervals)
  } catch (error) {
    await drop()
    throw error
  }
  return { log, intervals, drop }
}

/** Hours of a run of some hundred histograms. */
const LOG_BYTES_MAX = 512 * 1024 ** 2
/** Minutes of intervals that nobody reads. */
const INTERVAL_BYTES_MAX = 128 * 1024 ** 2
