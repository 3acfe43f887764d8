/** Variables and files of a plan: `${name}` and `${__function(...)}` in the words of a scenario. */
import { putAt } from '../../../base/names.ts'
import type { FeederDocument } from '../../feeder-schema.ts'
import { FilledIn } from '../filled-in.ts'
import { literal } from '../imported.ts'
import type { ImportReport } from '../report.ts'
import type { ImportSource } from '../source.ts'
import type { PlanNode } from './nodes.ts'
import { collectionOf, propertyOf } from './xml.ts'

const REFERENCE = /\$\{([^${}]*(?:\{[^{}]*\}[^{}]*)*)\}/g
const LEVELS_MAX = 10

export class PlanData {
  readonly #source: ImportSource
  readonly #report: ImportReport
  readonly #filled: FilledIn
  readonly #files: Record<string, FeederDocument> = {}
  readonly #columns = new Map<string, string>()
  readonly #variables = new Map<string, string>()
  readonly #extracted = new Map<string, string>()

  constructor(source: ImportSource, report: ImportReport) {
    this.#source = source
    this.#report = report
    this.#filled = new FilledIn(report)
  }

  get feeders(): Readonly<Record<string, FeederDocument>> {
    return { ...this.#files, ...this.#filled.data }
  }

  /** Learns the variables and files of elements, and those below them. */
  learn(nodes: readonly PlanNode[]): void {
    for (const node of nodes) {
      const { kind, element } = node
      if (kind === 'Arguments')
        for (const argument of collectionOf(element, 'Arguments.arguments'))
          this.#variables.set(propertyOf(argument, 'Argument.name'), propertyOf(argument, 'Argument.value'))
      if (kind === 'CSVDataSet') this.#learnFile(node)
      this.learn(node.children)
    }
  }

  /** Says that an extractor sets a variable; returns its name here. */
  extracted(name: string): string {
    const plain = name.replace(/[^\w-]+/g, '_')
    this.#extracted.set(name, plain)
    return plain
  }

  /** The text in the words of a scenario. */
  text(given: string, level = 0): string {
    let from = 0
    let made = ''
    for (const match of given.matchAll(REFERENCE)) {
      made += literal(given.slice(from, match.index)) + this.#reference(match[1] as string, level)
      from = match.index + match[0].length
    }
    return made + literal(given.slice(from))
  }

  /** The number that a text stands for; `otherwise` where it is none. */
  number(given: string, otherwise: number): number {
    const value = Number(this.text(given).trim() || Number.NaN)
    if (Number.isFinite(value)) return value
    if (given.trim() !== '') this.#report.lost('numbers that are computed', given)
    return otherwise
  }

  #reference(expression: string, level: number): string {
    const [, name = '', rest = ''] = /^__(\w+)(?:\(([\s\S]*)\))?$/.exec(expression) ?? []
    if (name !== '') return this.#function(name, rest, level)
    const extracted =
      this.#extracted.get(expression.replace(/_\d+$|_g\d+$/, '')) ?? this.#extracted.get(expression)
    if (extracted !== undefined) return `{{${extracted}}}`
    const column = this.#columns.get(expression)
    if (column !== undefined) return column
    const value = this.#variables.get(expression)
    if (value !== undefined && level < LEVELS_MAX) return this.text(value, level + 1)
    return this.#filled.unknown(expression)
  }

  #function(name: string, rest: string, level: number): string {
    const args = rest.split(',').map((arg) => arg.trim())
    switch (name) {
      case 'P':
      case 'property':
        return this.text(args[1] ?? '1', level + 1)
      case 'threadNum':
        return '{{agent.id}}'
      case 'counter':
        return '{{agent.iteration}}'
      case 'env':
        this.#report.secret(args[0] ?? 'VALUE', 'a variable of the environment')
        return `{{secret.${args[0] ?? 'VALUE'}}}`
      case 'Random':
        if (Number(args[0]) > 1)
          this.#report.lost(
            'lower bounds of numbers that are drawn: they begin with 1',
            `${args[0]} to ${args[1]}`,
          )
        return this.#filled.made(`randomInt${args[1] ?? ''}`)
      case 'UUID':
        return this.#filled.made('uuid')
      case 'time':
      case 'timeShift':
        return this.#filled.made('timestamp')
      case 'urlencode':
      case 'urldecode':
      case 'eval':
      case 'V':
        return this.text(rest, level + 1)
      default:
        return this.#filled.made(name)
    }
  }

  #learnFile({ element }: PlanNode): void {
    const path = propertyOf(element, 'filename')
    const names = propertyOf(element, 'variableNames')
      .split(',')
      .map((name) => name.trim().replace(/[^\w-]+/g, '_'))
      .filter((name) => name !== '')
    const feeder = (path.split(/[\\/]/).at(-1) ?? '').replace(/\.\w+$/, '').replace(/[^\w-]+/g, '-') || 'rows'
    const text = this.#source.readBeside(path)
    const lines = text?.split(/\r?\n/).filter((line) => line.trim() !== '') ?? []
    const header = names.length > 0 ? names : (lines[0]?.split(delimiterOf(element)) ?? [])
    const isFirstName = names.length === 0 || propertyOf(element, 'ignoreFirstLine') === 'true'
    const rows = (isFirstName ? lines.slice(1) : lines).map((line) => {
      const cells = line.split(delimiterOf(element)).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
      return Object.fromEntries(header.map((name, i) => [name, literal(cells[i] ?? '')]))
    })
    if (text === null) this.#report.lost('files of rows that are not there: fill in the rows', path)
    putAt(this.#files, feeder, {
      rows: rows.length > 0 ? rows : [Object.fromEntries(header.map((name) => [name, 'fill in']))],
    })
    for (const name of header) this.#columns.set(name, `{{${feeder}.${name}}}`)
  }
}

function delimiterOf(element: PlanNode['element']): string {
  const given = propertyOf(element, 'delimiter')
  return given === '' ? ',' : given.replace('\\t', '\t')
}
