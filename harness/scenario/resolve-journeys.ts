/** Turns journeys and the login of a document into those of a plan. */
import type { Problem } from '../base/errors.ts'
import { parseDurationMs } from '../base/units.ts'
import type { RunPlan } from '../model/plan.ts'
import { JOURNEY_WEIGHT, LOGIN_RETRY } from './defaults.ts'
import { pathText } from './problems.ts'
import { resolveSteps, type StepDefaults } from './resolve-steps.ts'
import type { ScenarioDocument } from './schema.ts'

/** Keys of a plan that say how agents walk. */
type Walks = Pick<RunPlan, 'journeys' | 'login' | 'loginRetry' | 'setup' | 'teardown'>

/** Settings that steps inherit, the mix by their journey. */
interface WalkDefaults extends Omit<StepDefaults, 'mix'> {
  readonly mix: (journey: string | null) => StepDefaults['mix']
}

/** Resolves what agents walk; what is wrong goes to `defaults.problems`. */
export function resolveWalks(document: ScenarioDocument, defaults: WalkDefaults): Walks {
  defaults.problems.push(...misplacedCode(document))
  return {
    journeys: resolveJourneys(document.journeys, defaults),
    login: resolveLogin(document.login, defaults),
    loginRetry: resolveLoginRetry(document, defaults.problems),
    setup: document.setup !== undefined,
    teardown: document.teardown !== undefined,
  }
}

function resolveJourneys(
  journeys: ScenarioDocument['journeys'],
  { mix, ...defaults }: WalkDefaults,
): RunPlan['journeys'] {
  return Object.entries(journeys).map(([name, journey]) => ({
    name,
    weight: journey.weight ?? JOURNEY_WEIGHT,
    steps:
      'steps' in journey
        ? resolveSteps(journey.steps, ['journeys', name, 'steps'], { ...defaults, mix: mix(name) })
        : null,
  }))
}

function resolveLogin(
  login: ScenarioDocument['login'],
  { mix, ...defaults }: WalkDefaults,
): RunPlan['login'] {
  if (login === undefined) return null
  return 'steps' in login
    ? resolveSteps(login.steps, ['login', 'steps'], { ...defaults, mix: mix(null) })
    : 'code'
}

function resolveLoginRetry(
  { login, loginRetry = {} }: ScenarioDocument,
  problems: Problem[],
): RunPlan['loginRetry'] {
  const { backoff = LOGIN_RETRY.backoff, maxBackoff = LOGIN_RETRY.maxBackoff } = loginRetry
  if (login === undefined && Object.keys(loginRetry).length > 0)
    problems.push({ path: 'loginRetry', message: 'there is no login', expected: 'a login beside it' })
  const resolved = { backoffMs: parseDurationMs(backoff), maxBackoffMs: parseDurationMs(maxBackoff) }
  if (Math.min(resolved.backoffMs, resolved.maxBackoffMs) === 0)
    problems.push({
      path: 'loginRetry',
      message: 'a failed login would be tried again without a pause',
      expected: 'more than 0s',
    })
  return resolved
}

/** Shards find code by its place in the scenario itself, so an environment cannot bring code of its own. */
function misplacedCode({ journeys, login, setup, teardown }: ScenarioDocument): Problem[] {
  const journeyCode = Object.entries(journeys).map(
    ([name, journey]) => [['journeys', name, 'run'], 'run' in journey ? journey.run : undefined] as const,
  )
  const single = Object.entries({ login, setup, teardown }).map(
    ([name, part]) => [[name], part !== undefined && '$code' in part ? part : undefined] as const,
  )
  return [...journeyCode, ...single].flatMap(([path, marker]) =>
    marker === undefined || marker.$code === pathText(path)
      ? []
      : [
          {
            path: pathText(path),
            message: 'code cannot differ by environment',
            expected: 'code that looks at what differs, such as the target',
          },
        ],
  )
}
