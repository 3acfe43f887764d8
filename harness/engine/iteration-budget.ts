/** The iterations that the agents of a shard may still begin, where the number of them ends the load. */
import type { IterationShare } from '../ports/workload.ts'
import type { Demand } from './dispatch.ts'

export class IterationBudget {
  /** The sum over all agents. */
  #left: number
  /** By slot; null: all agents take from the sum. */
  readonly #leftOf: Float64Array | null
  #underWay = 0
  /** Agents that may begin one. */
  #agentCount: number

  /** Returns the budget of a shard; null: the time alone ends its load. @param agents its slots */
  static of({
    demand,
    agents,
  }: {
    readonly demand: Demand
    readonly agents: number
  }): IterationBudget | null {
    if (demand.model === 'open' || demand.iterations === null) return null
    return new IterationBudget(demand.iterations, agents)
  }

  /** @param agents slots of the shard */
  constructor({ count, of }: IterationShare, agents: number) {
    this.#agentCount = agents
    this.#left = of === 'shard' ? count : count * agents
    this.#leftOf = of === 'shard' ? null : new Float64Array(agents).fill(count)
  }

  /** Tells whether an agent may begin another one. */
  hasLeft(agent: number): boolean {
    return this.#left > 0 && (this.#leftOf === null || (this.#leftOf[agent] as number) > 0)
  }

  /** True when none is left, and none is under way: the load is over. */
  get isSpent(): boolean {
    return this.#left === 0 && this.#underWay === 0
  }

  /** Takes one for an agent that has some left. */
  take(agent: number): void {
    this.#add(agent, -1)
    this.#underWay++
  }

  /** Gives back one that was taken and not begun: its login failed, or there was no row for it. */
  giveBack(agent: number): void {
    this.#add(agent, 1)
    this.#underWay--
  }

  /** Ends one that was taken, well or not. */
  end(): void {
    this.#underWay--
  }

  /** Takes note of an agent that begins no more: its feeder has no row left for it. */
  forfeit(agent: number): void {
    this.#agentCount--
    if (this.#agentCount === 0) this.#left = 0
    else if (this.#leftOf !== null) this.#left -= this.#leftOf[agent] as number
    if (this.#leftOf !== null) this.#leftOf[agent] = 0
  }

  #add(agent: number, amount: 1 | -1): void {
    this.#left += amount
    if (this.#leftOf !== null) this.#leftOf[agent] = (this.#leftOf[agent] as number) + amount
  }
}
