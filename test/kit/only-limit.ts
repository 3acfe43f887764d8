import type { Timeouts } from '../../harness/model/plan.ts'

const NEVER_MS = 600_000
const SOON_MS = 150

/** Limits of which only those that `kinds` name end a request soon: on a busy machine no other comes first. Kinds that are no timeouts name none. */
export function onlyLimit(...kinds: readonly string[]): Timeouts {
  const limitOf = (kind: string) => (kinds.includes(kind) ? SOON_MS : NEVER_MS)
  return {
    connectMs: limitOf('timeout-connect'),
    firstByteMs: limitOf('timeout-first-byte'),
    totalMs: limitOf('timeout-total'),
  }
}
