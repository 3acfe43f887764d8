/** The iterations that the agents of a shard may still begin, where the number of them ends the load. */
import type { IterationShare } from '../ports/workload.ts'
import type { WorkloadShare } from './dispatch.ts'

type Slots = Pick<WorkloadShare, 'firstSlot' | 'slots'>

export class IterationBudget {
  readonly #firstSlot: number
  /** The sum over all agents. */
  #left: number
  /** By slot; null: all agents take from the sum. */
  readonly #leftOf: Float64Array | null
  #underWay = 0
  /** Agents that may begin one. */
  #agentCount: number

  /** Returns the budget of a workload in a shard; null: the time alone ends it. */
  static of({ demand, ...slots }: Slots & Pick<WorkloadShare, 'demand'>): IterationBudget | null {
    if (demand.model === 'open' || demand.iterations === null) return null
    return new IterationBudget(demand.iterations, slots)
  }

  private constructor({ count, of }: IterationShare, { firstSlot, slots }: Slots) {
    this.#firstSlot = firstSlot
    this.#agentCount = slots
    this.#left = of === 'shard' ? count : count * slots
    this.#leftOf = of === 'shard' ? null : new Float64Array(slots).fill(count)
  }

  /** Tells whether an agent may begin another one. */
  hasLeft(agent: number): boolean {
    return this.#left > 0 && (this.#leftOf === null || (this.#leftOf[agent - this.#firstSlot] as number) > 0)
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
    else if (this.#leftOf !== null) this.#left -= this.#leftOf[agent - this.#firstSlot] as number
    if (this.#leftOf !== null) this.#leftOf[agent - this.#firstSlot] = 0
  }

  #add(agent: number, amount: 1 | -1): void {
    this.#left += amount
    const slot = agent - this.#firstSlot
    if (this.#leftOf !== null) this.#leftOf[slot] = (this.#leftOf[slot] as number) + amount
  }
}
