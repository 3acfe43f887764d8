/**
 * The journal of a rollback, `rollback.ndjson` in the folder of its run: what is about to be done is on disk before it is
 * done, so that a rollback whose process was killed says where it stood, and is resumed.
 */
import * as z from 'zod'
import { plainName } from '../base/plain-name.ts'
import { recordOf } from '../base/record-of.ts'
import { processIdentitySchema } from './line.ts'
import type { RollbackPlan } from './plan.ts'
import {
  rollbackRecordSchema,
  rollbackStepName,
  takenStepSchema,
  undoneSchema,
  violationSchema,
} from './rollback.ts'

/** The data with which another process can load the system under test in the same way, for a shorter time. */
const validationSourceSchema = z.object({
  /** Scenario file (absolute) or URL. */
  source: z.string(),
  /** As the command line gave them; the scenario's schema checks them again. */
  overrides: recordOf(z.unknown()),
  threads: z.number(),
})
export type ValidationSource = z.infer<typeof validationSourceSchema>

/** The facts that a rollback is about. */
const rollbackFactsSchema = z.object({
  runId: plainName,
  scenario: plainName,
  correlationId: z.string(),
  completedRequests: z.number(),
})
export type RollbackFacts = z.infer<typeof rollbackFactsSchema>

const at = z.string()

const begunSchema = z.object({
  kind: z.literal('begun'),
  schemaVersion: z.literal(1),
  at,
  rollbackId: z.string(),
  process: processIdentitySchema,
  facts: rollbackFactsSchema,
  violations: z.array(violationSchema),
  plan: z.custom<RollbackPlan>(
    (value) => typeof value === 'object' && value !== null && 'procedures' in value,
  ),
  validation: validationSourceSchema,
  /** The folder to which relative paths of procedures and the scenario refer. */
  cwd: z.string(),
  /** Names; values are never written down. */
  secrets: z.array(z.string()),
})
export type RollbackBegun = z.infer<typeof begunSchema>

/** One line of `rollback.ndjson`. Begun lines are on disk before what they announce is done. */
export const rollbackEntrySchema = z.discriminatedUnion('kind', [
  begunSchema,
  z.object({ kind: z.literal('resumed'), at, process: processIdentitySchema, repeatUndo: z.boolean() }),
  z.object({ kind: z.literal('step-begun'), at, step: rollbackStepName }),
  z.object({ kind: z.literal('step-ended'), at, step: takenStepSchema }),
  z.object({ kind: z.literal('undo-begun'), at, procedure: z.string() }),
  z.object({
    kind: z.literal('undo-child'),
    at,
    procedure: z.string(),
    process: processIdentitySchema,
  }),
  z.object({ kind: z.literal('undo-ended'), at, procedure: undoneSchema }),
  z.object({ kind: z.literal('aborted'), at, by: z.string(), reason: z.string() }),
  z.object({ kind: z.literal('ended'), at, record: rollbackRecordSchema }),
])
export type RollbackEntry = z.infer<typeof rollbackEntrySchema>
