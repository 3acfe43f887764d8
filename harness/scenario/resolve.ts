/** A loaded document becomes a plan: checked whole, every default filled in, all problems at once. Pure. */

import { BUILT_IN_OBJECTIVES } from '../analysis/built-in-objectives.ts'
import { parseObjectives } from '../analysis/objective-grammar.ts'
import { HarnessError, messageOf, type Problem } from '../base/errors.ts'
import { nearestName } from '../base/nearest-name.ts'
import { parseDurationMs } from '../base/units.ts'
import type { JourneyPlan, PhasePlan, RunPlan, TargetPlan, WorkloadPlan } from '../model/plan.ts'
import type { ResolvedPattern } from '../ports/workload.ts'
import { targets as targetPlugins } from '../targets/index.ts'
import { countArrivals } from '../workloads/arrivals.ts'
import { compileCurve } from '../workloads/curve.ts'
import { workloadPatterns } from '../workloads/index.ts'
import { resolveFeeders } from './feeders.ts'
import { applyOverrides, type Overrides } from './overrides.ts'
import { pathText, problemsOf } from './problems.ts'
import { resolveRetry, resolveSteps, resolveTimeouts, type StepDefaults } from './resolve-steps.ts'
import { type ScenarioDocument, scenarioJsonSchema, scenarioSchema } from './schema.ts'
import { secretNamesIn } from './secrets.ts'

const DEFAULT_DRAIN = '10s'
/** Agents of an open workload that names none: two seconds' worth of arrivals, within these bounds. */
const OPEN_AGENTS_MIN = 50
const OPEN_AGENTS_MAX = 10_000

/**
 * Resolves a document with everything the command line said.
 * @param seedByChance used when neither the scenario nor the overrides name a seed
 * @throws HarnessError SCENARIO_INVALID with all problems
 */
export function resolveScenario(loaded: unknown, overrides: Overrides, seedByChance: number): RunPlan {
  const { document, problems: overrideProblems } = applyOverrides(loaded, overrides)
  const problems: Problem[] = [...overrideProblems]
  const checked = scenarioSchema.safeParse(document)
  if (!checked.success) {
    problems.push(...problemsOf(checked.error, [], scenarioJsonSchema()))
    throw invalid(problems)
  }
  const plan = planOf(checked.data, overrides, seedByChance, problems)
  if (plan === null || problems.length > 0) throw invalid(problems)
  return plan
}

