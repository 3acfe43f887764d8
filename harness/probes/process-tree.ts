/**
 * A process and all its descendants. Their CPU time cannot simply be added up and differenced: when a child ends, its
 * time leaves the sum, and comes back in the account of whoever waits for it. So time is counted by process (told apart by
 * id and start), and what appears as waited for is counted only beyond what was seen of the processes that ended.
 */
import { type ProcessEntry, processEntry, processIds, residentBytes } from './process-table.ts'

/** CPU accounts by process. */
export type TreeAccounts = ReadonlyMap<string, Pick<ProcessEntry, 'ownMs' | 'waitedForMs'>>

export interface TreeReading {
  readonly root: ProcessEntry
  readonly accounts: TreeAccounts
  /** Pages that processes share count in each of them. */
  readonly rssBytes: number
}

/** Null when the first process is gone. @param root stands before /proc */
export function readTree(pid: number, root: string): TreeReading | null {
  const first = processEntry(pid, root)
  if (first === null) return null
  const accounts = new Map<string, ProcessEntry>()
  let rssBytes = 0
  const children = childrenByParent(root)
  const queue: (ProcessEntry | null)[] = [first]
  // Parents before children: one that ends in between is then missing for a moment, never counted twice.
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
  /** Seen of processes that ended, and not yet in anybody's account of those waited for. */
  readonly owedMs: number
}

/** CPU time used between two readings; `owedMs` of the span before settles what was read in mid-ending. */
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
