/**
 * Gates of rollouts: whoever asks gets the verdict of a run that begins now. A controller that hangs up before there is one asks
 * again, and gets the verdict of the run that it began: each verdict is handed out once, so that the next step of a rollout is
 * judged by load of its own.
 */
import type { ServiceRun, ToldRun } from '../../model/service.ts'
import type { KeptRun, WantedRun } from './service-runs.ts'

/** Answers the start of a run. */
export type Launch = (wanted: WantedRun) => Promise<KeptRun | 'busy' | 'unknown'>

/** Rollouts at once whose verdict nobody has taken yet. */
const WAITING_MAX = 100
const FOREVER_MS = 24 * 3_600_000

export class Gates {
  readonly #launch: Launch
  readonly #waiting = new Map<string, KeptRun>()

  constructor(launch: Launch) {
    this.#launch = launch
  }

  /**
   * Resolves with the run when it is over; null when the asker is gone.
   * @param rollout tells one rollout from another @param signal aborts when the asker is gone
   */
  async ask(
    rollout: string,
    wanted: ServiceRun,
    signal: AbortSignal,
  ): Promise<ToldRun | 'busy' | 'unknown' | null> {
    const begun = this.#waiting.get(rollout)
    const run = begun ?? (await this.#launch({ ...wanted, alerts: null, by: 'gate' }))
    if (run === 'busy' || run === 'unknown') return run
    this.#waiting.set(rollout, run)
    const [oldest = ''] = this.#waiting.keys()
    if (this.#waiting.size > WAITING_MAX) this.#waiting.delete(oldest)
    await run.wait(FOREVER_MS, signal)
    if (signal.aborted) return null
    if (this.#waiting.get(rollout) === run) this.#waiting.delete(rollout)
    return run.told
  }
}
