/**
 * A hashed timing wheel (Varghese & Lauck, SOSP 1987): one waiting place per agent in typed arrays, 16 bytes each,
 * insert and fire in O(1), no timer and no closure per agent. A slot is 1/8 ms wide; entries of later rotations stay
 * in their slot's list. The exact due instant is kept too, so a slot's width never rounds an intended start.
 */

const SLOTS_PER_MS = 8
const NONE = -1

/** Called with the agent that is due and its due instant. */
export type OnDue = (agent: number, dueMs: number) => void

/** The waiting agents by due instant; an agent waits at most once. */
export class TimingWheel {
  #due: Float64Array
  #next: Int32Array
  readonly #heads: Int32Array
  readonly #mask: number
  #tick: number
  #waiting = 0
  /** The agents of a slot that was left in the midst, and that slot. */
  #rest = NONE
  #restSlot = 0

  /** @param agents as many as it has places for at first @param slotCount a power of two; 32,768 slots are 4 s per rotation */
  constructor(agents: number, startMs: number, slotCount = 32_768) {
    this.#due = new Float64Array(agents)
    this.#next = new Int32Array(agents)
    this.#heads = new Int32Array(slotCount).fill(NONE)
    this.#mask = slotCount - 1
    this.#tick = Math.floor(startMs * SLOTS_PER_MS)
  }

  /** The number of agents waiting now. */
  get waitingCount(): number {
    return this.#waiting
  }

  /** Makes the agent wait until `dueMs`; an instant already past is due at the next `advance`. */
  schedule(agent: number, dueMs: number): void {
    if (agent >= this.#due.length) this.#grow(agent)
    const slot = Math.max(this.#tick, Math.floor(dueMs * SLOTS_PER_MS)) & this.#mask
    this.#due[agent] = dueMs
    this.#next[agent] = this.#heads[slot] as number
    this.#heads[slot] = agent
    this.#waiting++
  }

  /**
   * Fires every agent due at or before `nowMs`, slot by slot. `onDue` may schedule again.
   * @param mayGoOn called after each agent that fired; when it returns false, the rest fires in the next call, with its own
   * instants
   */
  advance(nowMs: number, onDue: OnDue, mayGoOn: () => boolean = always): void {
    const nowTick = Math.floor(nowMs * SLOTS_PER_MS)
    const rest = this.#rest
    this.#rest = NONE
    if (!this.#fire(rest, this.#restSlot, nowMs, onDue, mayGoOn)) return
    // After a pause longer than a rotation every slot is visited once: that sees every entry.
    let tick = Math.max(this.#tick, nowTick - this.#mask)
    for (; tick <= nowTick; tick++) {
      // Entries scheduled while a slot fires go to a later slot, so none lands behind the current position.
      this.#tick = tick + 1
      const slot = tick & this.#mask
      const head = this.#heads[slot] as number
      if (head === NONE) continue
      this.#heads[slot] = NONE
      if (this.#fire(head, slot, nowMs, onDue, mayGoOn)) continue
      // What stayed in this slot is looked at again.
      this.#tick = tick
      return
    }
    // The current slot is visited again next time: entries due later inside it stayed.
    this.#tick = nowTick
  }

  #grow(agent: number): void {
    const size = Math.max(64, agent * 2)
    const [due, next] = [new Float64Array(size), new Int32Array(size)]
    due.set(this.#due)
    next.set(this.#next)
    this.#due = due
    this.#next = next
  }

  /** Fires the due agents of a slot, from one on; returns false when it may not go on, and keeps the rest for the next call. */
  #fire(first: number, slot: number, nowMs: number, onDue: OnDue, mayGoOn: () => boolean): boolean {
    let agent = first
    while (agent !== NONE) {
      const next = this.#next[agent] as number
      const dueMs = this.#due[agent] as number
      if (dueMs <= nowMs) {
        this.#waiting--
        onDue(agent, dueMs)
        if (!mayGoOn()) {
          this.#rest = next
          this.#restSlot = slot
          return false
        }
      } else {
        this.#next[agent] = this.#heads[slot] as number
        this.#heads[slot] = agent
      }
      agent = next
    }
    return true
  }
}

function always(): boolean {
  return true
}
