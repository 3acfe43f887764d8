/** The ids of the objectives of a run, limits among them: no two are the same. */
import { RESERVED_ID } from '../model/demand.ts'

/** Ids made of a text are cut here: they stand in labels, keys and addresses. */
const LENGTH_MAX = 60

const OPERATOR_WORDS: ReadonlyMap<string, string> = new Map([
  ['<=', '-le-'],
  ['>=', '-ge-'],
  ['<', '-lt-'],
  ['>', '-gt-'],
])

/** Remembers which id was taken where. */
export class ObjectiveIds {
  readonly #places = new Map<string, string>()

  /** Takes the name that an author gave; gives back the place that has it already, null when nothing had. */
  take(name: string, place: string): string | null {
    const holder = this.#places.get(name) ?? null
    if (holder === null) this.#places.set(name, place)
    return holder
  }

  /** Makes an id of the text of an objective: the same for the same text, numbered where the text comes again. */
  make(text: string, place: string): string {
    const base = slugOf(text)
    let id = base
    for (let number = 2; this.#places.has(id); number++) id = `${base}-${number}`
    this.#places.set(id, place)
    return id
  }
}

/** Tells whether an author may use a name: some are made by the harness. */
export function isReservedName(name: string): boolean {
  return RESERVED_ID.test(name)
}

/** `p99-response_time-lt-100ms` of `p99(response_time) < 100ms` */
function slugOf(text: string): string {
  const slug = text
    .replace(/[<>]=?/g, (operator) => OPERATOR_WORDS.get(operator) ?? '-')
    .replaceAll('%', 'pct')
    .replace(/[^\p{L}\p{N}_.]+/gu, '-')
    .slice(0, LENGTH_MAX)
  return slug.replace(/^-+|-+$/g, '')
}
