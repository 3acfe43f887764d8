/** The logs of runs that nobody drives any more, and that nobody will go on with. */
import type { Host } from '../../ports/host.ts'
import type { Link } from '../../ports/link.ts'
import { joinPool, type PoolRef } from './join-pool.ts'

/** A run whose logs were dropped. */
export interface PrunedRun {
  readonly run: string
  /** The time since the last entry. */
  readonly silentMs: number
}

/** Drops the logs of runs that are silent for so long. @throws HarnessError USAGE, POOL_NOT_SAFE, POOL_UNREACHABLE */
export async function prunePool(ref: PoolRef, olderMs: number, host: Host): Promise<readonly PrunedRun[]> {
  const { link, subjects } = await joinPool(ref, 'coordinator', host)
  try {
    return await pruneLogs(link, subjects, olderMs)
  } finally {
    await link.close()
  }
}

type LogNames = Readonly<Record<'runLog' | 'intervalLog', (run: string) => string>>

/** A run is as old as the newest entry of its two logs: whoever drives it writes every second. */
export async function pruneLogs(
  link: Pick<Link, 'logs' | 'dropLog'>,
  { runLog, intervalLog }: LogNames,
  olderMs: number,
): Promise<readonly PrunedRun[]> {
  const silent = new Map<string, number>()
  const all = await link.logs()
  for (const { name, silentMs } of all)
    for (const prefix of [runLog(''), intervalLog('')])
      if (name.startsWith(prefix)) {
        const run = name.slice(prefix.length)
        silent.set(run, Math.min(silentMs, silent.get(run) ?? silentMs))
      }
  const pruned = [...silent].flatMap(([run, silentMs]) => (silentMs >= olderMs ? [{ run, silentMs }] : []))
  for (const { run } of pruned)
    for (const name of [runLog(run), intervalLog(run)])
      if (all.some((log) => log.name === name)) await link.dropLog(name)
  return pruned.sort((a, b) => (a.run < b.run ? -1 : 1))
}
