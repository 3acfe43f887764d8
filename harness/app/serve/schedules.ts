/**
 * Runs by the clock. The rule: an instant at which another run is under way is left out, and so is one that the process was not awake
 * for; both are counted and said, and nothing is made up for later: a nightly run at noon is no nightly run.
 */
import { type CancelTimer, type Clock, isoOf } from '../../base/clock.ts'
import type { ToldSchedule } from '../../model/service.ts'
import { nextInstantMs } from '../../scenario/cron.ts'
import type { Schedule } from '../../scenario/schedules-schema.ts'
import type { WantedRun } from './service-runs.ts'

/** A start that comes later than this after its instant is none of the schedule. */
const LATE_MS_MAX = 60_000
/** Calendars are set, and machines sleep: the distance to the next instant is taken anew this often. */
const LOOK_MS = 60_000

/** Starts a run; resolves with why it did not. */
export type StartScheduled = (wanted: WantedRun) => Promise<'started' | 'busy' | 'unknown'>

export interface ScheduleSurroundings {
  readonly clock: Clock
  readonly start: StartScheduled
  readonly say: (text: string) => void
}

class Timetable {
  readonly #name: string
  readonly #schedule: Schedule
  readonly #surroundings: ScheduleSurroundings
  readonly #counts = { startedCount: 0, overlappedCount: 0, missedCount: 0 }
  #nextMs: number | null
  #cancel: CancelTimer = () => undefined

  constructor(name: string, schedule: Schedule, surroundings: ScheduleSurroundings) {
    this.#name = name
    this.#schedule = schedule
    this.#surroundings = surroundings
    this.#nextMs = this.#after(surroundings.clock.wallMs())
    this.#arm()
  }

  get told(): ToldSchedule {
    const { scenario, cron, timeZone } = this.#schedule
    const nextAt = this.#nextMs === null ? null : isoOf(this.#nextMs)
    return { name: this.#name, scenario, cron, timeZone, nextAt, ...this.#counts }
  }

  close(): void {
    this.#cancel()
  }

  #after(instantMs: number): number | null {
    const { cron, timeZone } = this.#schedule
    return nextInstantMs(cron, timeZone, instantMs)
  }

  #arm(): void {
    if (this.#nextMs === null) return
    const { clock } = this.#surroundings
    const leftMs = Math.max(0, Math.ceil(this.#nextMs - clock.wallMs()))
    this.#cancel = clock.after(Math.min(leftMs, LOOK_MS), () => this.#look())
  }

  #look(): void {
    const { clock } = this.#surroundings
    const nowMs = clock.wallMs()
    if (this.#nextMs !== null && this.#nextMs <= nowMs) {
      const instantMs = this.#nextMs
      this.#nextMs = this.#after(nowMs)
      if (nowMs - instantMs > LATE_MS_MAX) this.#miss(instantMs, nowMs)
      else void this.#start(instantMs)
    }
    this.#arm()
  }

  #miss(fromMs: number, nowMs: number): void {
    let count = 0
    for (let atMs: number | null = fromMs; atMs !== null && atMs <= nowMs; atMs = this.#after(atMs)) count++
    this.#counts.missedCount += count
    this.#surroundings.say(
      `schedule ${this.#name}: ${count} missed since ${isoOf(fromMs)}, when this process did not run; not made up for`,
    )
  }

  async #start(instantMs: number): Promise<void> {
    const { scenario, baseline = null, environment = null, alerts = null } = this.#schedule
    const by = `schedule ${this.#name}`
    const { say, start } = this.#surroundings
    try {
      const answer = await start({ scenario, seed: null, baseline, environment, alerts, by })
      if (answer === 'started') this.#counts.startedCount++
      else if (answer === 'busy') {
        this.#counts.overlappedCount++
        say(`${by}: left out at ${isoOf(instantMs)}, because another run was under way`)
      } else say(`${by}: there is no scenario ${scenario}`)
    } catch (error) {
      say(`${by}: could not be started: ${error}`)
    }
  }
}

/** The schedules of a project, from now on. */
export class Schedules {
  readonly #tables: readonly Timetable[]

  constructor(schedules: Readonly<Record<string, Schedule>>, surroundings: ScheduleSurroundings) {
    this.#tables = Object.entries(schedules).map(([name, each]) => new Timetable(name, each, surroundings))
  }

  get told(): readonly ToldSchedule[] {
    return this.#tables.map(({ told }) => told)
  }

  close(): void {
    for (const table of this.#tables) table.close()
  }
}
