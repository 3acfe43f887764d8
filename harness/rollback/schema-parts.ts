/** Settings that several procedures share. */
import { duration, environmentNames as names } from '../base/text-schemas.ts'

/** Creates the schema of a time limit; the limit of the whole step applies too. */
export function limit(byDefault: string) {
  return duration.default(byDefault).describe(`Time limit. Default: ${byDefault}.`)
}

export const environmentNames = names.describe(
  'Names of environment variables to pass on besides PATH and PROOFLOAD_*',
)
