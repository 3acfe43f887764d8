import { readFileSync } from 'node:fs'

/** The kernel's unit of CPU time, on every architecture that Linux runs on today. */
const TICKS_PER_SECOND = 100
/** Places of utime, stime, cutime and cstime after the name of the process. */
const TIMES = [11, 15] as const

/** CPU time of a process and of the children it has waited for, theirs included; 0 where the system does not say. */
export function cpuSecondsOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return fields.slice(...TIMES).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND
  } catch {
    return 0
  }
}
