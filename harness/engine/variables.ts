/**
 * The value of `{{name}}` for an agent: feeder rows, secrets, a few facts about the agent, and the values that its steps extract
 * and its code sets (`agent.vars`), which are one store.
 */
import { lookUp, putAt } from '../base/names.ts'
import { VARIABLE } from '../base/template.ts'
import { isCall, placedCall } from '../base/template-call.ts'
import type { Feeder, Row } from './feeder.ts'
import { type CallingAgent, CallScope, type TemplateCalls } from './template-calls.ts'

interface AgentState extends CallingAgent {
  identity: number
  iteration: number
  /** The values that calls in the rows of the iteration keep. */
  readonly rowScope: CallScope
  readonly rows: Map<string, Row>
  /** Extracted by steps or set by code; null until there is one. */
  values: Record<string, unknown> | null
}

/** The variables of the agents of one shard; state is created only for agents that have any. */
export class VariableStore {
  readonly #feeders: ReadonlyMap<string, Feeder>
  readonly #secrets: Readonly<Record<string, string>>
  readonly #states: (AgentState | undefined)[] = []
  readonly #needed: boolean
  readonly #calls: TemplateCalls | null

  /**
   * @param secrets whose values may be renewed @param needed false when no step reads or writes a variable: nothing is stored then
   * @param calls null: no template calls anything
   */
  constructor(
    feeders: ReadonlyMap<string, Feeder>,
    secrets: Readonly<Record<string, string>>,
    needed: boolean,
    calls: TemplateCalls | null = null,
  ) {
    this.#feeders = feeders
    this.#secrets = secrets
    this.#needed = needed || feeders.size > 0
    this.#calls = calls
  }

  /** Assigns the agent its rows for an iteration; false when a unique feeder has none left. */
  beginIteration(agent: number, identity: number, iteration: number): boolean {
    if (!this.#needed) return true
    const state = this.#stateOf(agent)
    if (this.#calls !== null) beginCalls(state, identity)
    state.identity = identity
    state.iteration = iteration
    if (this.#feeders.size === 0) return true
    for (const [name, feeder] of this.#feeders) {
      const row = feeder.take(identity, iteration)
      if (row === null) return false
      state.rows.set(name, row)
    }
    return true
  }

  /** Drops the values; the next session starts clean. */
  endSession(agent: number): void {
    const state = this.#states[agent]
    if (state !== undefined) state.values = null
  }

  /** Sets a variable, or unsets it where there is no value. */
  set(agent: number, name: string, value: string | undefined): void {
    if (value !== undefined) return putAt(this.values(agent), name, value)
    const values = this.#states[agent]?.values
    if (values) Reflect.deleteProperty(values, name)
  }

  /**
   * Returns the value of `secret.NAME`, `agent.id`, `agent.iteration`, `feeder.field`, of a call, or of a name that a step or code
   * has set. @param scope of the request that needs it
   */
  get(agent: number, name: string, scope: CallScope = new CallScope()): string | undefined {
    const state = this.#states[agent]
    if (name.startsWith('secret.')) return lookUp(this.#secrets, name.slice('secret.'.length))
    if (state === undefined) return undefined
    if (this.#calls !== null && isCall(name)) return this.#calls.value(name, state, scope)
    if (name === 'agent.id') return String(state.identity)
    if (name === 'agent.iteration') return String(state.iteration)
    const dot = name.indexOf('.')
    const field = dot > 0 ? lookUp(state.rows.get(name.slice(0, dot)) ?? {}, name.slice(dot + 1)) : undefined
    if (field === undefined) return textOf(lookUp(state.values ?? {}, name))
    return this.#filled(agent, state, field, name)
  }

  /**
   * Fills a field of a row, which may refer to another feeder's row (cycles were refused when the scenario was resolved), and whose
   * calls have one value an iteration.
   */
  #filled(agent: number, state: AgentState, field: string, name: string): string {
    return field.replace(VARIABLE, (whole, inner: string, offset: number) => {
      const placed = isCall(inner) ? placedCall(inner, `${name}.${offset}`) : inner
      return this.get(agent, placed, state.rowScope) ?? whole
    })
  }

  /** Returns the values of the session, for steps and code to read and write. */
  values(agent: number): Record<string, unknown> {
    const state = this.#stateOf(agent)
    state.values ??= Object.create(null) as Record<string, unknown>
    return state.values
  }

  /** Returns the rows of the current iteration, for code journeys. */
  rows(agent: number): Readonly<Record<string, Row>> {
    const state = this.#states[agent]
    if (state === undefined) return {}
    return Object.fromEntries(
      [...state.rows].map(([feeder, row]) => [
        feeder,
        hasVariables(row) ? this.#filledRow(agent, state, feeder, row) : row,
      ]),
    )
  }

  #filledRow(agent: number, state: AgentState, feeder: string, row: Row): Row {
    return Object.fromEntries(
      Object.entries(row).map(([field, value]) => [
        field,
        this.#filled(agent, state, value, `${feeder}.${field}`),
      ]),
    )
  }

  #stateOf(agent: number): AgentState {
    const state = this.#states[agent] ?? newState()
    this.#states[agent] = state
    return state
  }
}

function newState(): AgentState {
  return {
    identity: 0,
    iteration: 0,
    rows: new Map(),
    values: null,
    passes: new Map(),
    counted: null,
    rowScope: new CallScope(),
  }
}

/** Begins an iteration for calls: that of another agent of the slot begins anew. */
function beginCalls(state: AgentState, identity: number): void {
  const { rowScope } = state
  if (state.identity === identity) return rowScope.begin(rowScope.number + 1, new Map())
  rowScope.begin(1, new Map())
  state.passes.clear()
  state.counted = null
}

function hasVariables(row: Row): boolean {
  return Object.values(row).some((value) => value.includes('{{'))
}

/** The text of a value; undefined for one that code may keep but that has no text of its own. */
function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value)
    default:
      return undefined
  }
}
