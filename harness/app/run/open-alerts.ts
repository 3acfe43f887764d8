/**
 * Alerts of a scenario that fire still, kept on the state store from run to run: a good run tells whoever was told of a
 * bad one before it, and a bad one opens no second incident.
 */
import * as z from 'zod'
import { messageOf } from '../../base/errors.ts'
import { type Alert, alertSchema } from '../../model/alert.ts'
import type { StateStore } from '../../ports/state-store.ts'

/** Attempts at a change, as another process may be faster. */
const ATTEMPTS = 20

const openSchema = z.array(alertSchema)

export interface OpenAlerts {
  /** Alerts that runs before this one have raised and not resolved. */
  readonly known: readonly Alert[]
  /** Keeps an alert that fires, and forgets one that is resolved. Returns at once. */
  readonly keep: (alert: Alert) => void
  /** Resolves when all is written. Never rejects. */
  readonly settled: () => Promise<void>
}

/** Opens the alerts of a scenario. A store that cannot be read or written is noted once, and keeps nothing. Never rejects. */
export async function openAlerts(
  store: StateStore,
  scenario: string,
  note: (message: string) => void,
): Promise<OpenAlerts> {
  const key = `alerts/${scenario}`
  let last: Promise<void> = Promise.resolve()
  let hasFailed = false
  const fail = (error: unknown) => {
    if (!hasFailed) note(`alerts cannot be remembered from run to run: ${messageOf(error)}`)
    hasFailed = true
  }
  return {
    known: await store.get(key).then(parsed, (error: unknown) => {
      fail(error)
      return []
    }),
    keep(alert) {
      last = last.then(() => change(store, key, alert)).catch(fail)
    },
    settled: () => last,
  }
}

async function change(store: StateStore, key: string, alert: Alert): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const before = await store.get(key)
    const others = parsed(before).filter(({ dedupeKey }) => dedupeKey !== alert.dedupeKey)
    const open = alert.status === 'firing' ? [...others, alert] : others
    if (before === null && open.length === 0) return
    const next = open.length === 0 ? null : JSON.stringify(open)
    if (await store.compareAndSet(key, before, next)) return
  }
  throw new Error('other processes change them all the time')
}

/** Reads kept alerts; a text that was changed from outside counts as none. */
function parsed(text: string | null): Alert[] {
  try {
    return text === null ? [] : openSchema.parse(JSON.parse(text))
  } catch {
    return []
  }
}
