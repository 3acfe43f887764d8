/** The runs of a service by their ids: those under way, and the last ones that are over. */
import { type Clock, isoOf } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { ServiceRun, ToldRun } from '../../model/service.ts'
import type { VerdictOutcome } from '../../model/verdict.ts'
import { newRunId } from '../run/context.ts'
import type { FinishedRun } from '../run/publish.ts'

/** A run that somebody wants. */
export interface WantedRun extends ServiceRun {
  readonly by: string
  /** Channels and routes in the place of the scenario's own; null: its own. */
  readonly alerts: object | null
}

/** The end of a run: its verdict, or the error for which it has none. */
export type RunEnd = FinishedRun | { readonly error: unknown }

/** A run that is remembered while the service lives. */
export class KeptRun {
  readonly #clock: Clock
  readonly #over: Promise<void>
  #told: ToldRun
  /** Tells how it ended. */
  readonly end: (end: RunEnd) => void

  constructor({ scenario, by }: WantedRun, clock: Clock) {
    this.#clock = clock
    this.#told = {
      ...{ id: newRunId(clock), scenario, by, startedAt: isoOf(clock.wallMs()), state: 'running' },
      ...{ outcome: null, exitCode: null, finishedAt: null, reason: null },
    }
    let resolve: () => void = () => undefined
    this.#over = new Promise((settle) => {
      resolve = settle
    })
    this.end = (end) => {
      this.#told = { ...this.#told, finishedAt: isoOf(clock.wallMs()), ...endOf(end) }
      resolve()
    }
  }

  get told(): ToldRun {
    return this.#told
  }

  /** Resolves when it is over, when the signal aborts, or after `withinMs`. */
  async wait(withinMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    let leave: () => void = () => undefined
    const left = new Promise<void>((resolve) => {
      leave = resolve
    })
    const cancel = this.#clock.after(withinMs, leave)
    signal.addEventListener('abort', leave)
    await Promise.race([this.#over, left])
    cancel()
    signal.removeEventListener('abort', leave)
  }
}

function endOf(end: RunEnd): Pick<ToldRun, 'state' | 'outcome' | 'exitCode' | 'reason'> {
  if ('error' in end) return { state: 'failed', outcome: null, exitCode: null, reason: messageOf(end.error) }
  const { outcome, exitCode, reasons } = end.verdict
  return { state: 'judged', outcome, exitCode, reason: reasons[0]?.message ?? null }
}

const KEPT_MAX = 100

/** The last runs, newest first, and how many of each outcome there have been. */
export class KeptRuns {
  readonly #clock: Clock
  readonly #runs = new Map<string, KeptRun>()
  readonly #counts = new Map<VerdictOutcome | 'failed', number>()
  #last: ToldRun | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  begin(wanted: WantedRun): KeptRun {
    const run = new KeptRun(wanted, this.#clock)
    this.#runs.set(run.told.id, run)
    const [oldest = ''] = this.#runs.keys()
    if (this.#runs.size > KEPT_MAX) this.#runs.delete(oldest)
    return run
  }

  ended(run: KeptRun, end: RunEnd): void {
    run.end(end)
    const outcome = run.told.outcome ?? 'failed'
    this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1)
    this.#last = run.told
  }

  get(id: string): KeptRun | null {
    return this.#runs.get(id) ?? null
  }

  get all(): readonly ToldRun[] {
    return [...this.#runs.values()].map(({ told }) => told).reverse()
  }

  /** The run that was over last. */
  get last(): ToldRun | null {
    return this.#last
  }

  countOf(outcome: VerdictOutcome | 'failed'): number {
    return this.#counts.get(outcome) ?? 0
  }
}
