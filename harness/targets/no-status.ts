import * as z from 'zod'
import type { StatusLanguage } from '../ports/target-plugin.ts'

/** For protocols whose answers have no status: each is good, and none can be expected. */
export const noStatus: StatusLanguage = {
  expected: z.never('nothing: answers of this target have no status'),
  isGood: () => true,
  compile: () => () => false,
  nameOf: String,
}
