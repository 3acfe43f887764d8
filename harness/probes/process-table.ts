/** Processes as listed in /proc (proc_pid_stat(5)), Linux only. */
import { namesIn, textOf } from './system-files.ts'

/** USER_HZ is 100 on every platform that Node supports. */
const MS_PER_TICK = 10

export interface ProcessEntry {
  readonly pid: number
  readonly parentPid: number
  /** Identifies the process for good, together with the pid. */
  readonly startTicks: number
  /** The CPU time of the process itself so far. */
  readonly ownMs: number
  /** The CPU time of all descendants that ended and were waited for. */
  readonly waitedForMs: number
}

/** Reads a process; null when it is gone. @param root prefix of /proc */
export function processEntry(pid: number, root: string): ProcessEntry | null {
  const stat = textOf(`${root}/proc/${pid}/stat`)
  if (stat === null) return null
  // The name is in parentheses and may contain anything, parentheses too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ms = (index: number) => Number(fields[index]) * MS_PER_TICK
  return {
    pid,
    parentPid: Number(fields[1]),
    ownMs: ms(11) + ms(12),
    waitedForMs: ms(13) + ms(14),
    startTicks: Number(fields[19]),
  }
}

/** Returns the ids of all processes. */
export function processIds(root: string): number[] {
  return namesIn(`${root}/proc`)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

/** Returns the resident memory of a process, bytes; 0 when it is gone. */
export function residentBytes(pid: number, root: string): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(textOf(`${root}/proc/${pid}/status`) ?? '')?.[1]
  return Number(kib ?? 0) * 1024
}
