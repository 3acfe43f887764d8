import * as z from 'zod'
import { duration } from '../base/text-schemas.ts'
import type { Written } from '../base/written.ts'

/** The time limit of a check that states none. */
export const REQUIREMENT_TIMEOUT = '5s'

/** Settings that every requirement takes, whatever its kind. */
export const settingsSchema = z.strictObject({
  /** Name for people. Default: made of kind and address. */
  name: z.string().min(1).optional().describe('Name for people. Default: made of kind and address.'),
  /** Time limit of each check. Default: `'5s'`. */
  timeout: duration.optional().describe(`Time limit of each check. Default: ${REQUIREMENT_TIMEOUT}.`),
  /** End the load when it is lost while load runs. Default: false, which only records it. */
  stop: z
    .boolean()
    .optional()
    .describe('End the load when it is lost while load runs. Default: false, which only records it.'),
})
export type RequirementSettings = Written<typeof settingsSchema>

/** A requirement as it stands in a scenario. */
export interface RequirementRef extends RequirementSettings {
  readonly plugin: string
  readonly config: Readonly<Record<string, unknown>>
}
