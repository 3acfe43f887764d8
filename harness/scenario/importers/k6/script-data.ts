/** Rows and numbers of a script of k6 as feeders. */
import { putAt } from '../../../base/names.ts'
import type { FeederDocument } from '../../feeder-schema.ts'
import { variableOf } from '../names.ts'
import type { ImportReport } from '../report.ts'
import { isPlain } from '../script/members.ts'
import { FileText, type RangeValue, RowsValue, UNKNOWN } from '../script/values.ts'
import type { ImportSource } from '../source.ts'

/** The feeder of numbers that the script draws. */
const DRAWN = 'drawn'

export class ScriptData {
  readonly #source: ImportSource
  readonly #report: ImportReport
  readonly #data: Record<string, FeederDocument> = {}
  readonly #drawn: Record<string, { readonly law: 'uniform'; readonly max: number }> = {}

  constructor(source: ImportSource, report: ImportReport) {
    this.#source = source
    this.#report = report
  }

  get feeders(): Readonly<Record<string, FeederDocument>> {
    return {
      ...this.#data,
      ...(Object.keys(this.#drawn).length === 0 ? {} : { [DRAWN]: { generate: this.#drawn } }),
    }
  }

  /** The rows of a `SharedArray`. */
  rows(name: string, value: unknown): unknown {
    const feeder = variableOf(name)
    if (value instanceof FileText) return this.#fileRows(feeder, value)
    if (!Array.isArray(value)) return UNKNOWN
    const rows = value
      .map((row) => (typeof row === 'string' ? { value: row } : row))
      .filter(isPlain)
      .map(cellsOf)
    if (rows.length === 0) return UNKNOWN
    putAt(this.#data, feeder, { rows })
    return new RowsValue(feeder)
  }

  #fileRows(feeder: string, { path, as }: FileText): RowsValue {
    const isThere = this.#source.readBeside(path) !== null
    if (!isThere) this.#report.lost('files that do not lie beside the script: the rows are made up', path)
    putAt(
      this.#data,
      feeder,
      isThere && as !== null
        ? { [as]: this.#source.pathForScenario(path) }
        : { rows: [{ value: 'fill in' }] },
    )
    return new RowsValue(feeder)
  }

  /** One of a list, by chance. */
  item(list: unknown): unknown {
    if (list instanceof RowsValue) return new RowsValue(list.feeder, true)
    if (!Array.isArray(list)) return UNKNOWN
    const rows = this.rows('items', list)
    if (!(rows instanceof RowsValue)) return list[0] ?? UNKNOWN
    const isText = list.every((item) => typeof item === 'string')
    return isText ? `{{${rows.feeder}.value}}` : new RowsValue(rows.feeder, true)
  }

  /** Keys begin with 1: the lower bound of others is lost. */
  drawnNumber({ low, high }: RangeValue): string {
    const max = Math.max(1, Math.round(high))
    if (low > 1)
      this.#report.lost('lower bounds of numbers that are drawn: they begin with 1', `${low} to ${high}`)
    const name = `number${max}`
    putAt(this.#drawn, name, { law: 'uniform', max })
    return `{{${DRAWN}.${name}}}`
  }
}

function cellsOf(row: Record<string, unknown>): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(row).filter((entry): entry is [string, string | number | boolean] =>
      ['string', 'number', 'boolean'].includes(typeof entry[1]),
    ),
  )
}
