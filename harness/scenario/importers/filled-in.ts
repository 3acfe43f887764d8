/** Variables of elsewhere of which no value is known: rows of a feeder that whoever runs the scenario fills in. */
import { putAt } from '../../base/names.ts'
import type { FeederDocument } from '../feeder-schema.ts'
import { variableOf } from './names.ts'
import type { ImportReport } from './report.ts'

/** The feeder with one row of them. */
export const FILLED_IN = 'vars'

/** Values that tools make anew for each request, and the laws that stand for them here. */
const MADE: readonly (readonly [
  pattern: RegExp,
  law: { law: 'uniform'; max: number } | { law: 'value'; bytes: number } | { law: 'sequence'; max: number },
])[] = [
  [/randomint|randomnumber|randomport|random_int/i, { law: 'uniform', max: 1000 }],
  [/timestamp|isotimestamp|now|date|epoch/i, { law: 'sequence', max: 2 ** 31 }],
  [/guid|uuid/i, { law: 'value', bytes: 32 }],
  [/random|faker/i, { law: 'value', bytes: 12 }],
]

export class FilledIn {
  readonly #row: Record<string, string | number | boolean> = {}
  readonly #made: Record<string, NonNullable<FeederDocument['generate']>[string]> = {}
  readonly #report: ImportReport

  constructor(report: ImportReport) {
    this.#report = report
  }

  get data(): Readonly<Record<string, FeederDocument>> {
    return {
      ...(Object.keys(this.#row).length === 0 ? {} : { [FILLED_IN]: { rows: [this.#row] } }),
      ...(Object.keys(this.#made).length === 0 ? {} : { made: { generate: this.#made } }),
    }
  }

  /** Returns the reference to a value that nobody knows. */
  unknown(name: string): string {
    const field = variableOf(name)
    if (!Object.hasOwn(this.#row, field))
      putAt(this.#row, field, /id$|number|count|page|limit/i.test(name) ? '1' : `fill-in-${field}`)
    return `{{${FILLED_IN}.${field}}}`
  }

  /** Returns the reference to a value that is made anew each time: `$guid`, `$randomInt`. */
  made(name: string): string {
    const field = variableOf(name.replace(/^\$|\(.*$/g, ''))
    const law = MADE.find(([pattern]) => pattern.test(name))?.[1] ?? { law: 'value' as const, bytes: 12 }
    if (!Object.hasOwn(this.#made, field))
      this.#report.lost('functions that make values: other ones are made', name)
    putAt(this.#made, field, law)
    return `{{made.${field}}}`
  }
}
