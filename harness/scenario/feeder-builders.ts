/** Data feeders, as authors write them: rows for `{{name.field}}` and for `data` in code. */
import type { FeederDocument } from './schema.ts'

/** A feeder; `Field` are the fields that code may read. */
export interface FeederRef<Field extends string = string> extends FeederDocument {
  /** Never set: carries the type. */
  readonly field?: Field
}

/** `mode` says how rows are given out; circular unless said. */
export type FeederOptions = Pick<FeederDocument, 'mode'>

type Value = string | number | boolean

/** Feeders by where their rows are. */
export const feeder = {
  /** Rows in the scenario itself. */
  rows: <Row extends Readonly<Record<string, Value>>>(
    rows: readonly Row[],
    options: FeederOptions = {},
  ): FeederRef<keyof Row & string> => ({ rows: rows.map((row) => ({ ...row })), ...options }),
  /** A CSV file beside the scenario, with a header line: `feeder.csv<'sku' | 'name'>('items.csv')`. */
  csv: <Field extends string = string>(csv: string, options: FeederOptions = {}): FeederRef<Field> => ({
    csv,
    ...options,
  }),
  /** A JSON file beside the scenario: an array of flat objects. */
  json: <Field extends string = string>(json: string, options: FeederOptions = {}): FeederRef<Field> => ({
    json,
    ...options,
  }),
}
