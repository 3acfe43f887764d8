/** The deploy lock: while somebody holds it, nobody else who shares the state store can start a run or a rollback. */
import * as z from 'zod'

/** Key of the state store. */
export const LINE_KEY = 'line'

/** Key that its owner renews as long as it lives. */
export const LINE_LEASE_KEY = 'line.lease'
/** List of the state store: who released it by hand, one JSON line each. */
export const LINE_RELEASES_KEY = 'line.releases'

/** A process, told apart from a later one that was given the same id. */
export const processIdentitySchema = z.object({
  pid: z.number(),
  host: z.string(),
  /** The start in clock ticks since the machine booted; null where the system does not report it. */
  startTicks: z.number().nullable(),
})
export type ProcessIdentity = z.infer<typeof processIdentitySchema>

export const lineOwnerSchema = processIdentitySchema.extend({
  /** user@host */
  by: z.string(),
  runId: z.string().nullable(),
  rollbackId: z.string().nullable(),
  /** ISO 8601 */
  at: z.string(),
  reason: z.string(),
  correlationId: z.string(),
})
export type LineOwner = z.infer<typeof lineOwnerSchema>

export const lineReleaseSchema = z.object({
  by: z.string(),
  /** ISO 8601 */
  at: z.string(),
  reason: z.string(),
  owner: lineOwnerSchema,
})
/** A line that was freed by hand. */
export type LineRelease = z.infer<typeof lineReleaseSchema>

/** Describes the holder of the deploy lock, when and why, for people. */
export function describeOwner({ by, pid, host, rollbackId, at, reason }: LineOwner): string {
  const what = rollbackId === null ? '' : `, rollback ${rollbackId}`
  return `${by} (process ${pid} on ${host}${what}) at ${at}: ${reason}`
}
