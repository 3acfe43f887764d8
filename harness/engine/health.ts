/**
 * The condition of the shard itself, written into its counters four times a second: event loop use, garbage collection,
 * and from the kernel the time on a core and the time waiting for one (`/proc/thread-self/schedstat`, Linux only).
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { type EventLoopUtilization, PerformanceObserver, performance } from 'node:perf_hooks'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { RunPlan } from '../model/plan.ts'
import { count, SHARD_COLUMN } from './shard-memory.ts'

const SAMPLE_PERIOD_MS = 250

/**
 * Starts watching; the returned function takes a last sample and stops.
 * @param precision high: a loop that never sleeps looks busy to Node, so its engine counts idle turns itself
 */
export function watchHealth(
  counters: Float64Array,
  clock: Clock,
  precision: RunPlan['precision'],
): CancelTimer {
  const scheduler = openSchedulerStatistics()
  let loop: EventLoopUtilization = performance.eventLoopUtilization()
  const collections = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      count(counters, SHARD_COLUMN.gcTotalMs, entry.duration)
      if (entry.duration > (counters[SHARD_COLUMN.gcPauseMaxMs] as number))
        counters[SHARD_COLUMN.gcPauseMaxMs] = entry.duration
    }
  })
  collections.observe({ entryTypes: ['gc'] })

  const sample = () => {
    if (precision === 'normal') {
      const now = performance.eventLoopUtilization()
      count(counters, SHARD_COLUMN.loopActiveMs, now.active - loop.active)
      count(counters, SHARD_COLUMN.loopIdleMs, now.idle - loop.idle)
      loop = now
    }
    const times = scheduler.read()
    if (times === null) return
    counters[SHARD_COLUMN.cpuNs] = times.cpuNs
    counters[SHARD_COLUMN.runQueueNs] = times.runQueueNs
  }
  const cancel = clock.every(SAMPLE_PERIOD_MS, sample)
  return () => {
    cancel()
    sample()
    collections.disconnect()
    scheduler.close()
  }
}

interface SchedulerStatistics {
  read(): { readonly cpuNs: number; readonly runQueueNs: number } | null
  close(): void
}

function openSchedulerStatistics(): SchedulerStatistics {
  let file: number
  try {
    file = openSync('/proc/thread-self/schedstat', 'r')
  } catch {
    // Not Linux, or a kernel without it: the record then says null, not 0.
    return { read: () => null, close: () => undefined }
  }
  const buffer = Buffer.alloc(128)
  const first = readTimes(file, buffer)
  return {
    read() {
      const times = readTimes(file, buffer)
      return { cpuNs: times.cpuNs - first.cpuNs, runQueueNs: times.runQueueNs - first.runQueueNs }
    },
    close: () => closeSync(file),
  }
}

/** Parses the fields of schedstat: ns on a core, ns runnable but waiting, time slices. */
function readTimes(file: number, buffer: Buffer): { cpuNs: number; runQueueNs: number } {
  const length = readSync(file, buffer, 0, buffer.length, 0)
  const [cpuNs = '0', runQueueNs = '0'] = buffer.toString('latin1', 0, length).split(' ')
  return { cpuNs: Number(cpuNs), runQueueNs: Number(runQueueNs) }
}
