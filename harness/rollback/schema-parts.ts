/** Settings that several procedures have. */
import { z } from 'zod'
import { messageOf } from '../base/errors.ts'
import { parseDurationMs } from '../base/units.ts'

/** A limit of time; the limit of the whole step ends it too. */
export function limit(unlessSaid: string) {
  return z
    .string()
    .superRefine((text, context) => {
      try {
        parseDurationMs(text)
      } catch (error) {
        context.addIssue({ code: 'custom', message: messageOf(error) })
      }
    })
    .meta({ examples: ['30s'] })
    .default(unlessSaid)
    .describe(`How long it may take; ${unlessSaid} unless said`)
}

export const environmentNames = z
  .array(z.string().regex(/^\w+$/, 'the name of an environment variable'))
  .default([])
  .describe('Environment variables that it may see, by name; PATH and PROOFLOAD_* it always does')
