import { readFileSync } from 'node:fs'

/** The kernel tells CPU times in hundredths of a second, whatever its own ticks are. */
const MS_PER_TICK = 10

/** Returns the CPU time of a process and of its children that it has waited for; null when nobody can tell. */
export function cpuMsOf(pid: number): number | null {
  try {
    // A file that the kernel makes at once: reading it waits for nothing.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = fields.slice(11, 15).map(Number)
    const sum = ticks.reduce((total, each) => total + each, 0)
    return Number.isNaN(sum) ? null : sum * MS_PER_TICK
  } catch {
    // No such system, or the process is gone.
    return null
  }
}
