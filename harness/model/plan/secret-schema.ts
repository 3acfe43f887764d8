import * as z from 'zod'

/** The origin of a secret that is read when the run begins, and again while it lasts. */
export const secretSourceSchema = z.object({
  from: z.literal('vault'),
  /** Below `/v1/`. */
  path: z.string(),
  field: z.string(),
  /** The time after which it is read again; null: never. */
  refreshMs: z.number().nullable(),
})
