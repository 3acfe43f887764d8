/** Settings that several procedures share. */
import { z } from 'zod'
import { messageOf } from '../base/errors.ts'
import { parseDurationMs } from '../base/units.ts'

/** Creates the schema of a time limit; the limit of the whole step applies too. */
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
    .describe(`Time limit. Default: ${byDefault}.`)
}

export const environmentNames = z
  .array(z.string().regex(/^\w+$/, 'the name of an environment variable'))
  .default([])
  .describe('Names of environment variables to pass on besides PATH and PROOFLOAD_*')
