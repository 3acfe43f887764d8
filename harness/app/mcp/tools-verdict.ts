/** Tools that read what runs came to. */

import { relative, resolve } from 'node:path'
import * as z from 'zod'
import { emptyBaseline, withRun } from '../../analysis/comparison/baseline.ts'
import { nextExperiment, verdictChanges } from '../../analysis/verdict-changes.ts'
import type { Comparison } from '../../model/comparison.ts'
import { HISTORY_KINDS, TREND_METRICS } from '../../model/history.ts'
import type { RunRecord } from '../../model/run-record.ts'
import { OUTCOMES } from '../../model/verdict.ts'
import { findRunFolder } from '../../store/report-folders.ts'
import { headlineText } from '../../text/headline.ts'
import { namedBaseline } from '../compare/baselines.ts'
import { compareWithBaseline } from '../compare/compare.ts'
import { withHistory } from '../history/history.ts'
import { readTrend } from '../history/trend.ts'
import * as s from './schemas.ts'
import { storedRun } from './stored-runs.ts'
import { type McpSession, READS, tool, untrusted } from './tool.ts'

const LISTED_MAX = 50

export const getVerdictTool = tool({
  name: 'get_verdict',
  title: 'The verdict of a run',
  description:
    'Returns the verdict of a finished run as proofload run --json prints it, with its exit status.\nUse when: every figure is wanted.\nDo not use for: what it means (explain_verdict).\nLimits: texts are cut; secrets are masked; bodies and headers of answers are in no verdict.\nExample: {"runId": "20261121-093005-4f2a"}',
  grant: 'read',
  input: z.strictObject({ runId: s.runId }),
  output: s.answer({ untrusted: s.isUntrusted, exitCode: s.number, verdict: z.looseObject({}) }),
  annotations: READS,
  async call({ runId }, session) {
    const { verdict } = await storedRun(runId, session)
    return { ...untrusted({ exitCode: verdict.exitCode, verdict }), runId }
  },
})

export const explainVerdictTool = tool({
  name: 'explain_verdict',
  title: 'Why this verdict, and what next',
  description:
    'Explains the verdict of a finished run: each reason with its objective, value, interval, since when, and the component or resource that stands out; doubts about the measurement; what to look at first; what would change the verdict; the next experiment.\nUse when: a run is done.\nDo not use for: two builds (compare_runs).\nLimits: the component is the one with the most time in requests beyond the bound: a place to look, not a proof.\nExample: {"runId": "20261121-093005-4f2a"}',
  grant: 'read',
  input: z.strictObject({ runId: s.runId }),
  output: s.answer({
    untrusted: s.isUntrusted,
    outcome: s.text,
    wouldChange: s.rows,
    nextExperiment: z.looseObject({}),
  }),
  annotations: READS,
  async call({ runId }, session) {
    const { record, verdict } = await storedRun(runId, session)
    const wouldChange = verdictChanges(record, verdict)
    const { why, tool: by, overrides } = nextExperiment(record, verdict, wouldChange)
    return {
      ...untrusted({
        outcome: verdict.outcome,
        headline: headlineText(verdict),
        reasons: verdict.reasons.map(({ code, message, about }) => ({
          code,
          message,
          objective: about?.id ?? null,
          ...resultOf(verdict, about?.id),
        })),
        lookFirst: verdict.risks.map(
          ({ id, priority, exposure, step, component, resource, recommendation, owner, runbook }) => ({
            ...{
              objective: id,
              priority,
              exposure,
              step,
              component,
              resource,
              recommendation,
              owner,
              runbook,
            },
          }),
        ),
        isBelieved: verdict.validity.valid,
        doubts: verdict.validity.reasons.map(({ code, message }) => ({ code, message })),
        cautions: verdict.cautions.map(({ code, message }) => ({ code, message })),
        wouldChange,
        nextExperiment: { why, tool: by, file: fileOf(record, session), overrides },
      }),
      runId,
    }
  },
})

/** As tools take it; null for a document that came with a call. */
function fileOf({ scenarioFile }: RunRecord, { host, scenarios }: McpSession): string | null {
  if (scenarioFile === null) return null
  const path = relative(scenarios.folder, resolve(host.cwd, scenarioFile))
  return path.startsWith('..') ? null : path
}

function resultOf({ objectives }: Awaited<ReturnType<typeof storedRun>>['verdict'], id: string | undefined) {
  const result = objectives.find((each) => each.id === id)
  if (result === undefined) return {}
  const { observed, op, bound, unit, interval, breached, sampleCount } = result
  return { observed, op, bound, unit, interval, breached, sampleCount }
}

