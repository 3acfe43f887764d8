/**
 * The turns of a session that wait for a message, and who gets which: the one whose id it holds, else the first whose condition it
 * meets, else the first that takes any.
 */
import { parseJson } from '../../base/parse-json.ts'
import { UnsetVariable } from '../../base/template.ts'
import type { FindInJson } from '../../expectations/json-path.ts'
import type { Turn } from './turn.ts'

export class Waiting {
  #turns: Turn[] = []
  /** The place of the id in an answer; null = nothing correlates them. */
  readonly #idIn: FindInJson | null

  constructor(idIn: FindInJson | null) {
    this.#idIn = idIn
  }

  get size(): number {
    return this.#turns.length
  }

  add(turn: Turn): void {
    this.#turns.push(turn)
  }

  remove(turn: Turn): void {
    const at = this.#turns.indexOf(turn)
    if (at !== -1) this.#turns.splice(at, 1)
  }

  takeAll(): Turn[] {
    const turns = this.#turns
    this.#turns = []
    return turns
  }

  /** Returns the turn that a message is for; null when nobody waits for it. */
  find(data: Buffer): Turn | null {
    const only = this.#turns[0]
    if (only === undefined) return null
    // Most sessions have one turn, which takes anything: the message need not be read for that.
    if (this.#turns.length === 1 && takesAny(only)) return only
    return this.#findByText(data.toString('utf8'))
  }

  #findByText(text: string): Turn | null {
    const id = this.#turns.some((turn) => turn.id !== undefined) ? this.#idOf(text) : undefined
    const named =
      id === undefined ? undefined : this.#turns.find((turn) => turn.id === id && meets(turn, text))
    return (
      named ??
      this.#turns.find((turn) => turn.id === undefined && !takesAny(turn) && meets(turn, text)) ??
      this.#turns.find(takesAny) ??
      null
    )
  }

  #idOf(text: string): string | undefined {
    try {
      return this.#idIn === null ? undefined : idText(this.#idIn(parseJson(text)))
    } catch {
      // Not JSON: it holds no id.
      return undefined
    }
  }
}

function takesAny({ id, awaited }: Turn): boolean {
  return id === undefined && awaited?.mismatchOf === null
}

/** Returns an id as text, so that 7 and "7" are the same; undefined for none. */
export function idText(id: unknown): string | undefined {
  return id === undefined || id === null ? undefined : String(id)
}

/** Tells whether a message meets the condition of a turn. One whose variable is not set is met by nothing. */
export function meets({ awaited, exchange }: Turn, text: string): boolean {
  if (awaited === null || awaited.mismatchOf === null) return true
  try {
    return awaited.mismatchOf(text, exchange.variables) === null
  } catch (error) {
    if (error instanceof UnsetVariable) return false
    throw error
  }
}
