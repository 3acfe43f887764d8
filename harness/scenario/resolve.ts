/** A loaded document becomes a plan: checked whole, every default filled in, all problems at once. Pure. */
import { withBuiltIn } from '../analysis/built-in-objectives.ts'
import { parseObjectives } from '../analysis/objective-grammar.ts'
import { ObjectiveIds } from '../analysis/objective-ids.ts'
import { HarnessError, type Problem } from '../base/errors.ts'
import { parseDurationMs } from '../base/units.ts'
import type { BuildPlan, RunPlan, VisualPlan } from '../model/plan.ts'
import { VISUAL_BOUNDS } from '../model/visual.ts'
import { JOURNEY_WEIGHT, LOGIN_RETRY, PRECISION, READY_WITHIN, VISUAL_TIMEOUT, WARM_UP } from './defaults.ts'
import { overlayProblems } from './environments.ts'
import { resolveFeeders } from './feeders.ts'
import { unknownLabels } from './objective-labels.ts'
import { applyOverrides, type Overrides } from './overrides.ts'
import { parseAt, pathText } from './problems.ts'
import { resolveEnforcement } from './resolve-enforcement.ts'
import { resolveRetry, resolveSteps, type StepDefaults } from './resolve-steps.ts'
import { resolveTargets } from './resolve-targets.ts'
import { resolveWaits } from './resolve-waits.ts'
import { durationOf, resolvePattern, resolveWorkload, withWarmUp } from './resolve-workload.ts'
import { type BuildDocument, type ScenarioDocument, scenarioSchema, type VisualDocument } from './schema.ts'
import { secretNamesIn } from './secrets.ts'
import type { LocatePath } from './text-scenario.ts'
import { validSubset } from './valid-subset.ts'
import { unknownVariables } from './variables.ts'

/**
 * Resolves a document with everything the command line said.
 * @param seedByChance used when neither the scenario nor the overrides name a seed
 * @param locate where paths stand in the file, for documents that were text
 * @throws HarnessError SCENARIO_INVALID with all problems
 */
export function resolveScenario(
  loaded: unknown,
  overrides: Overrides,
  seedByChance: number,
  locate: LocatePath | null = null,
): RunPlan {
  const { document, problems: overrideProblems } = applyOverrides(loaded, overrides)
  const checked = parseAt(scenarioSchema, document, [])
  const problems: Problem[] = [...overrideProblems, ...checked.problems]
  const sound =
    checked.value ??
    validSubset(
      document,
      checked.problems.map(({ path }) => path),
    )
  const plan = sound === null ? null : resolvePlan(sound, overrides, seedByChance, problems)
  problems.push(...overlayProblems(loaded))
  if (plan !== null && problems.length === 0) problems.push(...unknownVariables(plan), ...unknownLabels(plan))
  if (plan === null || problems.length > 0) throw invalid(problems, locate)
  return plan
}

function invalid(problems: readonly Problem[], locate: LocatePath | null): HarnessError {
  const different = new Map(problems.map((problem) => [`${problem.path}: ${problem.message}`, problem]))
  const count = different.size === 1 ? 'a problem' : `${different.size} problems`
  return new HarnessError('SCENARIO_INVALID', `the scenario has ${count}`, {
    problems: [...different.values()].map((problem) => withPlace(problem, locate)),
    hint: 'Mend them all, then look again with `proofload check`.',
  })
}

function withPlace(problem: Problem, locate: LocatePath | null): Problem {
  const place = locate?.(problem.path) ?? null
  return place === null ? problem : { ...problem, path: `${problem.path} (${place})` }
}

/** The plan of a document that fits the schema; null when it has no workload. What is wrong goes to `problems`. */
function resolvePlan(
  document: ScenarioDocument,
  { environment }: Overrides,
  seedByChance: number,
  problems: Problem[],
): RunPlan | null {
  const targets = resolveTargets(document, problems)
  const pattern = resolvePattern(document.workload, problems)
  const feeders = resolveFeeders(document.data, problems)
  const ids = new ObjectiveIds()
  const parsed = parseObjectives(document.objectives ?? [], 'objectives', ids)
  problems.push(...parsed.problems, ...misplacedCode(document))
  const phases =
    pattern === null ? [] : withWarmUp(pattern.phases, parseDurationMs(document.warmUp ?? WARM_UP), problems)
  const waits = resolveWaits(document, phases)
  const defaults: StepDefaults = {
    targets,
    timeouts: waits.timeouts,
    retry: resolveRetry(document.retry),
    mix: pattern?.mix ?? { safe: 1, risky: 1, complex: 1 },
    problems,
  }
  const journeys = resolveJourneys(document.journeys, defaults)
  const login = resolveLogin(document.login, defaults)
  if (pattern === null) return null

  const seed = document.seed ?? seedByChance
  return {
    schemaVersion: 1,
    scenario: document.name,
    environment: environment ?? null,
    seed,
    durationMs: durationOf(pattern),
    ...waits,
    phases,
    workload: resolveWorkload(pattern, document.workload.pattern, seed),
    connections: document.connections ?? null,
    precision: document.precision ?? PRECISION,
    targets,
    journeys,
    feeders,
    objectives: withBuiltIn(parsed.objectives),
    login,
    loginRetry: resolveLoginRetry(document, problems),
    setup: document.setup !== undefined,
    teardown: document.teardown !== undefined,
    autoBaseline: document.baseline === 'auto',
    builds: resolveBuilds(document.builds),
    visuals: resolveVisuals(document.visuals),
    ...resolveEnforcement(document, parsed.objectives, ids, problems),
    allowHosts: document.allowHosts ?? [],
    secrets: secretNamesIn(document, document.secrets ?? []),
  }
}

function resolveJourneys(
  journeys: ScenarioDocument['journeys'],
  defaults: StepDefaults,
): RunPlan['journeys'] {
  return Object.entries(journeys).map(([name, journey]) => ({
    name,
    weight: journey.weight ?? JOURNEY_WEIGHT,
    steps: 'steps' in journey ? resolveSteps(journey.steps, ['journeys', name, 'steps'], defaults) : null,
  }))
}

function resolveBuilds(builds: ScenarioDocument['builds']): RunPlan['builds'] {
  if (builds === undefined) return null
  const { baseline, candidate } = builds
  return {
    baseline: resolveBuild(baseline),
    candidate: candidate === undefined ? null : resolveBuild(candidate),
  }
}

function resolveBuild({ url, command, readyWithin = READY_WITHIN }: BuildDocument): BuildPlan {
  return { url, command: command ?? null, readyMs: parseDurationMs(readyWithin) }
}

function resolveVisuals(visuals: ScenarioDocument['visuals']): RunPlan['visuals'] {
  return Object.fromEntries(
    Object.entries(visuals ?? {}).map(([name, visual]) => [name, resolveVisual(visual)]),
  )
}

function resolveVisual({ command, file, timeout, mean, tile, colour, masks }: VisualDocument): VisualPlan {
  return {
    command: command ?? null,
    file,
    timeoutMs: parseDurationMs(timeout ?? VISUAL_TIMEOUT),
    bounds: {
      meanMin: mean ?? VISUAL_BOUNDS.meanMin,
      tileMin: tile ?? VISUAL_BOUNDS.tileMin,
      colourMax: colour ?? VISUAL_BOUNDS.colourMax,
      masks: masks ?? [],
    },
  }
}

function resolveLogin(login: ScenarioDocument['login'], defaults: StepDefaults): RunPlan['login'] {
  if (login === undefined) return null
  return 'steps' in login ? resolveSteps(login.steps, ['login', 'steps'], defaults) : 'code'
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
