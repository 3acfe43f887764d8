/** Data feeders: rows for `{{name.field}}` and for `data` in code. */
import * as z from 'zod'
import { recordOf } from '../base/record-of.ts'
import { type GeneratorPlan, generatorSchema } from '../model/plan/generator-schema.ts'
import { FEEDER_MODE } from './defaults.ts'

const cell = z.union([z.string(), z.number(), z.boolean()])

export const feederSchema = z
  .strictObject({
    mode: z
      .enum(['unique', 'circular', 'random', 'shuffle', 'per-agent'])
      .optional()
      .describe(
        `How rows are given out; unique: never twice, then the agent stops; per-agent: one for life. Default: ${FEEDER_MODE}.`,
      ),
    rows: z
      .array(recordOf(cell))
      .optional()
      .describe('The rows themselves; text may refer to other feeders as {{name.field}}'),
    csv: z.string().optional().describe('File beside the scenario, with a header line'),
    json: z.string().optional().describe('File beside the scenario: an array of flat objects'),
    generate: recordOf(generatorSchema)
      .optional()
      .describe('Fields made by a law: keys (sequence, uniform, gaussian, zipf) and values of some size'),
  })
  .refine(
    ({ rows, csv, json, generate }) =>
      [rows, csv, json, generate].filter((source) => source !== undefined).length === 1,
    'exactly one of rows, csv, json, generate',
  )
  .refine(
    ({ mode, generate }) => mode === undefined || generate === undefined,
    'mode says how rows are given out; what is made by a law has none',
  )
  .describe('Rows that agents take, one an iteration')

export type FeederDocument = z.output<typeof feederSchema>

/** A feeder; `Field` are the fields that code may read. */
export interface FeederRef<Field extends string = string> extends FeederDocument {
  /** Never set: carries the type. */
  readonly field?: Field
}

/** `mode` says how rows are given out. Default: circular. */
export type FeederOptions = Pick<FeederDocument, 'mode'>

/** Makes feeders, by where their rows are. */
export const feeder = {
  /** Rows in the scenario itself. */
  rows: <Row extends Readonly<Record<string, z.input<typeof cell>>>>(
    rows: readonly Row[],
    options: FeederOptions = {},
  ): FeederRef<keyof Row & string> => ({ rows: rows.map((row) => ({ ...row })), ...options }),
  /** A CSV file beside the scenario, with a header line: `feeder.csv<'sku' | 'name'>('items.csv')`. */
  csv: <Field extends string = string>(csv: string, options: FeederOptions = {}): FeederRef<Field> => ({
    csv,
    ...options,
  }),
  /** Values made by laws: `feeder.generate({ id: { law: 'zipf', max: 10_000 } })`; the same seed makes the same ones. */
  generate: <Field extends string>(fields: Readonly<Record<Field, GeneratorPlan>>): FeederRef<Field> => ({
    generate: fields as FeederDocument['generate'],
  }),
  /** A JSON file beside the scenario: an array of flat objects. */
  json: <Field extends string = string>(json: string, options: FeederOptions = {}): FeederRef<Field> => ({
    json,
    ...options,
  }),
}
