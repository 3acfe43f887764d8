/** The commands of an agent-governance bridge, the experts that complex ones may escalate to, and batches: `operations.json`, checked. */
import * as z from 'zod'
import document from './operations.json' with { type: 'json' }

/** safe: policy only; risky: a model judges too; complex: an expert as well. */
export const OPERATION_CLASSES = ['safe', 'risky', 'complex'] as const
export type OperationClass = (typeof OPERATION_CLASSES)[number]

const operationSchema = z.strictObject({
  name: z.string().regex(/^[a-z]+(-[a-z]+)*$/),
  class: z.enum(OPERATION_CLASSES),
  method: z.enum(['GET', 'POST']),
  path: z.string().startsWith('/operations/'),
  summary: z.string().min(1),
})

/** One command an agent may send. */
export type CatalogueOperation = Readonly<z.infer<typeof operationSchema>>

const escalationSchema = z.strictObject({
  kind: z.string(),
  /** Chance that a complex operation is followed by this escalation. */
  probability: z.number().min(0).max(1),
  /** The expert answers within these bounds. */
  answer: z.strictObject({ minMs: z.number().min(10), maxMs: z.number().max(60) }),
  path: z.string().startsWith('/escalations/'),
  summary: z.string().min(1),
})

/** A kind of expert; `POST path` asks one. */
export type Escalation = Readonly<z.infer<typeof escalationSchema>>

const batchSchema = z.strictObject({
  name: z.string().regex(/^[a-z]+(-[a-z]+)*$/),
  path: z.string().startsWith('/batches/'),
  summary: z.string().min(1),
})

/** A job that takes seconds; `POST path` runs it. */
export type Batch = Readonly<z.infer<typeof batchSchema>>

const catalogue = z
  .strictObject({
    operations: z.array(operationSchema),
    escalations: z.array(escalationSchema),
    batches: z.array(batchSchema),
  })
  .parse(document)

/** Every command of the catalogue. */
export const OPERATIONS: readonly CatalogueOperation[] = catalogue.operations

/** The four kinds of escalation; their probabilities add up to less than one. */
export const ESCALATIONS: readonly Escalation[] = catalogue.escalations

/** The jobs of a maintenance window; no step `operations` picks one. */
export const BATCHES: readonly Batch[] = catalogue.batches

/** The commands of one class, in the catalogue's order. */
export function operationsOfClass(operationClass: OperationClass): readonly CatalogueOperation[] {
  return OPERATIONS.filter((operation) => operation.class === operationClass)
}
