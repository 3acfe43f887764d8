/** An account of an import: what could not be carried, and what whoever runs the scenario has to know. */

/** Places that are named of one loss; the others are counted. */
const PLACES_SHOWN = 3

export class ImportReport {
  readonly #lost = new Map<string, string[]>()
  readonly #notes = new Set<string>()
  readonly #secrets = new Map<string, string>()

  /** @param what it is that is missing now @param where it was, for people */
  lost(what: string, where = ''): void {
    const places = this.#lost.get(what) ?? []
    this.#lost.set(what, where === '' ? places : [...places, where])
  }

  /** Adds something that is no loss, and to be known all the same. */
  note(text: string): void {
    this.#notes.add(text)
  }

  /** @param name of the environment variable that has to hold it @param what it is, without its value */
  secret(name: string, what: string): void {
    if (!this.#secrets.has(name)) this.#secrets.set(name, what)
  }

  /** Sentences about what is missing, in the order in which it was met. */
  get losses(): readonly string[] {
    return [...this.#lost].map(([what, places]) => {
      const different = [...new Set(places)]
      const shown = different.slice(0, PLACES_SHOWN).join(', ')
      const more = different.length - PLACES_SHOWN
      return `${what}${shown === '' ? '' : `: ${shown}`}${more > 0 ? ` and ${more} more` : ''}`
    })
  }

  get notes(): readonly string[] {
    return [...this.#notes]
  }

  /** Names of secrets, and what each is. */
  get secrets(): readonly (readonly [name: string, what: string])[] {
    return [...this.#secrets]
  }
}
