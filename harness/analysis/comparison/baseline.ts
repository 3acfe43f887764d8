/** A baseline as data: which runs may enter it, what it teaches, and whether a run may be compared with it. */
import { wallMsOf } from '../../base/clock.ts'
import { inGroups } from '../../base/in-groups.ts'
import { joinWhole, wholeOf } from '../../measure/whole-interval.ts'
import {
  BASELINE_SCHEMA_VERSION,
  type Baseline,
  type BaselineRun,
  type Fingerprint,
} from '../../model/baseline.ts'
import type { Environment, RunRecord } from '../../model/run-record.ts'
import { COMPARED_METRICS, type WholeInterval } from '../../model/run-summary.ts'
import type { VerdictOutcome } from '../../model/verdict.ts'
import { RecordView } from '../record-view.ts'
import { runTrust } from '../trust.ts'
import { assessValidity } from '../validity/index.ts'
import type { ComparedRun } from './compared-run.ts'
import { type ComparisonSettings, DEFAULT_COMPARISON } from './comparison-settings.ts'
import { sessionsOf, shareBeyond } from './gates.ts'
import { learnNoiseFloor } from './noise-floor.ts'

/** Older sessions are let go; five are enough (STATS section 4.5). */
const SESSIONS_MAX = 10
/** Ten runs have to stay readable in a review: under 60 kB each. */
const INTERVALS_MAX = 60
const SESSION_MS = 4 * 3_600_000
const GIB = 2 ** 30

/** The approval of a run: by whom, and why. */
export interface Approval {
  readonly at: string
  readonly by: string
  readonly reason: string
}

/** Returns the properties that make figures comparable. Kernel and Node count: both have changed percentiles before. */
export function fingerprintOf(environment: Environment): Fingerprint {
  const { cpuModel, cores, memoryBytes, platform, kernel, node } = environment
  return { cpuModel, cores, memoryGib: Math.round(memoryBytes / GIB), platform, kernel, node }
}

/** The load and environment of a run. */
export type RunSetting = Pick<Baseline, 'scenarioHash' | 'loadHash' | 'environment'>

/** Returns the differences for which a run and a baseline do not compare, for people; empty when they do. */
export function differencesFrom(baseline: Baseline, record: RunRecord): string[] {
  return differencesBetween(baseline, { ...record, environment: fingerprintOf(record.environment) })
}

/** The same of any two settings, the older one first. */
export function differencesBetween(before: RunSetting, now: RunSetting): string[] {
  const found: string[] = []
  if (before.scenarioHash !== now.scenarioHash) found.push('the scenario file or what it imports')
  else if (before.loadHash !== now.loadHash)
    found.push('the load (flags such as --agents or --duration, or a plugin)')
  for (const [name, value] of Object.entries(now.environment))
    if (before.environment[name as keyof Fingerprint] !== value)
      found.push(`${name} (${before.environment[name as keyof Fingerprint]}, now ${value})`)
  return found
}

/**
 * Requests beyond each percentile that is compared. Counted as they are: how many independent ones a short run is worth is an
 * estimate that swings, and a baseline must not be a matter of luck.
 */
const BEYOND_MIN = 3

/** Returns the requests that a run needs for a baseline; null when it has them. */
export function requestsMissing({ summaries: { all } }: RunRecord): { readonly needed: number } | null {
  const needed = Math.ceil(BEYOND_MIN / Math.min(...DEFAULT_COMPARISON.gates.map(shareBeyond)))
  return all.requests < needed ? { needed } : null
}

/** A baseline without runs, for the load and the machine of a run. */
export function emptyBaseline(name: string, record: RunRecord): Baseline {
  return {
    schemaVersion: BASELINE_SCHEMA_VERSION,
    scenario: record.scenario,
    name,
    scenarioHash: record.scenarioHash,
    loadHash: record.loadHash,
    environment: fingerprintOf(record.environment),
    noise: {},
    runs: [],
  }
}

