import pidusage from 'pidusage'
import { type Clock, sleep } from '../base/clock.ts'

/** The system counts CPU in steps of 10 ms; over less than this, one step more or less is no longer small. */
const SPAN_MS_MIN = 100

/** What a process used. `cpuCores` is the mean since the sample before (1 = one core busy all the time). */
export interface ProcessSample {
  readonly cpuCores: number
  readonly rssBytes: number
}

/** Watches one process by its id. */
export interface ProcessWatch {
  /**
   * Null when the process is gone or the watch was stopped. Covers the time since the sample before (the first one:
   * since the watch began), and resolves when that is at least 100 ms.
   */
  sample(): Promise<ProcessSample | null>
  stop(): void
}

interface Reading {
  readonly atMs: number
  readonly cpuTimeMs: number
  readonly rssBytes: number
}

/**
 * Begins to watch. CPU is read as time used so far and differenced here, because pidusage keeps one history a process
 * id, which two watches would steal from each other, and gives 0 at first.
 */
export function watchProcess(pid: number, clock: Clock): ProcessWatch {
  let stopped = false
  let before: Promise<Reading | null> = read(pid, clock)
  return {
    async sample() {
      const earlier = before
      const latest = earlier.then((reading) => readAfter(reading, pid, clock))
      before = latest
      const sample = between(await earlier, await latest)
      return stopped ? null : sample
    },
    stop() {
      stopped = true
    },
  }
}

/** The next reading, not before the least span; none when the process was gone already. */
async function readAfter(earlier: Reading | null, pid: number, clock: Clock): Promise<Reading | null> {
  if (earlier === null) return null
  const leftMs = earlier.atMs + SPAN_MS_MIN - clock.nowMs()
  if (leftMs > 0) await sleep(clock, Math.ceil(leftMs))
  return await read(pid, clock)
}

async function read(pid: number, clock: Clock): Promise<Reading | null> {
  try {
    const usage = await pidusage(pid)
    return { atMs: clock.nowMs(), cpuTimeMs: usage.ctime, rssBytes: usage.memory }
  } catch {
    // Gone, or never there: the one thing a caller can learn is that there is no sample.
    return null
  }
}

function between(earlier: Reading | null, latest: Reading | null): ProcessSample | null {
  if (earlier === null || latest === null) return null
  const cpuCores = (latest.cpuTimeMs - earlier.cpuTimeMs) / (latest.atMs - earlier.atMs)
  return { cpuCores, rssBytes: latest.rssBytes }
}
