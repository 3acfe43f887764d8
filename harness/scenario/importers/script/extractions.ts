/** Extractions of the answers that a script reads. */
import { pathText } from '../found-value.ts'
import type { ImportedStep } from '../imported.ts'
import { singular, VariableNames } from '../names.ts'
import { type AnswerValue, HEADERS } from './values.ts'

/** Adds extractions to steps, one for each value that is read. */
export class Extractions {
  readonly #steps: ImportedStep[]
  readonly #names = new VariableNames()
  readonly #known = new Map<string, string>()

  constructor(steps: ImportedStep[]) {
    this.#steps = steps
  }

  /** Returns the text that stands for a value of an answer; null for an answer as a whole. */
  reference({ step, path }: AnswerValue): string | null {
    const asked = this.#steps[step]
    if (path === null || asked?.kind !== 'request') return null
    const [first, header] = path
    const source =
      first === HEADERS ? `header:${String(header ?? '').toLowerCase()}` : `json:${pathText(path)}`
    if (first === HEADERS && header === undefined) return null
    const id = `${step} ${source}`
    const known = this.#known.get(id)
    if (known !== undefined) return `{{${known}}}`
    const variable = this.#names.of(nameOf(path, asked.path))
    this.#known.set(id, variable)
    this.#steps[step] = { ...asked, extract: { ...asked.extract, [variable]: source } }
    return `{{${variable}}}`
  }
}

/** `cart.id` is the cartId; an id of nothing is that of what was asked for. */
function nameOf(path: readonly (string | number)[], asked: string): string {
  const names = path.filter((key) => typeof key === 'string' && key !== HEADERS) as string[]
  const name = names.at(-1) ?? 'value'
  if (!/^_?(?:id|key|value|uuid)$/i.test(name)) return name
  const noun = (asked.split('?')[0] ?? '')
    .split('/')
    .filter((part) => /^[a-z_-]+$/i.test(part))
    .at(-1)
  const owner = names.at(-2) ?? singular(noun ?? '')
  return owner === '' ? name : `${owner} ${name[0]?.toUpperCase()}${name.slice(1)}`
}