function invalid(problems: readonly Problem[]): HarnessError {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`
  return new HarnessError('SCENARIO_INVALID', `the scenario has ${count}`, {
    problems,
    hint: 'Mend them all, then look again with `proofload check`.',
  })
}

function planOf(
  document: ScenarioDocument,
  overrides: Overrides,
  seedByChance: number,
  problems: Problem[],
): RunPlan | null {
  const targets = resolveTargets(document, problems)
  const pattern = resolvePattern(document.workload, problems)
  const { objectives, problems: objectiveProblems } = parseObjectives(document.objectives ?? [], 'objectives')
  problems.push(...objectiveProblems)
  const feeders = resolveFeeders(document.data, problems)
  if (pattern === null) return null

  const seed = document.seed ?? seedByChance
  const workload = resolveWorkload(pattern, document.workload.pattern, seed)
  const durationMs = durationOf(pattern)
  const defaults: StepDefaults = {
    targets,
    timeouts: resolveTimeouts(document.timeouts),
    retry: resolveRetry(document.retry),
    mix: workload.mix,
    problems,
  }
  return {
    schemaVersion: 1,
    scenario: document.name,
    environment: overrides.environment ?? null,
    seed,
    durationMs,
    drainMs: parseDurationMs(document.drain ?? DEFAULT_DRAIN),
    phases: withWarmUp(pattern.phases, durationMs, parseDurationMs(document.warmUp ?? '0s'), problems),
    workload,
    connections: document.connections ?? null,
    targets,
    journeys: Object.entries(document.journeys).map(([name, journey]) =>
      resolveJourney(name, journey, defaults),
    ),
    feeders,
    objectives: objectives.length > 0 ? objectives : BUILT_IN_OBJECTIVES,
    login: resolveLogin(document.login, defaults),
    setup: document.setup !== undefined,
    teardown: document.teardown !== undefined,
    allowHosts: document.allowHosts ?? [],
    secrets: secretNamesIn(document),
  }
}

function resolveTargets(document: ScenarioDocument, problems: Problem[]): Record<string, TargetPlan> {
  const named = { ...document.targets, ...(document.target === undefined ? {} : { main: document.target }) }
  if (Object.keys(named).length === 0) {
    problems.push({
      path: 'target',
      message: 'there is no target',
      expected: "target: http({ url: 'http://127.0.0.1:8080' }) or sandbox()",
    })
  }
  return Object.fromEntries(
    Object.entries(named).map(([name, target]) => [name, resolveTarget(name, target, problems)]),
  )
}

function resolveTarget(
  name: string,
  target: NonNullable<ScenarioDocument['target']>,
  problems: Problem[],
): TargetPlan {
  const path = name === 'main' ? ['target'] : ['targets', name]
  if (!targetPlugins.names.includes(target.plugin)) {
    const nearest = nearestName(target.plugin, targetPlugins.names)
    problems.push({
      path: pathText([...path, 'plugin']),
      message: `there is no target plugin '${target.plugin}'`,
      expected: targetPlugins.names.join(', '),
      ...(nearest === undefined ? {} : { nearest }),
    })
    // Steps are then checked as http requests, so that their own problems show too.
    return { plugin: 'http', config: {} }
  }
  const config = Object.fromEntries(
    Object.entries(target.config).map(([key, value]) => [key, codePathOf(value) ?? value]),
  )
  const parsed = targetPlugins.get(target.plugin).configSchema.safeParse(config)
  if (parsed.success) return { plugin: target.plugin, config: parsed.data }
  for (const issue of parsed.error.issues) {
    problems.push({ path: pathText([...path, 'config', ...issue.path]), message: issue.message })
  }
  return { plugin: target.plugin, config }
}

/** `{ $code: 'target.config.handler' }` -> the path itself. */
function codePathOf(value: unknown): string | undefined {
  const code = (value as { $code?: unknown } | null)?.$code
  return typeof code === 'string' ? code : undefined
}

function resolvePattern(workload: ScenarioDocument['workload'], problems: Problem[]): ResolvedPattern | null {
  const { pattern: name, ...config } = workload
  if (!workloadPatterns.names.includes(name)) {
    const nearest = nearestName(name, workloadPatterns.names)
    problems.push({
      path: 'workload.pattern',
      message: `there is no workload pattern '${name}'`,
      expected: workloadPatterns.names.join(', '),
      ...(nearest === undefined ? {} : { nearest }),
    })
    return null
  }
  const pattern = workloadPatterns.get(name)
  const parsed = pattern.configSchema.safeParse(config)
  if (!parsed.success) {
    problems.push(...problemsOf(parsed.error, ['workload'], patternJsonSchema(name)))
    return null
  }
  try {
    return pattern.resolve(parsed.data)
  } catch (error) {
    problems.push({ path: 'workload', message: messageOf(error) })
    return null
  }
}

/** JSON Schema of one pattern's settings. */
export function patternJsonSchema(name: string): Record<string, unknown> {
  return workloadPatterns.get(name).configSchema.toJSONSchema({ io: 'input' }) as Record<string, unknown>
}

function durationOf(pattern: ResolvedPattern): number {
  const last = pattern.phases[pattern.phases.length - 1]
  return last?.endMs ?? compileCurve(pattern.curve).durationMs
}

function resolveWorkload(pattern: ResolvedPattern, name: string, seed: number): WorkloadPlan {
  const curve = compileCurve(pattern.curve)
  const { phases: _phases, agents, ...rest } = pattern
  const total = pattern.mix.safe + pattern.mix.risky + pattern.mix.complex
  return {
    ...rest,
    pattern: name,
    mix: {
      safe: pattern.mix.safe / total,
      risky: pattern.mix.risky / total,
      complex: pattern.mix.complex / total,
    },
    agents: agents ?? (pattern.model === 'closed' ? Math.floor(curve.peak + 0.5) : openAgents(curve.peak)),
    expectedIterations: expectedIterations(pattern, seed),
  }
}

function openAgents(peakPerSec: number): number {
  return Math.min(OPEN_AGENTS_MAX, Math.max(OPEN_AGENTS_MIN, Math.ceil(2 * peakPerSec)))
}

function expectedIterations(pattern: ResolvedPattern, seed: number): number | null {
  if (pattern.model === 'open') return countArrivals(pattern, seed)
  if (pattern.pacingMs === 0) return null
  return (compileCurve(pattern.curve).integral(0, Number.POSITIVE_INFINITY) * 1000) / pattern.pacingMs
}

/** The first `warmUpMs` of the run become the phase `warm-up`, cut out of the pattern's own phases. */
function withWarmUp(
  phases: ResolvedPattern['phases'],
  durationMs: number,
  warmUpMs: number,
  problems: Problem[],
): PhasePlan[] {
  if (warmUpMs >= durationMs) {
    problems.push({
      path: 'warmUp',
      message: 'the warm-up leaves nothing to measure',
      expected: `less than the run's ${durationMs / 1000}s`,
    })
  }
  const measured = phases
    .filter(({ endMs }) => endMs > warmUpMs)
    .map((phase) => ({ ...phase, startMs: Math.max(phase.startMs, warmUpMs), measured: true }))
  return warmUpMs === 0
    ? measured
    : [{ name: 'warm-up', startMs: 0, endMs: warmUpMs, measured: false }, ...measured]
}

function resolveJourney(
  name: string,
  journey: ScenarioDocument['journeys'][string],
  defaults: StepDefaults,
): JourneyPlan {
  const steps = 'steps' in journey ? resolveSteps(journey.steps, ['journeys', name, 'steps'], defaults) : null
  return { name, weight: journey.weight ?? 1, steps }
}

function resolveLogin(login: ScenarioDocument['login'], defaults: StepDefaults): RunPlan['login'] {
  if (login === undefined) return null
  return 'steps' in login ? resolveSteps(login.steps, ['login', 'steps'], defaults) : 'code'
}
