/** Steps of a journey, as authors write them. */
import type { OperationMix } from '../model/workload-plan.ts'
import type { RequestDocument, RetryDocument, StepDocument, TimeoutsDocument } from './step-schema.ts'

/** What every request step takes, whatever its target. */
export interface StepOptions {
  /** Name under which it is recorded; method and path unless said. */
  readonly step?: string
  /** Which of several targets. */
  readonly target?: string
  /** What a good answer is; a status below 400 unless said. */
  readonly expect?: RequestDocument['expect']
  /** Variable -> `json:cart.id`, `header:location`, `regex:id=(\d+)`; later steps write `{{variable}}`. */
  readonly extract?: Readonly<Record<string, string>>
  readonly retry?: RetryDocument
  readonly timeouts?: TimeoutsDocument
}

/** A request in its plugin's own format. */
export function requestStep(request: Readonly<Record<string, unknown>>, options: StepOptions): StepDocument {
  return { request, ...options } as StepDocument
}

/** Think time of the user: `'2s'`, `'1s..3s'`. */
export function think(time: string): StepDocument {
  return { think: time }
}

/** A step that calls a function target. */
export function call(input: unknown, options: StepOptions = {}): StepDocument {
  return requestStep({ input }, options)
}

/** What a step of the catalogue takes. */
export interface OperationsOptions extends Pick<StepOptions, 'target' | 'retry' | 'timeouts'> {
  /** How often each class; the workload's mix unless said. */
  readonly mix?: OperationMix
}

/** One command of the sandbox's catalogue, picked by class; recorded as `safe`, `risky` or `complex`. */
export function operations(options: OperationsOptions = {}): StepDocument {
  return { operations: options } as StepDocument
}
