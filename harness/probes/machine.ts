/** Disturbances of the whole machine during a run: time its hypervisor gave to others, and steps of its calendar clock. */
import { readFileSync } from 'node:fs'
import type { Clock } from '../base/clock.ts'

/** The figures since the previous sample. */
export interface MachineSample {
  /** The stolen share of the time of all cores; null where the system does not report it. */
  readonly stealRatio: number | null
  /** The busy share of the time of all cores, whoever had it; null where the system does not report it. */
  readonly machineCpuRatio: number | null
  /** The distance that calendar time and monotonic time moved apart, ms; positive when the calendar went ahead. */
  readonly clockStepMs: number
}

interface CpuTimes {
  readonly steal: number
  readonly idle: number
  readonly total: number
}

/** Starts watching. @param readStat returns the text of /proc/stat; '' where there is none */
export function watchMachine(
  clock: Clock,
  readStat: () => string = readProcStat,
): { sample(): MachineSample } {
  let times = cpuTimesOf(readStat())
  let offsetMs = clock.wallMs() - clock.nowMs()
  return {
    sample() {
      const before = times
      times = cpuTimesOf(readStat())
      const beforeMs = offsetMs
      offsetMs = clock.wallMs() - clock.nowMs()
      const ratios = ratiosOf(before, times)
      return { ...ratios, clockStepMs: offsetMs - beforeMs }
    },
  }
}

function ratiosOf(
  before: CpuTimes | null,
  now: CpuTimes | null,
): Pick<MachineSample, 'stealRatio' | 'machineCpuRatio'> {
  if (before === null || now === null) return { stealRatio: null, machineCpuRatio: null }
  const total = now.total - before.total
  if (total <= 0) return { stealRatio: 0, machineCpuRatio: 0 }
  // The time that it waits for disks may go down.
  const idle = Math.min(total, Math.max(0, now.idle - before.idle))
  return { stealRatio: (now.steal - before.steal) / total, machineCpuRatio: 1 - idle / total }
}

/** Parses the first line of proc_stat(5): user nice system idle iowait irq softirq steal guest guest_nice. */
function cpuTimesOf(stat: string): CpuTimes | null {
  const fields = /^cpu +(.*)$/m.exec(stat)?.[1]?.split(' ').map(Number)
  if (fields === undefined || fields.length < 8) return null
  // Guest time is part of user time already.
  const total = fields.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0)
  const [, , , idle = 0, waiting = 0] = fields
  return { steal: fields[7] as number, idle: idle + waiting, total }
}

function readProcStat(): string {
  try {
    return readFileSync('/proc/stat', 'latin1')
  } catch {
    // Not Linux: the ratio is unknown, which the record says.
    return ''
  }
}
