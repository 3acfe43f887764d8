/** Resolves the workloads of a document into demand over time: what is asked for when, and the phases of the run. */
import type { Problem } from '../base/errors.ts'
import { formatDurationMs, parseDurationMs } from '../base/units.ts'
import type { OperationMix, PhasePlan, RunPlan, WorkloadPlan } from '../model/plan.ts'
import type { ResolvedPattern } from '../ports/workload.ts'
import { WARM_UP } from './defaults.ts'
import { type HeldLoad, heldAt } from './held-load.ts'
import { type Path, pathText } from './problems.ts'
import { lengthMsOf, resolvePattern, resolveWorkload } from './resolve-workload.ts'
import type { ScenarioDocument } from './schema.ts'
import { beginsOf, type WrittenWorkload, walkedBy, writtenWorkloads } from './written-workloads.ts'

/** Keys of a plan that say what is demanded. */
type Load = Pick<RunPlan, 'seed' | 'durationMs' | 'phases' | 'workloads'>

type Phases = ResolvedPattern['phases']

/** A workload whose pattern is known. */
interface Part {
  readonly written: WrittenWorkload
  readonly pattern: ResolvedPattern
  readonly startMs: number
  readonly endMs: number
}

export interface ResolvedLoad {
  readonly plan: Load
  /** Returns the mix that the steps of a journey inherit: that of the first workload which walks it; null: of the login. */
  readonly mixOf: (journey: string | null) => OperationMix
}

/** Resolves load over time; null, and the reasons in `problems`, when there is none. */
export function resolveLoad(
  document: Pick<ScenarioDocument, 'workload' | 'workloads' | 'journeys' | 'warmUp'>,
  seed: number,
  held: HeldLoad | null,
  problems: Problem[],
): ResolvedLoad | null {
  const written = writtenWorkloads(document, problems)
  const parts = partsOf(written, held, problems)
  if (parts.length === 0 || parts.length < written.length) return null
  const walked = parts.map((part) => walkedBy(part.written, document.journeys))
  const workloads = parts.map((part, i) => workloadOf(part, walked[i], seed))
  const durationMs = Math.max(...parts.map(({ endMs }) => endMs))
  return {
    plan: { seed, durationMs, phases: phasesOf(parts, workloads, document, problems), workloads },
    mixOf: (journey) => {
      const walks = walked.findIndex((names) => names?.some(({ name }) => name === journey))
      return (parts[Math.max(0, walks)] as Part).pattern.mix
    },
  }
}

/** Returns those whose pattern and begin make sense. */
function partsOf(written: readonly WrittenWorkload[], held: HeldLoad | null, problems: Problem[]): Part[] {
  const patterns = written.map(({ settings, path }) => resolvePattern(settings, path, problems))
  if (held !== null && written.length > 1) {
    problems.push({
      path: 'workloads',
      message: `a load is held at a level, or its capacity searched, by one workload, and there are ${written.length}`,
      expected: 'a scenario with one workload',
    })
    return []
  }
  const begins = beginsOf(
    written,
    patterns.map((pattern) => (pattern === null ? 0 : lengthMsOf(pattern))),
    problems,
  )
  return written.flatMap((each, i) => {
    const asWritten = patterns[i] ?? null
    const startMs = begins[i] ?? null
    if (asWritten === null || startMs === null) return []
    const pattern = held === null ? asWritten : heldAt(asWritten, held)
    return [{ written: each, pattern, startMs, endMs: startMs + lengthMsOf(pattern) }]
  })
}

function workloadOf(
  { written: { name, settings }, pattern, startMs, endMs }: Part,
  journeys: WorkloadPlan['journeys'],
  seed: number,
): WorkloadPlan {
  const frame = {
    ...(name === undefined ? {} : { name }),
    startMs,
    durationMs: endMs - startMs,
    ...(journeys === undefined ? {} : { journeys }),
    pattern: settings.pattern,
  }
  return resolveWorkload(pattern, frame, seed)
}

/** The joining of those who come later is in the midst of the load, and part of what is judged. */
function phasesOf(
  parts: readonly Part[],
  workloads: readonly WorkloadPlan[],
  { warmUp = WARM_UP }: Pick<ScenarioDocument, 'warmUp'>,
  problems: Problem[],
): PhasePlan[] {
  const joins = workloads.map(({ join, startMs }) => (startMs > 0 ? 0 : (join?.durationMs ?? 0)))
  const joinMs = Math.max(...joins)
  const joining = parts[joins.indexOf(joinMs)] as Part
  return withUnmeasured(stretchesOf(parts), { joinMs, warmUpMs: parseDurationMs(warmUp) }, problems, [
    ...joining.written.path,
    'joinRate',
  ])
}

/** Returns the phases of the one pattern; of several workloads the stretches in which the same ones send load, by their names. */
function stretchesOf(parts: readonly Part[]): Phases {
  const [only] = parts as readonly [Part]
  if (parts.length === 1 && only.startMs === 0) return only.pattern.phases
  const cuts = [...new Set([0, ...parts.flatMap(({ startMs, endMs }) => [startMs, endMs])])].sort(
    (a, b) => a - b,
  )
  const used = new Map<string, number>()
  return cuts.slice(0, -1).map((startMs, i) => {
    const active = parts.filter((part) => part.startMs <= startMs && part.endMs > startMs)
    const name = active.map(({ written }) => written.name).join('+') || 'pause'
    const times = (used.get(name) ?? 0) + 1
    used.set(name, times)
    return { name: times === 1 ? name : `${name}-${times}`, startMs, endMs: cuts[i + 1] as number }
  })
}

/**
 * The beginning of the run is recorded and not judged: the phase `joining` until the agents are there, and the rest of its first
 * `warmUpMs` as the phase `warm-up`. Both are cut out of the pattern's own phases.
 */
export function withUnmeasured(
  phases: Phases,
  { joinMs, warmUpMs }: { readonly joinMs: number; readonly warmUpMs: number },
  problems: Problem[],
  joinRate: Path = ['workload', 'joinRate'],
): PhasePlan[] {
  const fromMs = Math.max(joinMs, warmUpMs)
  const measured = phases
    .filter(({ endMs }) => endMs > fromMs)
    .map((phase) => ({ ...phase, startMs: Math.max(phase.startMs, fromMs), measured: true }))
  if (measured.length === 0) problems.push(nothingToMeasure(phases, joinMs >= warmUpMs ? joinRate : null))
  const before = [
    { name: 'joining', startMs: 0, endMs: joinMs, measured: false },
    { name: 'warm-up', startMs: joinMs, endMs: warmUpMs, measured: false },
  ]
  return [...before.filter(({ startMs, endMs }) => endMs > startMs), ...measured]
}

/** @param joinRate the place of the rate at which the agents come; null: the warm-up is what takes the time */
function nothingToMeasure(phases: Phases, joinRate: Path | null): Problem {
  const length = formatDurationMs(phases[phases.length - 1]?.endMs ?? 0)
  return joinRate !== null
    ? {
        path: pathText(joinRate),
        message: `agents still join at the end of the run's ${length}: nothing is left to measure`,
        expected: 'a higher rate, or a longer run',
      }
    : {
        path: 'warmUp',
        message: 'the warm-up leaves nothing to measure',
        expected: `less than the run's ${length}`,
      }
}
