/** The format of a qualification plan. */
import * as z from 'zod'
import { codePlace } from '../../base/code-place.ts'
import { commandWords } from '../../base/command-words.ts'
import { recordOf } from '../../base/record-of.ts'
import { argv, duration, environmentNames, name, textWithUnit } from '../../base/text-schemas.ts'
import { parseRatePerSec, parseRatio } from '../../base/units.ts'
import { ROLES } from '../../model/plan/objective-schema.ts'
import { ACTIVITY_KINDS } from '../../model/qualification.ts'

/** More than anybody judges. */
const ACTIVITIES_MAX = 200

const written = z.string().min(1, 'text that is not empty')
const count = z.number().int().nonnegative()

/** A command without a shell: its words, or a line of them. */
const command = z.union([
  z.string().transform((text, context) => {
    const words = commandWords(text)
    if (words !== null) return words
    context.addIssue({
      code: 'custom',
      message: `${JSON.stringify(text)} needs a shell; expected words and quotes, or ['sh', '-c', '...']`,
      input: text,
    })
    return z.NEVER
  }),
  argv,
])

const load = {
  environment: z.string().optional(),
  agents: z.number().int().positive().optional(),
  rate: textWithUnit(parseRatePerSec, '50/s').optional(),
  duration: duration.optional(),
  warmUp: duration.optional(),
  seed: count.optional(),
  target: z.string().optional(),
  set: z.array(z.string()).optional(),
  allowHosts: z.array(z.string()).optional(),
  threads: z.number().int().positive().optional(),
}
const rateOrAgents = z.union([z.number().positive(), textWithUnit(parseRatePerSec, '800/s')])

/** The settings in `with`, by kind. */
export const SETTINGS = {
  run: z.strictObject({
    ...load,
    baseline: name.optional(),
    confirm: z.boolean().default(false),
    armRollback: z.boolean().default(false),
  }),
  capacity: z.strictObject({
    ...load,
    by: z.enum(['rate', 'agents']).default('rate'),
    atLeast: rateOrAgents.optional(),
    from: rateOrAgents.optional(),
    max: rateOrAgents.optional(),
    probes: z.number().int().min(2).max(100).optional(),
    probe: duration.optional(),
    budget: duration.default('30m'),
  }),
  triage: z.strictObject({
    ...load,
    repeats: z.number().int().positive().max(100).default(3),
    armRollback: z.boolean().default(false),
  }),
  command: z.strictObject({ env: environmentNames }),
  check: z.strictObject({}),
  approval: z.strictObject({}),
  visual: z.strictObject({ file: written, folder: z.string().optional() }),
} as const

const work = {
  run: z.string().optional(),
  capacity: z.string().optional(),
  triage: z.string().optional(),
  command: command.optional(),
  check: codePlace.optional(),
  approval: written.optional(),
  visual: name.optional(),
}

const ONE_KIND = `one of ${ACTIVITY_KINDS.join(', ')}`

const activity = z
  .strictObject({
    stage: name,
    role: z.enum(ROLES).default('core'),
    ...work,
    with: recordOf(z.unknown()).default({}),
    needs: z.array(name).default([]),
    inputs: recordOf(written, name).default({}),
    outputs: z.union([z.array(written), recordOf(written, name)]).default([]),
    timeout: duration.optional(),
    expect: duration.optional(),
    weight: z.number().int().positive().default(1),
    retry: count.max(20).default(0),
    reuse: duration.optional(),
    idempotent: z.boolean().default(false),
    undo: command.optional(),
    exclusive: z.enum(['generator', 'target', 'none']).optional(),
    generator: count.optional(),
    uses: recordOf(z.number().int().positive(), name).default({}),
  })
  .refine((written) => kindsOf(written).length === 1, ONE_KIND)

/** The kinds that an activity states; one, in a valid plan. */
export function kindsOf(written: Readonly<Record<string, unknown>>) {
  return ACTIVITY_KINDS.filter((kind) => written[kind] !== undefined)
}

const stage = z.strictObject({
  passRatio: textWithUnit(parseRatio, '75%').default('75%'),
  needs: z.array(name).default([]),
})

const mock = z.union([
  written,
  z.strictObject({ by: written, run: z.string().optional(), command: command.optional() }),
])

export const qualificationSchema = z.strictObject({
  name,
  stages: recordOf(stage, name).refine((stages) => Object.keys(stages).length > 0, 'at least one stage'),
  activities: recordOf(activity, name)
    .refine((activities) => Object.keys(activities).length > 0, 'at least one activity')
    .refine(
      (activities) => Object.keys(activities).length <= ACTIVITIES_MAX,
      `at most ${ACTIVITIES_MAX} activities`,
    ),
  resources: recordOf(count, name).default({}),
  budget: duration.optional(),
  mocks: recordOf(mock, name).default({}),
  stopOnCore: z.boolean().default(false),
  proceedOnInconclusive: z.boolean().default(false),
})

export type QualificationDocument = z.output<typeof qualificationSchema>
export type WrittenQualifiedActivity = QualificationDocument['activities'][string]