/** The baseline with one more run; the oldest sessions are dropped, and the noise is learned anew. */
export function withRun(
  baseline: Baseline,
  record: RunRecord,
  outcome: VerdictOutcome,
  build: string | null,
  approved: Approval,
): Baseline {
  const run: BaselineRun = {
    id: record.runId,
    session: sessionFor(record, baseline),
    startedAt: record.startedAt,
    build,
    outcome,
    approved,
    summaries: record.summaries,
    merged: mergedHistograms(record),
    intervals: wholeRunIntervals(record, INTERVALS_MAX),
  }
  return withNewestSessions({ ...baseline, runs: [...baseline.runs, run].sort(byStart) }, SESSIONS_MAX)
}

/** The baseline without all but the newest sessions; the noise is learned anew. */
export function withNewestSessions(baseline: Baseline, most: number): Baseline {
  const sessions = [...new Set(baseline.runs.map(({ session }) => session))].slice(-most)
  return withNoise({ ...baseline, runs: baseline.runs.filter(({ session }) => sessions.includes(session)) })
}

/** Runs as a comparison takes them: none was approved that could not be believed. */
export function comparedRunsOf({ runs }: Baseline): ComparedRun[] {
  return runs.map(({ id, session, summaries }) => ({
    id,
    session,
    summary: summaries.all,
    steps: summaries.steps,
    componentSumUs: summaries.componentSumUs,
    trust: 'all',
  }))
}

export function comparedRunOf(record: RunRecord): ComparedRun {
  const { all, steps, componentSumUs } = record.summaries
  const trust = runTrust(assessValidity(new RecordView(record)).invalid)
  return { id: record.runId, session: record.runId, summary: all, steps, componentSumUs, trust }
}

/** The defaults, with what this machine has taught instead of the noise that is assumed of any. */
export function settingsFrom({ noise }: Baseline): ComparisonSettings {
  const learned = Object.entries(noise).map(([metric, { s0, d0 }]) => [metric, { s0, d0 }])
  return { ...DEFAULT_COMPARISON, noise: { ...DEFAULT_COMPARISON.noise, ...Object.fromEntries(learned) } }
}

function withNoise(baseline: Baseline): Baseline {
  const noise: Baseline['noise'] = {}
  const runs = comparedRunsOf(baseline)
  for (const metric of COMPARED_METRICS) {
    const sessions = sessionsOf(
      runs.filter(({ summary }) => summary.metrics[metric] !== undefined),
      metric,
    )
    const learned = learnNoiseFloor(sessions)
    if (learned !== null) noise[metric] = { ...learned, sessions: sessions.length }
  }
  return { ...baseline, noise }
}

/** A run joins the session of a run of the same boot that began within some hours of it. */
function sessionFor({ startedAt, runId, environment }: RunRecord, { runs }: Baseline): string {
  const boot = environment.bootId ?? runId
  const near = runs.find(
    (run) =>
      run.session.startsWith(boot) && Math.abs(wallMsOf(run.startedAt) - wallMsOf(startedAt)) <= SESSION_MS,
  )
  return near?.session ?? `${boot}@${startedAt}`
}

function byStart(a: BaselineRun, b: BaselineRun): number {
  return `${a.startedAt}${a.id}` < `${b.startedAt}${b.id}` ? -1 : 1
}

/** Response times of the measured part by step, encoded. */
export function mergedHistograms(record: RunRecord): Record<string, string> {
  const view = new RecordView(record)
  return Object.fromEntries(
    view.steps.map((step) => [step, view.histogram('response_time', { step }).encode()]),
  )
}

/** Intervals of the measured part over all steps, neighbours joined until there are at most so many. */
export function wholeRunIntervals(record: RunRecord, most: number): WholeInterval[] {
  const { intervals } = new RecordView(record)
  const each = Math.max(1, Math.ceil(intervals.length / most))
  return inGroups(intervals, each).map((group) => joinWhole(group.map(wholeOf)))
}
