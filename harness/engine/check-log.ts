/** Named checks of code: counted by phase and name, and handed on every half second. */
import { CheckTally } from '../measure/code-counts.ts'
import { OTHER_NAMES } from '../model/interval-snapshot.ts'
import type { Announce } from './memory-announcement.ts'

/** The number of names of a shard; further ones are counted together, so that names built from ids do not fill the memory. */
export const CHECK_NAMES_MAX = 500

export class CheckLog {
  readonly #announce: Announce
  readonly #nameOf: (name: string) => string
  /** The recorded form of each name. */
  readonly #names = new Map<string, string>()
  readonly #tally = new CheckTally()

  /** @param nameOf returns the recorded form of a name: with secrets masked */
  constructor(announce: Announce, nameOf: (name: string) => string) {
    this.#announce = announce
    this.#nameOf = nameOf
  }

  add(phase: string, name: string, hasPassed: boolean): void {
    this.#tally.add(phase, this.#recordedOf(name), hasPassed ? 1 : 0, hasPassed ? 0 : 1)
  }

  /** Hands on what was counted since the last call. */
  send(): void {
    const checks = this.#tally.list()
    this.#tally.clear()
    if (checks.length > 0) this.#announce({ kind: 'checks', checks })
  }

  #recordedOf(name: string): string {
    const known = this.#names.get(name)
    if (known !== undefined) return known
    if (this.#names.size >= CHECK_NAMES_MAX) return OTHER_NAMES
    const recorded = this.#nameOf(name)
    this.#names.set(name, recorded)
    return recorded
  }
}
