/** A finished run beside a stored baseline, and comparison documents from outside: one code path (STATS sections 4 and 17). */
import { resolve } from 'node:path'
import * as z from 'zod'
import {
  comparedRunOf,
  comparedRunsOf,
  differencesFrom,
  settingsFrom,
} from '../../analysis/comparison/baseline.ts'
import { compareRuns, emptyComparison } from '../../analysis/comparison/compare-runs.ts'
import type { ComparedRun, Confirmation } from '../../analysis/comparison/compared-run.ts'
import { summarizeRun } from '../../analysis/comparison/summarize-run.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { totalOf } from '../../measure/sparse-counts.ts'
import type { Baseline } from '../../model/baseline.ts'
import type { CheckState, Comparison, ComparisonCheck, Level } from '../../model/comparison.ts'
import type { RunRecord } from '../../model/run-record.ts'
import { type BaselineAddress, readBaseline } from '../../store/baselines.ts'
import { believableRun, noteOnInvalid, REPEATS_MAX, withNote } from './believable-run.ts'

/** A stored baseline of the scenario at hand. */
export interface BaselineRef {
  readonly name: string
  /** Folder of all baselines. */
  readonly folder: string
}

/** Address of the baseline of a scenario. */
export function addressOf(
  { name, folder }: Pick<BaselineRef, 'name' | 'folder'>,
  scenario: string,
  cwd: string,
): BaselineAddress {
  return { folder: resolve(cwd, folder), scenario, name }
}

/** The baseline that a run was compared with, for reports; null without, and when it is gone. @throws HarnessError BASELINE_INVALID */
export async function comparedBaseline(
  { scenario }: Pick<RunRecord, 'scenario'>,
  comparison: Comparison | null,
  folder: string,
  cwd: string,
): Promise<Baseline | null> {
  const name = comparison?.baseline ?? null
  if (name === null) return null
  return await readBaseline(addressOf({ name, folder }, scenario, cwd))
}

/** Options of a comparison with a stored baseline. */
export interface BaselineComparisonOptions {
  /** By which the baseline was asked for. */
  readonly name: string
  /** The level of a run of another scenario, load or machine: nothing was compared then. */
  readonly mismatch: Extract<Level, 'caution' | 'invalid'>
  /**
   * Loads the candidate once more: up to three times while something is suspect, and again where a run cannot be believed.
   * Null: it may not.
   */
  readonly rerun: (() => Promise<RunRecord>) | null
}

/** Compares a run with a baseline whose build cannot be run again. */
export async function compareWithBaseline(
  record: RunRecord,
  baseline: Baseline,
  { name, mismatch, rerun }: BaselineComparisonOptions,
): Promise<Comparison> {
  const differences = differencesFrom(baseline, record)
  if (differences.length > 0) return emptyComparison(name, mismatch, mismatchText(differences), [])
  const settings = settingsFrom(baseline)
  const stored = comparedRunsOf(baseline)
  const compare = (candidate: readonly ComparedRun[], confirmation: Confirmation) =>
    compareRuns({ name, baseline: stored, candidate, pairs: [], confirmation }, settings)
  let first = comparedRunOf(record)
  if (rerun === null) return compare([first], 'none')
  try {
    if (first.trust !== 'all') first = await believableRun(rerun, 'candidate', REPEATS_MAX)
    const candidate = [first]
    for (;;) {
      const comparison = compare(candidate, 'reruns')
      if (comparison.needs === null) return comparison
      candidate.push(await believableRun(rerun, 'candidate', 1 + REPEATS_MAX))
    }
  } catch (error) {
    const note = noteOnInvalid(error)
    return withNote(compare([first], 'none'), `no further run could be made: ${note}`)
  }
}

/** The comparison of a run that is the first of its scenario. */
export function withoutBaseline(record: RunRecord, name: string): Comparison {
  const candidate = [comparedRunOf(record)]
  return compareRuns({ name, baseline: [], candidate, pairs: [], confirmation: 'none' })
}

function mismatchText(differences: readonly string[]): string {
  return `not comparable, changed: ${differences.join(', ')}; approve a run of this load and machine under another --name, or start the baseline again with --start-over`
}

/** The runs of one baseline beside those of another, machine and load as they may be: who asks for it knows why. */
export function compareBaselines(baseline: Baseline, candidate: Baseline): Comparison {
  return compareRuns(
    {
      name: baseline.name,
      baseline: comparedRunsOf(baseline),
      candidate: comparedRunsOf(candidate),
      pairs: [],
      confirmation: 'none',
    },
    settingsFrom(baseline),
  )
}

