/** Functions of a scenario module as data: the place in the module at which every thread of a run finds them. */
import * as z from 'zod'

const schema = z.strictObject({ $code: z.string().describe('Its place in the module') })

/** `{ $code: 'journeys.buy.run' }`, which inspection leaves in the place of a function. */
export const codePlace = schema.describe('A function of a TypeScript scenario')
export type CodePlace = z.output<typeof codePlace>

/** Tests for a value that stands for a function. */
export function isCodePlace(value: unknown): value is CodePlace {
  return schema.safeParse(value).success
}
