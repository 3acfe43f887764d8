/** Waits of a run for answers: its drain and the timeouts of requests that state none, fitted to one another and to the run. */
import { parseDurationMs } from '../base/units.ts'
import { DEFAULT_TIMEOUTS, longestWaitMs, type PhasePlan, type Timeouts } from '../model/plan.ts'
import type { RequestDocument, TimeoutsDocument } from '../targets/step.ts'
import { DRAIN } from './defaults.ts'
import { innerDocuments } from './resolve-flow.ts'
import { ownStepOf, resolveTimeouts } from './resolve-steps.ts'
import type { ScenarioDocument } from './schema.ts'
import type { StepDocument } from './step-schema.ts'

export interface Waits {
  readonly drainMs: number
  readonly timeouts: Timeouts
}

/** Resolves both. The default drain lets a request that is sent last wait as long for its first byte as its author allows. */
export function resolveWaits(document: ScenarioDocument, phases: readonly PhasePlan[]): Waits {
  const stated = statedTimeouts(document).flatMap(({ firstByte }) =>
    firstByte === undefined ? [] : [parseDurationMs(firstByte)],
  )
  const drainMs =
    document.drain === undefined
      ? Math.max(parseDurationMs(DRAIN), ...stated)
      : parseDurationMs(document.drain)
  const longestMs = longestWaitMs({ phases, drainMs })
  const fitting: Timeouts = {
    connectMs: Math.min(DEFAULT_TIMEOUTS.connectMs, longestMs),
    firstByteMs: Math.min(DEFAULT_TIMEOUTS.firstByteMs, longestMs),
    totalMs: Math.min(DEFAULT_TIMEOUTS.totalMs, longestMs),
  }
  return { drainMs, timeouts: resolveTimeouts(document.timeouts, fitting) }
}

function statedTimeouts({ timeouts, journeys, login }: ScenarioDocument): TimeoutsDocument[] {
  const parts = [...Object.values(journeys), ...(login === undefined ? [] : [login])]
  const ofSteps = parts.flatMap((part) => ('steps' in part ? part.steps.flatMap(timeoutsIn) : []))
  return [timeouts, ...ofSteps].filter((each) => each !== undefined)
}

function timeoutsIn(step: StepDocument): (TimeoutsDocument | undefined)[] {
  const own = ownStepOf(step)?.settings.timeouts ?? (step as RequestDocument).timeouts
  return [own, ...innerDocuments(step).flatMap(({ steps }) => steps.flatMap(timeoutsIn))]
}
