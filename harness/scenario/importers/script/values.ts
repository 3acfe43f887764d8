/** Values of a script as far as they are known without running it. */

/** Something of which nothing is known. */
export const UNKNOWN = Symbol('unknown')

/** The first key of a path that leads to a header. */
export const HEADERS = '$headers'

/** The answer to a request of the script, by the place of its step. */
export class AnswerValue {
  readonly step: number
  /** Path into its JSON; null for the answer itself. */
  readonly path: readonly (string | number)[] | null

  constructor(step: number, path: readonly (string | number)[] | null = null) {
    this.step = step
    this.path = path
  }
}

/** The rows of a feeder, or one of them. */
export class RowsValue {
  readonly feeder: string
  readonly isRow: boolean

  constructor(feeder: string, isRow = false) {
    this.feeder = feeder
    this.isRow = isRow
  }
}

/** Text that `JSON.stringify` makes of a value. */
export class JsonText {
  readonly value: unknown

  constructor(value: unknown) {
    this.value = value
  }
}

/** The content of a file that the script opens. */
export class FileText {
  readonly path: string
  /** The way it was parsed; null for text. */
  readonly as: 'json' | 'csv' | null

  constructor(path: string, as: 'json' | 'csv' | null = null) {
    this.path = path
    this.as = as
  }
}

/** A number between two others, drawn anew each time. */
export class RangeValue {
  readonly low: number
  readonly high: number

  constructor(low: number, high: number) {
    this.low = low
    this.high = high
  }
}

/** The variables of a script, by name. */
export type Scope = Map<string, unknown>
