/** Opens something once for all who want it at the same time, and anew for whoever comes after the opening has ended. */
export class SharedOpening {
  readonly #open: () => Promise<void>
  #underWay: Promise<void> | null = null

  constructor(open: () => Promise<void>) {
    this.#open = open
  }

  /** Rejects, for all of them, with the error of the opening. */
  join(): Promise<void> {
    this.#underWay ??= this.#open().finally(() => {
      this.#underWay = null
    })
    return this.#underWay
  }

  /** Resolves when no opening is under way any more, however it ended. */
  async ended(): Promise<void> {
    await this.#underWay?.catch(() => undefined)
  }
}
