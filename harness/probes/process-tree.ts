/**
 * A process and all its descendants. Their CPU time cannot simply be added up and differenced: when a child ends, its
 * time leaves the sum, and returns in the account of the process that waits for it. So time is counted per process (identified by
 * id and start), and time of waited-for children counts only beyond what was already seen of processes that ended.
 */
import { type ProcessEntry, processEntry, processIds, residentBytes } from './process-table.ts'

/** The CPU accounts by process. */
export type TreeAccounts = ReadonlyMap<string, Pick<ProcessEntry, 'ownMs' | 'waitedForMs'>>

export interface TreeReading {
  readonly root: ProcessEntry
  readonly accounts: TreeAccounts
  /** The resident memory of all; pages shared by processes count in each of them. */
  readonly rssBytes: number
}

/** Reads the tree; null when the first process is gone. @param root prefix of /proc */
export function readTree(pid: number, root: string): TreeReading | null {
  const first = processEntry(pid, root)
  if (first === null) return null
  const accounts = new Map<string, ProcessEntry>()
  let rssBytes = 0
  const children = childrenByParent(root)
  const queue: (ProcessEntry | null)[] = [first]
  // Parents before children: a process that ends in between is then missing for a moment, never counted twice.
  for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) {
    if (entry === null || accounts.has(keyOf(entry))) continue
    accounts.set(keyOf(entry), entry)
    rssBytes += residentBytes(entry.pid, root)
    for (const child of children.get(entry.pid) ?? []) queue.push(processEntry(child, root))
  }
  return { root: first, accounts, rssBytes }
}

function childrenByParent(root: string): Map<number, number[]> {
  const children = new Map<number, number[]>()
  for (const pid of processIds(root)) {
    const entry = processEntry(pid, root)
    if (entry === null) continue
    children.set(entry.parentPid, [...(children.get(entry.parentPid) ?? []), pid])
  }
  return children
}

function keyOf({ pid, startTicks }: ProcessEntry): string {
  return `${pid} ${startTicks}`
}

export interface TreeUse {
  readonly cpuMs: number
  /** The time seen of processes that ended and that is not yet in the account of their parents. */
  readonly owedMs: number
}

/**
 * Returns the CPU time used between two readings; `owedMs` of the span before settles processes that were read while they ended.
 */
export function cpuBetween(earlier: TreeAccounts, latest: TreeAccounts, owedMs: number): TreeUse {
  let ownMs = 0
  let waitedForMs = 0
  for (const [key, now] of latest) {
    const before = earlier.get(key)
    ownMs += now.ownMs - (before?.ownMs ?? 0)
    waitedForMs += now.waitedForMs - (before?.waitedForMs ?? 0)
  }
  const endedMs = [...earlier]
    .filter(([key]) => !latest.has(key))
    .reduce((sum, [, before]) => sum + before.ownMs + before.waitedForMs, 0)
  const newMs = Math.max(0, waitedForMs - owedMs)
  return { cpuMs: ownMs + Math.max(0, newMs - endedMs), owedMs: Math.max(0, endedMs - newMs) }
}
