/** The verdict, and the document that `--json` prints and `verdict.json` holds (schemaVersion 1). */
import * as z from 'zod'
import { plainName } from '../base/plain-name.ts'
import { recordOf } from '../base/record-of.ts'
import { comparisonSchema } from './comparison.ts'
import { demandSchema } from './demand.ts'
import { enforcementSchema } from './enforcement.ts'
import { objectiveResultSchema } from './objective-result.ts'
import { usedPluginSchema } from './plan.ts'
import { rollbackRecordSchema } from './rollback.ts'
import { SEVERITIES } from './severity.ts'
import { summarySchema } from './summary.ts'

export const OUTCOMES = ['GO', 'NO_GO', 'INCONCLUSIVE'] as const
export type VerdictOutcome = (typeof OUTCOMES)[number]

/** Exit status of a run that ended in this outcome. */
export const OUTCOME_EXIT_STATUS: Readonly<Record<VerdictOutcome, number>> = {
  GO: 0,
  NO_GO: 1,
  INCONCLUSIVE: 3,
}

export { SEVERITIES, type Severity } from './severity.ts'

/** `fail`: INCONCLUSIVE has an exit status of its own; `warn`: it ends with 0, and says so. */
export const INCONCLUSIVE_POLICIES = ['fail', 'warn'] as const
export type InconclusivePolicy = (typeof INCONCLUSIVE_POLICIES)[number]

const severity = z.enum(SEVERITIES)
const evidence = recordOf(z.unknown())

/** The cause of the outcome; `code` is stable, `message` is for people, `evidence` holds the figures. */
export const reasonSchema = z.object({
  code: z.string(),
  severity,
  message: z.string(),
  /** The demand that it is about; null where it is about the run as a whole. */
  about: demandSchema.nullable(),
  /** The message without the demand, for whoever shows that beside it. */
  detail: z.string(),
  evidence,
})
export type VerdictReason = z.infer<typeof reasonSchema>

export const PRIORITIES = ['critical', 'high', 'medium', 'low'] as const
export type Priority = (typeof PRIORITIES)[number]

/** One violation and what to do about it. */
export const riskSchema = z.object({
  ...demandSchema.shape,
  /** probability x impact, 0-10; in a total outage it is as if it were breached all the time. */
  exposure: z.number(),
  /** Share of the run in which it was breached, 0-1. */
  probability: z.number(),
  /** 0-10 */
  impact: z.number(),
  priority: z.enum(PRIORITIES),
  /** (benefit - cost) / cost of fixing it; null when not stated. */
  roi: z.number().nullable(),
  recommendation: z.string(),
  /** The place to look at first; null when none stands out. */
  step: z.string().nullable(),
  component: z.string().nullable(),
  /** The resource at its limit at that time: `target CPU`, `generator CPU`; null for none. */
  resource: z.string().nullable(),
  owner: z.string().nullable(),
  runbook: z.string().nullable(),
  severity,
})
export type Risk = z.infer<typeof riskSchema>

export const verdictSchema = z.object({
  schemaVersion: z.literal(1),
  runId: plainName,
  scenario: plainName,
  outcome: z.enum(OUTCOMES),
  exitCode: z.number(),
  cautions: z.array(reasonSchema),
  reasons: z.array(reasonSchema),
  objectives: z.array(objectiveResultSchema),
  /** Violations in the order in which to look at them. */
  risks: z.array(riskSchema),
  /** The plugins from outside that the run used; those of its record say more. */
  plugins: z.array(usedPluginSchema),
  /** Null when there was nothing to compare with. */
  comparison: comparisonSchema.nullable(),
  /** The events and actions during the load; null when nothing watched it. */
  enforcement: enforcementSchema.nullable(),
  /** Null when nothing asked for one. */
  rollback: rollbackRecordSchema.nullable(),
  /** All attempts at the run, oldest first; the last is this run. More than one where `--retries` made it again. */
  attempts: z.array(z.object({ runId: plainName, outcome: z.enum(OUTCOMES), reason: z.string().nullable() })),
  validity: z.object({ valid: z.boolean(), reasons: z.array(reasonSchema) }),
  summary: summarySchema,
})
export type Verdict = z.infer<typeof verdictSchema>

/** The verdict as it was published, with the paths of the files of its run by name. */
export const verdictDocumentSchema = verdictSchema.extend({ files: recordOf(z.string()) })
export type VerdictDocument = z.infer<typeof verdictDocumentSchema>

/** Joins a verdict and the paths of the files of its run. */
export function verdictDocument(
  verdict: Verdict,
  files: Readonly<Record<string, string>> = {},
): VerdictDocument {
  return { ...verdict, files: { ...files } }
}
