/** Requirements, alerts, rollback, emergency and probes: what watches a run and what happens when it goes wrong. */
import * as z from 'zod'
import { alertChannels } from '../alerts/index.ts'
import { recordOf } from '../base/record-of.ts'
import { duration, name } from '../base/text-schemas.ts'
import { SEVERITIES } from '../model/verdict.ts'
import { resourceProbes } from '../probes/index.ts'
import { requirements } from '../requirements/index.ts'
import { settingsSchema } from '../requirements/reference.ts'
import { rollbackProcedures } from '../rollback/index.ts'
import { ROLLBACK } from './defaults.ts'
import { objective } from './objective-schema.ts'

/** A plugin of some family; its configuration is checked by the plugin's own schema. */
const plugin = z.strictObject({
  plugin: z.string().describe('Its name'),
  config: recordOf(z.unknown()).default({}).describe("In the plugin's own format"),
})

/** Alert channels and their routes. */
export const alerts = z.strictObject({
  channels: recordOf(plugin, name).describe(`By name; plugins: ${alertChannels.names.join(', ')}`),
  routes: z
    .array(
      z.strictObject({
        severity: z.enum(SEVERITIES).describe('Alerts of this severity and above ...'),
        channels: z.array(name).min(1).describe('... go to these channels'),
      }),
    )
    .optional()
    .describe('A channel of no route gets warnings and above'),
})

/** Rollback of the system under test. */
export const rollback = z.strictObject({
  armed: z
    .boolean()
    .optional()
    .describe('Whether it fires, where the environment allows it too (PROOFLOAD_ALLOW_ROLLBACK=1)'),
  procedures: recordOf(plugin, name)
    .refine((value) => Object.keys(value).length > 0, 'at least one procedure')
    .describe(
      `By name; plugins: ${rollbackProcedures.names.join(', ')}. Objectives say which, true means default.`,
    ),
  onRegression: z
    .union([z.boolean(), z.string()])
    .optional()
    .describe(
      'A confirmed regression asks for this procedure; true: default, or the only one; false: none. Default: true.',
    ),
  minRequests: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe(`Completed requests below which nothing is undone. Default: ${ROLLBACK.minRequests}.`),
  validation: duration
    .optional()
    .describe(
      `Length of the load that shows the system healthy afterwards. Default: ${ROLLBACK.validation}.`,
    ),
  stepTimeout: duration
    .optional()
    .describe(`Limit of each step but the validation. Default: ${ROLLBACK.stepTimeout}.`),
})

/** Limits that halt all load. */
export const emergency = z
  .strictObject({ limits: z.array(objective).describe('A breach halts all load: error_ratio <= 20%') })
  .describe('Limits of the damage a run may do')

/** Requirements of the run. */
export const requires = z
  .array(z.strictObject({ ...plugin.shape, ...settingsSchema.shape }))
  .describe(
    `Services, databases, programs and GPUs that have to be there before load, and while it runs; plugins: ${requirements.names.join(', ')}`,
  )

/** Resource probes by name. */
export const probes = recordOf(plugin, name).describe(
  `Resources that are watched besides the target, by name; plugins: ${resourceProbes.names.join(', ')}`,
)

export type PluginDocument = z.output<typeof plugin>
