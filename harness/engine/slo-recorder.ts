/**
 * Judges the requests of a step by joint conditions when they are over, because how often several bounds are met together is in no
 * histogram of one value. Attained = ended ok, and every condition that applies holds. Errors and timeouts have not attained it;
 * what the harness aborted, or left untimed, is not judged. A condition without a value (the time per token of an answer of one
 * token) does not apply, and that is counted.
 */
import { OUTCOME_OK } from '../model/outcome.ts'
import { notAppliedName, SLO_ATTAINED, SLO_NOT_APPLIED } from '../model/slo-metrics.ts'
import type { CellWriter } from './cells.ts'
import type { SloValues, StepSlo } from './slos.ts'

/** A request that is over, as far as conditions ask. */
export interface JudgedRequest {
  readonly sentMs: number
  readonly firstByteMs: number
  readonly outcome: number
  readonly acknowledged: boolean
  /** Null when the plan has no joint conditions. */
  readonly sloValues: SloValues | null
}

/** The times of a request, microseconds. */
export interface RequestTimesUs {
  readonly responseUs: number
  readonly serviceUs: number
  readonly startDelayUs: number
  readonly connectUs: number
}

/** Makes the cell of a metric and a component. */
export type AllocateCell = (metric: string, component: string) => CellWriter

export class SloRecorder {
  readonly #slos: readonly StepSlo[]
  readonly #allocate: AllocateCell
  readonly #cells = new Map<string, CellWriter>()

  constructor(slos: readonly StepSlo[], allocate: AllocateCell) {
    this.#slos = slos
    this.#allocate = allocate
  }

  record(request: JudgedRequest, times: RequestTimesUs): void {
    const values = request.sloValues
    if (values === null) return
    putTimes(values, request, times)
    for (const slo of this.#slos) {
      let isAttained = request.outcome === OUTCOME_OK
      for (const { text, place, holds } of slo.conditions) {
        const value = values.at(place)
        if (!Number.isNaN(value)) isAttained &&= holds(value)
        else if (request.outcome === OUTCOME_OK)
          this.#cell(SLO_NOT_APPLIED, notAppliedName(slo.name, text)).record(1)
      }
      this.#cell(SLO_ATTAINED, slo.name).record(isAttained ? 1 : 0)
    }
  }

  #cell(metric: string, component: string): CellWriter {
    const known = this.#cells.get(component)
    if (known !== undefined) return known
    const made = this.#allocate(metric, component)
    this.#cells.set(component, made)
    return made
  }
}

/** In the order of `SLO_TIMES`. */
function putTimes(values: SloValues, request: JudgedRequest, times: RequestTimesUs): void {
  const { acknowledged, firstByteMs, sentMs } = request
  const isAnswered = acknowledged && sentMs !== 0
  values.put(0, times.responseUs / 1000)
  values.put(1, isAnswered ? times.serviceUs / 1000 : Number.NaN)
  values.put(2, times.startDelayUs / 1000)
  values.put(3, times.connectUs / 1000)
  values.put(4, isAnswered && firstByteMs !== 0 ? firstByteMs - sentMs : Number.NaN)
}
