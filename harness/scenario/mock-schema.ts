/** Mocks of targets: what takes the load of a target that is away, so that its scenario can be tried without it. */
import * as z from 'zod'
import { recordOf } from '../base/record-of.ts'
import { name } from '../base/text-schemas.ts'
import { requestStepSchema } from '../targets/step.ts'

const mock = z
  .strictObject({
    plugin: z.string().describe('Name of a target plugin'),
    config: recordOf(z.unknown()).default({}).describe("In the plugin's own format"),
    steps: recordOf(requestStepSchema.pick({ request: true, expect: true, extract: true }))
      .default({})
      .describe('What steps ask of it, by their names, where it speaks another format than the target'),
  })
  .describe('What takes the load of a target that is away')
export type MockDocument = z.output<typeof mock>

/** Mocks by the name of the target. */
export const mocks = recordOf(mock, name).describe(
  'What takes the load of targets that cannot be reached, by target; such a run is INCONCLUSIVE at best',
)
