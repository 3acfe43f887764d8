/**
 * Prompts of words, as long as a law says. Prompt n of a step is the same text under the same seed, on whichever thread it is sent.
 * Each holds a mark of its own, because a prompt that a server has seen before is answered from its cache; those that are to share
 * their beginning share it up to their mark.
 */
import { keyOf, uniformAt } from '../../base/random.ts'
import type { VariableLookup } from '../../base/template.ts'
import { parseRatio } from '../../base/units.ts'
import { Lengths } from './lengths.ts'
import type { PromptLaw } from './schema.ts'
import { wordsOf } from './words.ts'

/** Spreads the numbers of prompts over the keys of their words. */
const SPREAD = 0x9e3779b1

/** The settings with which the prompts of a step are made. */
export interface PromptSettings {
  readonly law: PromptLaw
  readonly wordsPerToken: number
  readonly seed: number
  /** The step, so that two steps have different prompts. */
  readonly step: string
}

/** A prompt and the length that the law drew for it. */
export interface Prompt {
  readonly text: string
  readonly tokens: number
}

export class Prompts {
  readonly #settings: PromptSettings
  readonly #lengths: Lengths
  readonly #key: number
  readonly #shareKey: number
  readonly #groupKey: number
  /** Those that were used so far. */
  readonly #prefixes = new Map<number, string>()
  readonly #prefixShare: number

  constructor(settings: PromptSettings) {
    const { law, seed, step } = settings
    this.#settings = settings
    this.#lengths = new Lengths(law.tokens, seed, `${step}/prompt`)
    this.#key = keyOf(`${step}/prompt/words`)
    this.#shareKey = keyOf(`${step}/prompt/share`)
    this.#groupKey = keyOf(`${step}/prompt/group`)
    this.#prefixShare = parseRatio(law.prefix?.share ?? '0%')
  }

  /** Returns prompt `index`. @throws whatever drawing its length throws */
  at(index: number, variables: VariableLookup): Prompt {
    const { law } = this.#settings
    const tokens = this.#lengths.at(index, variables)
    const words = this.#words((this.#key + Math.imul(index, SPREAD)) | 0, tokens)
    const prefix = this.#prefixOf(index)
    return {
      text: `${prefix}${this.#markOf(index)} ${words}`,
      tokens: prefix === '' ? tokens : tokens + (law.prefix?.tokens ?? 0),
    }
  }

  #words(key: number, tokens: number): string {
    const { seed, wordsPerToken } = this.#settings
    return wordsOf(seed, key, Math.max(1, Math.round(tokens * wordsPerToken)))
  }

  #prefixOf(index: number): string {
    const { law, seed, step } = this.#settings
    if (law.prefix === undefined || uniformAt(seed, this.#shareKey, index) >= this.#prefixShare) return ''
    const group = Math.floor(uniformAt(seed, this.#groupKey, index) * law.prefix.groups)
    const known = this.#prefixes.get(group)
    if (known !== undefined) return known
    const made = `${this.#words(keyOf(`${step}/prefix/${group}`), law.prefix.tokens)}\n`
    this.#prefixes.set(group, made)
    return made
  }

  #markOf(index: number): string {
    const { seed } = this.#settings
    return `${((seed ^ this.#key) >>> 0).toString(36)}-${index.toString(36)}`
  }
}