/** Runs of one build that are taken for a regression: each judged by all others. */
export interface SelfTest {
  readonly runs: number
  readonly suspects: readonly string[]
  readonly regressed: readonly string[]
}

export function selfTest(baseline: Baseline): SelfTest {
  const runs = comparedRunsOf(baseline)
  const settings = settingsFrom(baseline)
  const judged = runs.map((run) => {
    const others = runs.filter((other) => other.id !== run.id)
    const { checks } = compareRuns(
      { name: baseline.name, baseline: others, candidate: [run], pairs: [], confirmation: 'none' },
      settings,
    )
    return { id: run.id, states: checks.map(({ state }) => state) }
  })
  const idsOf = (state: CheckState) =>
    judged.filter(({ states }) => states.includes(state)).map(({ id }) => id)
  return { runs: runs.length, suspects: idsOf('SUSPECT'), regressed: idsOf('REGRESSED') }
}

const runSchema = z.object({
  id: z.string(),
  session: z.string(),
  intervalMs: z.number().positive(),
  intervals: z.array(
    z.object({
      errors: z.number().nonnegative(),
      hist: z
        .array(z.tuple([z.number().positive(), z.number().nonnegative()]))
        .transform((pairs) => pairs.sort(([a], [b]) => a - b).flat()),
    }),
  ),
})
const runsSchema = z.object({ runs: z.array(runSchema) })
const documentSchema = z.object({
  format: z.literal('proofload-comparison/1'),
  cases: z.array(
    z.object({
      id: z.string(),
      baseline: runsSchema,
      candidate: runsSchema,
      pairs: z.array(z.object({ baseline: runSchema, candidate: runSchema })),
    }),
  ),
})

/** One line of JSON a case, in order. @throws HarnessError DOCUMENT_INVALID */
export function compareDocument(text: string): string[] {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (cause) {
    throw new HarnessError('DOCUMENT_INVALID', `the comparison document is not JSON: ${messageOf(cause)}`, {
      cause,
      hint: 'Give it on standard input: proofload compare --json < cases.json',
    })
  }
  const parsed = documentSchema.safeParse(document)
  if (!parsed.success)
    throw new HarnessError('DOCUMENT_INVALID', 'the comparison document cannot be read', {
      problems: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
      hint: 'Its form is { "format": "proofload-comparison/1", "cases": [...] }.',
    })
  return parsed.data.cases.map(({ id, baseline, candidate, pairs }) => {
    const comparison = compareRuns({
      name: null,
      baseline: baseline.runs.map(comparedRun),
      candidate: candidate.runs.map(comparedRun),
      pairs: pairs.map((pair) => ({
        baseline: comparedRun(pair.baseline),
        candidate: comparedRun(pair.candidate),
      })),
      confirmation: 'pairs',
    })
    return JSON.stringify({
      id,
      verdict: VERDICTS[comparison.level],
      ...(comparison.needs === null ? {} : { needs: comparison.needs }),
      reason: comparison.reason,
      evidence: comparison.evidence,
      checks: comparison.checks.map(documentCheck),
    })
  })
}

function comparedRun({ id, session, intervalMs, intervals }: z.infer<typeof runSchema>): ComparedRun {
  const summary = summarizeRun(
    intervals.map(({ errors, hist }) => ({ requests: totalOf(hist), errors, values: hist })),
    (intervals.length * intervalMs) / 1000,
  )
  return { id, session, summary, steps: {}, componentSumUs: {}, trust: 'all' }
}

/** Names of levels and metrics as the document's format has them. */
const VERDICTS: Readonly<Record<Level, string>> = {
  ok: 'GO',
  caution: 'CAUTION',
  invalid: 'INVALID',
  'no-go': 'NO-GO',
}
const DOCUMENT_METRICS: Partial<Record<ComparisonCheck['metric'], string>> = {
  throughput: 'tput',
  error_ratio: 'err',
}

function documentCheck({ step, metric, state, level, test, pairs, ...check }: ComparisonCheck) {
  return {
    ...(step === null ? {} : { step }),
    metric: DOCUMENT_METRICS[metric] ?? metric,
    state,
    level: VERDICTS[level],
    ...test,
    K: check.baselineCount,
    m: check.candidateCount,
    delta: check.delta,
    pAdj: check.pAdjusted,
    pair: pairs,
    changePct: check.change === null ? null : 100 * check.change,
    mdePct: check.detectable === null ? null : 100 * check.detectable,
    excluded: check.excluded,
  }
}
