/** Counts of failures by kind and text, in bounded memory whatever the texts are. */
import { type FailureCount, OTHER_FAILURES } from '../model/failures-schema.ts'

interface Entry {
  readonly kind: string
  readonly text: string
  count: number
}

/**
 * Tells the most frequent texts apart. A text that is one too many takes the place of the least frequent one, whose count
 * goes to `other` of its kind: the sum by kind stays exact, the count of one text may be too low.
 */
export class FailureCounts {
  readonly #textsMax: number
  readonly #entries = new Map<string, Entry>()
  readonly #others = new Map<string, number>()

  constructor(textsMax: number) {
    this.#textsMax = textsMax
  }

  add(kind: string, text: string, count = 1): void {
    if (text === OTHER_FAILURES) return this.#addOther(kind, count)
    const key = `${kind} ${text}`
    const found = this.#entries.get(key)
    if (found !== undefined) {
      found.count += count
      return
    }
    if (this.#entries.size >= this.#textsMax) this.#dropLeast()
    this.#entries.set(key, { kind, text, count })
  }

  /** Returns the most frequent texts first, then the others by kind. @param textsMax the number of texts */
  list(textsMax = this.#textsMax): FailureCount[] {
    const sorted = [...this.#entries.values()].sort(mostFirst)
    const others = new Map(this.#others)
    for (const { kind, count } of sorted.slice(textsMax)) others.set(kind, (others.get(kind) ?? 0) + count)
    return [
      ...sorted.slice(0, textsMax).map((entry) => ({ ...entry })),
      ...[...others].map(([kind, count]) => ({ kind, text: OTHER_FAILURES, count })).sort(mostFirst),
    ]
  }

  #dropLeast(): void {
    let least: readonly [string, Entry] | null = null
    for (const each of this.#entries) if (least === null || each[1].count < least[1].count) least = each
    if (least === null) return
    const [key, { kind, count }] = least
    this.#entries.delete(key)
    this.#addOther(kind, count)
  }

  #addOther(kind: string, count: number): void {
    this.#others.set(kind, (this.#others.get(kind) ?? 0) + count)
  }
}

/** Orders equal ones by text, so that the order of arrival does not matter. */
function mostFirst(a: FailureCount, b: FailureCount): number {
  return b.count - a.count || (`${a.kind} ${a.text}` < `${b.kind} ${b.text}` ? -1 : 1)
}
