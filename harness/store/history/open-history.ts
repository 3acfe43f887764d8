/** Opens a history: a file of SQLite (libsql) beside the project, or a PostgreSQL server for a team. */
import { HarnessError, messageOf } from '../../base/errors.ts'
import type { HistoryStore } from './history-store.ts'

/** Opens the history and brings its tables up to date. @param location file, or `postgres://...` @throws HarnessError HISTORY_UNUSABLE */
export async function openHistory(location: string): Promise<HistoryStore> {
  const isServer = /^postgres(ql)?:\/\//.test(location)
  const explain = (cause: unknown) => unusable(location, cause, isServer)
  try {
    // Each drags in a driver, and a run needs one of them.
    const { open } = isServer ? await import('./server-history.ts') : await import('./file-history.ts')
    return await open(location, explain)
  } catch (cause) {
    throw explain(cause)
  }
}

function unusable(location: string, cause: unknown, isServer: boolean): HarnessError {
  if (cause instanceof HarnessError && ['HISTORY_UNUSABLE', 'PART_MISSING'].includes(cause.code)) return cause
  return new HarnessError(
    'HISTORY_UNUSABLE',
    `the history ${withoutPassword(location)} cannot be used: ${messageOf(cause)}`,
    {
      cause,
      hint: isServer
        ? 'Check the address, the user and the database: --store postgres://user:password@host:5432/database'
        : 'Make the file writable; if something else has changed it, restore a copy; or choose another with --store.',
    },
  )
}

function withoutPassword(location: string): string {
  return location.replace(/\/\/([^:/@]+):[^@]*@/, '//$1:***@')
}
