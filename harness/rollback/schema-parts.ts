/** Settings that several procedures share. */
import { z } from 'zod'
import { messageOf } from '../base/errors.ts'
import { parseDurationMs } from '../base/units.ts'

/** A limit of time; the limit of the whole step ends it too. */
export function limit(byDefault: string) {
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
    .default(byDefault)
    .describe(`How long it may take. Default: ${byDefault}.`)
}

export const environmentNames = z
  .array(z.string().regex(/^\w+$/, 'the name of an environment variable'))
  .default([])
  .describe('Names of environment variables that it may see besides PATH and PROOFLOAD_*')
