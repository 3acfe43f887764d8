/**
 * Compiles a plan to the program that the engine walks: steps become operations bound to live drivers, code is found in the
 * module.
 */
import { HarnessError } from '../base/errors.ts'
import { runningSums } from '../base/running-sums.ts'
import type { JourneyCode, JourneyProgram, Program } from '../engine/program.ts'
import { FIRST_ESCALATION_COLUMN } from '../engine/shard-memory.ts'
import type { JourneyPlan, RunPlan } from '../model/plan.ts'
import { walkedJourneys } from '../model/plan-load.ts'
import { plannedRequests } from '../model/plan-steps.ts'
import type { RequestParts } from './compile-request.ts'
import { compileSteps, SharedParts } from './compile-steps.ts'
import type { Drivers } from './create-drivers.ts'
import type { CodeLookup } from './scenario-code.ts'

/** Returns the kinds of escalation in a plan, sorted: their order is the order of the counters. */
export function escalationKindsOf(plan: RunPlan): string[] {
  const kinds = plannedRequests(plan).flatMap(({ followUps }) => followUps.map(({ kind }) => kind))
  return [...new Set(kinds)].sort()
}

/** Compiles the program of a plan. @param keepsAnswers every answer is kept @throws HarnessError SCENARIO_INVALID when a driver rejects a request */
export function compileProgram(
  plan: RunPlan,
  drivers: Drivers,
  code: CodeLookup,
  keepsAnswers = false,
): Program {
  const parts: RequestParts = {
    plan,
    drivers,
    keepsAnswers,
    columns: new Map(escalationKindsOf(plan).map((kind, index) => [kind, FIRST_ESCALATION_COLUMN + index])),
  }
  const shared = new SharedParts()
  const compileJourney = (
    { name, steps }: Pick<JourneyPlan, 'name' | 'steps'>,
    path: string,
  ): JourneyProgram =>
    steps === null
      ? {
          name,
          ops: [],
          flow: null,
          code: functionAt(code, path === 'login' ? path : `${path}.run`) as JourneyCode,
        }
      : { name, ...compileSteps(steps, `${path}.steps`, parts, shared), code: null }
  const journeys = plan.journeys.map((journey) => compileJourney(journey, `journeys.${journey.name}`))
  const login =
    plan.login === null
      ? null
      : compileJourney({ name: 'login', steps: plan.login === 'code' ? null : plan.login }, 'login')
  return {
    journeys,
    walked: plan.workloads.map((workload) => {
      const walked = walkedJourneys(plan, workload)
      return {
        journeys: walked.map(({ journey }) => plan.journeys.indexOf(journey)),
        cumulativeWeights: runningSums(walked.map(({ weight }) => weight)),
      }
    }),
    login,
    drivers: [...drivers.values()],
    places: shared.places,
    paces: shared.paces,
  }
}

function functionAt(code: CodeLookup, path: string): unknown {
  const found = code(path)
  if (typeof found === 'function') return found
  throw new HarnessError('SCENARIO_INVALID', `${path} is not a function in the scenario module`, {
    hint: 'The scenario file changed while the run was prepared; start the run again.',
  })
}
