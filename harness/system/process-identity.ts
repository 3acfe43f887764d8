/** The identity of a process, and a check that it still lives: a lock and a journal outlive their writers. */
import { readFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { systemCodeOf } from '../base/errors.ts'
import type { ProcessIdentity } from '../model/line.ts'

/** A process of this machine as it is now. */
export function processIdentity(pid: number): ProcessIdentity {
  return { pid, host: hostname(), startTicks: readStat(pid)?.startTicks ?? null }
}

/** `user@host`, for people. */
export function userAtHost(): string {
  return `${userName()}@${hostname()}`
}

/** Returns true when it runs on this machine: nothing is known of processes elsewhere. */
export function isOfThisHost({ host }: ProcessIdentity): boolean {
  return host === hostname()
}

/** Returns true when the very process lives, not a later one with the same id. Only for processes of this machine. */
export function isAlive({ pid, startTicks }: ProcessIdentity): boolean {
  const stat = readStat(pid)
  // A zombie runs no more: it only waits for somebody to ask how it ended.
  if (stat !== null) return stat.state !== 'Z' && (startTicks === null || startTicks === stat.startTicks)
  return startTicks === null && answersSignals(pid)
}

/** Null when there is no such process, or no /proc (proc_pid_stat(5)). */
function readStat(pid: number): { readonly state: string; readonly startTicks: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name stands in brackets and may hold anything, brackets too.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', startTicks: Number(fields[19]) }
  } catch (error) {
    if (GONE.has(systemCodeOf(error))) return null
    throw error
  }
}

/** Codes of reading the file of a process that ended before or meanwhile. */
const GONE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ESRCH'])

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    if (systemCodeOf(error) === 'ESRCH') return false
    // It is there, and somebody else's.
    if (systemCodeOf(error) === 'EPERM') return true
    throw error
  }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run as a user that has no name.
    return `user ${process.getuid?.() ?? ''}`.trim()
  }
}
