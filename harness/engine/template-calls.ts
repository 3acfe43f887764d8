/**
 * The values of calls in templates. Draws are addressed by the seed, the place of the call, the agent and the number of its request,
 * so a plan sends the same values on any number of threads, and a request that is put together again is the same. Counters are
 * shared by the threads of a run: each number is given out once.
 */
import type { Clock } from '../base/clock.ts'
import { keyOf, uniformAt } from '../base/random.ts'
import { type CallSource, type CallValue, parseCall } from '../base/template-call.ts'

/** Spreads the draws of one call over seeds of their own. */
const DRAW_STRIDE = 0x9e3779b1 | 0

/** One request of an agent, or one iteration for calls in rows: its calls keep their values. */
export class CallScope {
  /** The number among those of its agent. */
  number = 0
  /** The instant of the first call that asked for it, ms since 1970; 0 = none did. */
  wallMs = 0
  /** Numbers counted so far, by call. */
  counts: Map<string, number> | null = null

  /** @param counts for a scope that is never begun again with the same number */
  begin(number: number, counts: Map<string, number> | null = null): void {
    this.number = number
    this.wallMs = 0
    this.counts = counts
  }
}

/** The state of an agent that calls write to. */
export interface CallingAgent {
  readonly identity: number
  /** The number of its requests that were at the place of a call. */
  readonly passes: Map<string, number>
  /** The request that counted last, so that another attempt of it sends the same numbers. */
  counted: { readonly number: number; readonly counts: Map<string, number> } | null
}

interface CompiledCall {
  readonly seed: number
  readonly value: CallValue
}

export interface TemplateCallsOptions {
  readonly seed: number
  readonly clock: Pick<Clock, 'wallMs'>
  /** Names of counters, in the order of `counted`. */
  readonly counters: readonly string[]
  /** The numbers that all threads have given out, by counter. */
  readonly counted: Uint32Array
}

export class TemplateCalls implements CallSource {
  readonly #options: TemplateCallsOptions
  /** By text, which holds the place of the call; null for one that cannot be made. */
  readonly #compiled = new Map<string, CompiledCall | null>()
  #agent: CallingAgent = null as unknown as CallingAgent
  #scope: CallScope = null as unknown as CallScope
  #text = ''
  #seed = 0

  constructor(options: TemplateCallsOptions) {
    this.#options = options
  }

  /** Returns the value of a call; undefined for one that cannot be made. @param text with the label of its place */
  value(text: string, agent: CallingAgent, scope: CallScope): string | undefined {
    const compiled = this.#compile(text)
    if (compiled === null) return undefined
    this.#agent = agent
    this.#scope = scope
    this.#text = text
    this.#seed = compiled.seed
    return compiled.value(this)
  }

  draw(index: number): number {
    return uniformAt(
      (this.#seed + Math.imul(index, DRAW_STRIDE)) | 0,
      this.#agent.identity,
      this.#scope.number,
    )
  }

  wallMs(): number {
    const scope = this.#scope
    if (scope.wallMs === 0) scope.wallMs = this.#options.clock.wallMs()
    return scope.wallMs
  }

  counted(counter: string): number {
    return this.#once(() => {
      const { counters, counted } = this.#options
      return Atomics.add(counted, counters.indexOf(counter), 1)
    })
  }

  passed(): number {
    return this.#once(() => {
      const { passes } = this.#agent
      const before = passes.get(this.#text) ?? 0
      passes.set(this.#text, before + 1)
      return before
    })
  }

  /** Counts once a request, and returns the same from then on. */
  #once(count: () => number): number {
    const counts = this.#counts()
    const known = counts.get(this.#text)
    if (known !== undefined) return known
    const counted = count()
    counts.set(this.#text, counted)
    return counted
  }

  #counts(): Map<string, number> {
    const [agent, scope] = [this.#agent, this.#scope]
    if (scope.counts === null) {
      const isAgain = agent.counted?.number === scope.number
      scope.counts = isAgain && agent.counted !== null ? agent.counted.counts : new Map()
      agent.counted = { number: scope.number, counts: scope.counts }
    }
    return scope.counts
  }

  #compile(text: string): CompiledCall | null {
    const known = this.#compiled.get(text)
    if (known !== undefined) return known
    const call = parseCall(text)
    const compiled =
      'value' in call ? { seed: this.#options.seed ^ keyOf(`call:${text}`), value: call.value } : null
    this.#compiled.set(text, compiled)
    return compiled
  }
}
