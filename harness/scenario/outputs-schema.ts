/** Outputs to monitoring systems, as scenarios and proofload.config write them. */
import * as z from 'zod'
import { recordOf } from '../base/record-of.ts'
import { name } from '../base/text-schemas.ts'
import { outputs as known } from '../telemetry/outputs/index.ts'
import { OUTPUTS } from './defaults.ts'

const output = z.strictObject({
  plugin: z.string().describe(`Name of an output plugin: ${known.names.join(', ')}`),
  config: recordOf(z.unknown()).default({}).describe("In the plugin's own format"),
})
export type OutputDocument = z.output<typeof output>

const LABELS_MAX = 5

/** Names of labels of ours: one of the author would overwrite them. */
const TAKEN = [
  ...[
    'scenario',
    'environment',
    'target',
    'step',
    'phase',
    'outcome',
    'error',
    'component',
    'shard',
    'probe',
  ],
  ...[
    'objective',
    'severity',
    'expect',
    'slo',
    'region',
    'output',
    'run',
    'run_id',
    'build',
    'plan_hash',
    'seed',
  ],
  ...['version', 'le', 'job', 'instance', 'quantile'],
]

const labelName = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'letters, digits and _')
  .refine(
    (text) => !text.startsWith('__') && !TAKEN.includes(text),
    `a name that is not taken (${TAKEN.join(', ')})`,
  )

export const outputsSchema = z
  .strictObject({
    to: recordOf(output, name).describe(`By name; plugins: ${known.names.join(', ')}`),
    labels: recordOf(z.string().max(200), labelName)
      .refine((value) => Object.keys(value).length <= LABELS_MAX, `at most ${LABELS_MAX} labels`)
      .optional()
      .describe('Constant labels of every series, such as team: pay'),
    perRun: z
      .boolean()
      .optional()
      .describe('Adds the label run to every series: each run makes all series anew. Default: false.'),
    maxSeries: z
      .number()
      .int()
      .min(100)
      .max(1_000_000)
      .optional()
      .describe(
        `Series above which labels are left out, as is said before the load. Default: ${OUTPUTS.maxSeries}.`,
      ),
    resolution: z
      .union([z.literal(3), z.literal(5)])
      .optional()
      .describe(`Exponential histograms: 3 has buckets 9 % wide, 5 2.2 %. Default: ${OUTPUTS.resolution}.`),
    componentsByStep: z
      .boolean()
      .optional()
      .describe('Times of components have the labels step and phase. Default: false.'),
  })
  .describe('Monitoring systems that figures of the run go to')
export type OutputsDocument = z.output<typeof outputsSchema>
