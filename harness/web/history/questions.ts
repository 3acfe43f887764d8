/** Questions to the pages, as they stand in a query string. */
import { HTTPException } from 'hono/http-exception'
import * as z from 'zod'
import { TREND_METRICS } from '../../model/history.ts'
import { OUTCOMES } from '../../model/verdict.ts'

const NAME_MAX = 200
const name = z.string().max(NAME_MAX, `longer than ${NAME_MAX} characters`).default('')

export const runsQuestionSchema = z.object({
  scenario: name,
  outcome: z.enum(['', ...OUTCOMES]).default(''),
  build: name,
  page: z.coerce.number().int().min(1).max(100_000).default(1),
})
export type RunsQuestion = z.infer<typeof runsQuestionSchema>

export const compareQuestionSchema = z.object({ a: name, b: name, step: name })
export type CompareQuestion = z.infer<typeof compareQuestionSchema>

export const trendQuestionSchema = z.object({
  scenario: name,
  metric: z.enum(TREND_METRICS).default('p99'),
  step: name,
  last: z.coerce.number().int().min(2).max(500).default(100),
})
export type TrendQuestion = z.infer<typeof trendQuestionSchema>

export const capacityQuestionSchema = z.object({ scenario: name })
export type CapacityQuestion = z.infer<typeof capacityQuestionSchema>

/** The id of a run; checked again before it becomes part of a path. */
export const runIdSchema = z.object({ id: name })

/** Reads a query string. @throws HTTPException 400 with all that is wrong */
export function parseQuestion<T>(schema: z.ZodType<T>, query: Readonly<Record<string, string>>): T {
  const parsed = schema.safeParse(query)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new HTTPException(400, {
    message: `The address asks for what cannot be shown. ${problems.join('; ')}`,
  })
}
