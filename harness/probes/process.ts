import pidusage from 'pidusage'
import type { Clock } from '../base/clock.ts'

/** What a process used. `cpuCores` is the mean since the sample before (1 = one core busy all the time). */
export interface ProcessSample {
  readonly cpuCores: number
  readonly rssBytes: number
}

/** Watches one process by its id. */
export interface ProcessWatch {
  /** Null when the process is gone or the watch was stopped. The first one covers the time since the watch began. */
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
 * id, which two watches would steal from each other, and reports 0 or a mean over the process's life at first. The
 * system counts CPU in steps of 10 ms: samples less than about a second apart are coarse.
 */
export function watchProcess(pid: number, clock: Clock): ProcessWatch {
  let stopped = false
  let before: Promise<Reading | null> = read(pid, clock)
  return {
    async sample() {
      const earlier = before
      const latest = earlier.then(() => read(pid, clock))
      before = latest
      return stopped ? null : between(await earlier, await latest)
    },
    stop() {
      stopped = true
    },
  }
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
  const elapsedMs = latest.atMs - earlier.atMs
  const cpuMs = latest.cpuTimeMs - earlier.cpuTimeMs
  return { cpuCores: elapsedMs > 0 ? cpuMs / elapsedMs : 0, rssBytes: latest.rssBytes }
}
