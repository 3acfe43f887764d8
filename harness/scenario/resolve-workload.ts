/** Resolves one workload of a document: a pattern with its settings, and the agents it takes. */
import { messageOf, type Problem } from '../base/errors.ts'
import type { OperationMix, WorkloadPlan } from '../model/plan.ts'
import type { ResolvedPattern, WorkloadRef } from '../ports/workload.ts'
import { countArrivals } from '../workloads/arrivals.ts'
import { compileCurve } from '../workloads/curve.ts'
import { workloadPatterns } from '../workloads/index.ts'
import { OPEN_AGENTS } from './defaults.ts'
import { type Path, parseAt, pathText, unknownName } from './problems.ts'
import { resolveJoin } from './resolve-join.ts'

/** The pattern with its settings; null, and the reasons in `problems`, when there is none. */
export function resolvePattern(
  { pattern: name, ...settings }: WorkloadRef,
  path: Path,
  problems: Problem[],
): ResolvedPattern | null {
  if (!workloadPatterns.names.includes(name)) {
    problems.push(unknownName([...path, 'pattern'], 'workload pattern', name, workloadPatterns.names))
    return null
  }
  const pattern = workloadPatterns.get(name)
  const checked = parseAt(pattern.configSchema, settings, path)
  if (checked.value === null) {
    problems.push(...checked.problems)
    return null
  }
  try {
    return pattern.resolve(checked.value)
  } catch (error) {
    problems.push({ path: pathText(path), message: messageOf(error) })
    return null
  }
}

/** Returns the length of a workload: the end of its last phase. */
export function lengthMsOf(pattern: ResolvedPattern): number {
  return pattern.phases[pattern.phases.length - 1]?.endMs ?? compileCurve(pattern.curve).durationMs
}

/** The facts of a workload beside its pattern. */
export type WorkloadFrame = Pick<WorkloadPlan, 'name' | 'startMs' | 'durationMs' | 'journeys' | 'pattern'>

/** Everything a plan says about the demand of a workload, with what the pattern left open filled in. */
export function resolveWorkload(pattern: ResolvedPattern, frame: WorkloadFrame, seed: number): WorkloadPlan {
  const { phases: _phases, joinPerSec: _joinPerSec, agents, mix, ...rest } = pattern
  return {
    ...rest,
    ...frame,
    mix: asShares(mix),
    agents: agents ?? agentsNeeded(pattern),
    join: resolveJoin(pattern),
    expectedIterations: expectedIterations(pattern, frame, seed),
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

function expectedIterations(pattern: ResolvedPattern, { name }: WorkloadFrame, seed: number): number | null {
  if (pattern.model === 'open') return countArrivals({ ...pattern, name }, seed)
  if (pattern.iterations !== undefined)
    return pattern.iterations.count * (pattern.iterations.of === 'run' ? 1 : agentsNeeded(pattern))
  if (pattern.pacingMs === 0) return null
  return (compileCurve(pattern.curve).integral(0, Number.POSITIVE_INFINITY) * 1000) / pattern.pacingMs
}
