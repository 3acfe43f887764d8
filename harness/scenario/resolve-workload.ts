/** Resolves the workload of a document into demand over time: a pattern with its settings, its phases, the agents it takes. */
import { messageOf, type Problem } from '../base/errors.ts'
import { formatDurationMs, parseDurationMs } from '../base/units.ts'
import type { OperationMix, PhasePlan, RunPlan, WorkloadPlan } from '../model/plan.ts'
import type { ResolvedPattern } from '../ports/workload.ts'
import { countArrivals } from '../workloads/arrivals.ts'
import { compileCurve } from '../workloads/curve.ts'
import { workloadPatterns } from '../workloads/index.ts'
import { OPEN_AGENTS, WARM_UP } from './defaults.ts'
import { type HeldLoad, heldAt } from './held-load.ts'
import { parseAt, unknownName } from './problems.ts'
import { resolveJoin } from './resolve-join.ts'
import type { ScenarioDocument } from './schema.ts'

/** Keys of a plan that say what is demanded. */
type Load = Pick<RunPlan, 'seed' | 'durationMs' | 'phases' | 'workload'>

/** Resolves load over time, and the mix that its steps inherit; null, and the reasons in `problems`, when there is none. */
export function resolveLoad(
  { workload, warmUp = WARM_UP }: Pick<ScenarioDocument, 'workload' | 'warmUp'>,
  seed: number,
  held: HeldLoad | null,
  problems: Problem[],
): { readonly plan: Load; readonly mix: OperationMix } | null {
  const written = resolvePattern(workload, problems)
  if (written === null) return null
  const pattern = held === null ? written : heldAt(written, held)
  const resolved = resolveWorkload(pattern, workload.pattern, seed)
  const unmeasured = { joinMs: resolved.join?.durationMs ?? 0, warmUpMs: parseDurationMs(warmUp) }
  return {
    plan: {
      seed,
      durationMs: durationOf(pattern),
      phases: withUnmeasured(pattern.phases, unmeasured, problems),
      workload: resolved,
    },
    mix: pattern.mix,
  }
}

/** The pattern with its settings; null, and the reasons in `problems`, when there is none. */
function resolvePattern(
  { pattern: name, ...settings }: ScenarioDocument['workload'],
  problems: Problem[],
): ResolvedPattern | null {
  if (!workloadPatterns.names.includes(name)) {
    problems.push(unknownName(['workload', 'pattern'], 'workload pattern', name, workloadPatterns.names))
    return null
  }
  const pattern = workloadPatterns.get(name)
  const checked = parseAt(pattern.configSchema, settings, ['workload'])
  if (checked.value === null) {
    problems.push(...checked.problems)
    return null
  }
  try {
    return pattern.resolve(checked.value)
  } catch (error) {
    problems.push({ path: 'workload', message: messageOf(error) })
    return null
  }
}

/** Length of the run: the end of the last phase. */
function durationOf(pattern: ResolvedPattern): number {
  return pattern.phases[pattern.phases.length - 1]?.endMs ?? compileCurve(pattern.curve).durationMs
}

/** Everything a plan says about demand, with what the pattern left open filled in. */
function resolveWorkload(pattern: ResolvedPattern, name: string, seed: number): WorkloadPlan {
  const { phases: _phases, joinPerSec: _joinPerSec, agents, mix, ...rest } = pattern
  return {
    ...rest,
    pattern: name,
    mix: asShares(mix),
    agents: agents ?? agentsNeeded(pattern),
    join: resolveJoin(pattern),
    expectedIterations: expectedIterations(pattern, seed),
  }
}

/** The same proportions, adding up to 1. */
export function asShares(mix: OperationMix): OperationMix {
  const total = mix.safe + mix.risky + mix.complex
  return { safe: mix.safe / total, risky: mix.risky / total, complex: mix.complex / total }
}

function agentsNeeded({ model, curve }: ResolvedPattern): number {
  const compiled = compileCurve(curve)
  if (model === 'closed') return Math.floor(compiled.peak + 0.5)
  const wanted = Math.ceil(OPEN_AGENTS.seconds * compiled.peak)
  return Math.min(OPEN_AGENTS.max, Math.max(OPEN_AGENTS.min, wanted))
}

function expectedIterations(pattern: ResolvedPattern, seed: number): number | null {
  if (pattern.model === 'open') return countArrivals(pattern, seed)
  if (pattern.iterations !== undefined)
    return pattern.iterations.count * (pattern.iterations.of === 'run' ? 1 : agentsNeeded(pattern))
  if (pattern.pacingMs === 0) return null
  return (compileCurve(pattern.curve).integral(0, Number.POSITIVE_INFINITY) * 1000) / pattern.pacingMs
}

/**
 * The beginning of the run is recorded and not judged: the phase `joining` until the agents are there, and the rest of its first
 * `warmUpMs` as the phase `warm-up`. Both are cut out of the pattern's own phases.
 */
export function withUnmeasured(
  phases: ResolvedPattern['phases'],
  { joinMs, warmUpMs }: { readonly joinMs: number; readonly warmUpMs: number },
  problems: Problem[],
): PhasePlan[] {
  const fromMs = Math.max(joinMs, warmUpMs)
  const measured = phases
    .filter(({ endMs }) => endMs > fromMs)
    .map((phase) => ({ ...phase, startMs: Math.max(phase.startMs, fromMs), measured: true }))
  if (measured.length === 0) problems.push(nothingToMeasure(phases, joinMs >= warmUpMs))
  const before = [
    { name: 'joining', startMs: 0, endMs: joinMs, measured: false },
    { name: 'warm-up', startMs: joinMs, endMs: warmUpMs, measured: false },
  ]
  return [...before.filter(({ startMs, endMs }) => endMs > startMs), ...measured]
}

function nothingToMeasure(phases: ResolvedPattern['phases'], isJoining: boolean): Problem {
  const length = formatDurationMs(phases[phases.length - 1]?.endMs ?? 0)
  return isJoining
    ? {
        path: 'workload.joinRate',
        message: `agents still join at the end of the run's ${length}: nothing is left to measure`,
        expected: 'a higher rate, or a longer run',
      }
    : {
        path: 'warmUp',
        message: 'the warm-up leaves nothing to measure',
        expected: `less than the run's ${length}`,
      }
}
