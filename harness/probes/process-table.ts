/** Processes as /proc tells them (proc_pid_stat(5)), Linux only. */
import { namesIn, textOf } from './system-files.ts'

/** USER_HZ is 100 on everything Node runs on. */
const MS_PER_TICK = 10

export interface ProcessEntry {
  readonly pid: number
  readonly parentPid: number
  /** Together with the pid it names a process for good. */
  readonly startTicks: number
  /** CPU time of its own so far. */
  readonly ownMs: number
  /** CPU time of all descendants that ended and were waited for. */
  readonly waitedForMs: number
}

/** Null when the process is gone. @param root stands before /proc */
export function processEntry(pid: number, root: string): ProcessEntry | null {
  const stat = textOf(`${root}/proc/${pid}/stat`)
  if (stat === null) return null
  // The name stands in brackets and may hold anything, brackets too.
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

/** Ids of all processes. */
export function processIds(root: string): number[] {
  return namesIn(`${root}/proc`)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

/** Resident memory of a process, bytes; 0 when it is gone. */
export function residentBytes(pid: number, root: string): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(textOf(`${root}/proc/${pid}/status`) ?? '')?.[1]
  return Number(kib ?? 0) * 1024
}