export const compareRunsTool = tool({
  name: 'compare_runs',
  title: 'Compare two runs',
  description:
    'Compares a run with another run, or with an approved baseline by its name: the change of each metric, whether it matters, why, and the smallest change that would have been seen.\nUse when: asking whether a build is slower.\nDo not use for: many runs over time (trend).\nLimits: one run on each side confirms nothing: SUSPECT asks for more; other load or another machine is not compared.\nExample: {"baseline": "main", "candidate": "20261121-093005-4f2a"}',
  grant: 'read',
  input: z.strictObject({
    baseline: z.string().min(1).max(200).describe('Id of a run, or name of a baseline'),
    candidate: s.runId,
  }),
  output: s.answer({ untrusted: s.isUntrusted, level: s.text, reason: s.text, checks: s.rows }),
  annotations: READS,
  async call({ baseline, candidate }, session) {
    const { record } = await storedRun(candidate, session)
    const comparison = await compared(baseline, record, session)
    const { level, believed, needs, reason, notes, checks, steps, components } = comparison
    return {
      ...untrusted({ level, believed, needs, reason, notes, checks, steps, components }),
      runId: candidate,
    }
  },
})

async function compared(baseline: string, record: RunRecord, session: McpSession): Promise<Comparison> {
  const { host, places } = session
  if ((await findRunFolder(resolve(host.cwd, places.outDir), baseline)) !== null) {
    const before = await storedRun(baseline, session)
    const approval = { at: before.record.startedAt, by: 'mcp', reason: 'compared' }
    const one = withRun(
      emptyBaseline(baseline, before.record),
      before.record,
      before.verdict.outcome,
      null,
      approval,
    )
    return compareWithBaseline(record, one, { name: baseline, mismatch: 'invalid', rerun: null })
  }
  const named = namedBaseline({ name: baseline, folder: places.baselines }, host.cwd)
  return (await named.compare(record)) as Comparison
}

export const listRunsTool = tool({
  name: 'list_runs',
  title: 'Past runs',
  description:
    'Lists the newest runs and searches of the history: id, scenario, time, outcome, whether the measurement is believed, build.\nUse when: looking for a run to explain or compare.\nDo not use for: one metric over time (trend).\nLimits: 50 rows.\nExample: {"scenario": "checkout", "limit": 10}',
  grant: 'read',
  input: z.strictObject({
    scenario: z.string().max(200).optional(),
    since: z.string().max(40).optional().describe('ISO 8601: 2026-11-01'),
    outcome: z.enum(OUTCOMES).optional(),
    kind: z.enum(HISTORY_KINDS).optional(),
    limit: z.number().int().min(1).max(LISTED_MAX).default(20),
  }),
  output: s.answer({ untrusted: s.isUntrusted, runs: s.rows }),
  annotations: READS,
  async call({ kind, scenario, since, outcome, limit }, { host, places }) {
    const filter = {
      ...(kind === undefined ? {} : { kinds: [kind] }),
      ...(scenario === undefined ? {} : { scenario }),
      ...(since === undefined ? {} : { since }),
      ...(outcome === undefined ? {} : { outcome }),
      limit,
    }
    const runs = await withHistory(places.store, host.cwd, (history) => history.list(filter))
    return untrusted({ runs })
  },
})

export const trendTool = tool({
  name: 'trend',
  title: 'A metric over runs',
  description:
    'Shows a metric over the remembered runs of a scenario with the load of the newest, where it changed and with which build, and how the newest run stands against those before.\nUse when: asking since when something is slower.\nDo not use for: two runs (compare_runs).\nLimits: 100 runs.\nExample: {"scenario": "checkout", "metric": "p99"}',
  grant: 'read',
  input: z.strictObject({
    scenario: z.string().min(1).max(200),
    metric: z.enum(TREND_METRICS).default('p99'),
    step: z.string().max(200).optional(),
    last: z.number().int().min(2).max(100).default(50),
  }),
  output: s.answer({ untrusted: s.isUntrusted, points: s.rows, changes: s.rows }),
  annotations: READS,
  async call({ step, ...wish }, { host, places }) {
    const { trend, values } = await readTrend({ ...wish, step: step ?? null, store: places.store }, host.cwd)
    const { points, rolling, anchor, changes } = trend
    return untrusted({
      points: points.map(({ id, startedAt, build }, i) => ({ id, startedAt, build, ...values[i] })),
      newestAgainstThoseBefore: rolling,
      newestAgainstTheFirst: anchor,
      changes: changes.map(({ run, before, change }) => ({
        run: run.id,
        build: run.build,
        before: before.id,
        change,
      })),
    })
  },
})
