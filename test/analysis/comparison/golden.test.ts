import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { compareRuns } from '../../../harness/analysis/comparison/compare-runs.ts'
import type { ComparedRun } from '../../../harness/analysis/comparison/compared-run.ts'
import { moderatedTest, withoutOutliers } from '../../../harness/analysis/comparison/moderated-test.ts'
import { benjaminiHochberg, holm } from '../../../harness/analysis/comparison/multiple-tests.ts'
import { summarizeRun } from '../../../harness/analysis/comparison/summarize-run.ts'
import { tQuantile, tUpperTail } from '../../../harness/analysis/distributions.ts'
import { totalOf } from '../../../harness/measure/sparse-counts.ts'
import type { ComparisonCheck } from '../../../harness/model/comparison.ts'
import type { ComparedMetric } from '../../../harness/model/run-summary.ts'
import { describe } from '../../kit/suite.ts'

interface GoldenRun {
  readonly id: string
  readonly session: string
  readonly intervalMs: number
  readonly intervals: readonly { readonly errors: number; readonly hist: [number, number][] }[]
}
interface GoldenTest {
  readonly theta: number
  readonly se: number
  readonly df: number
  readonly v: number
  readonly t: number
  readonly p: number
}
interface GoldenCheck extends GoldenTest {
  readonly metric: string
  readonly K: number
  readonly m: number
  readonly delta: number
  readonly pAdj: number
  readonly changePct: number
  readonly mdePct: number
  readonly pair?: Omit<GoldenTest, 'v' | 't'>
}
interface Golden {
  readonly tUpperTail: readonly { t: number; df: number; p: number }[]
  readonly tQuantile: readonly { p: number; df: number; t: number }[]
  readonly holm: { p: number[]; adjusted: number[] }
  readonly benjaminiHochberg: { p: number[]; adjusted: number[] }
  readonly moderated: readonly (GoldenTest & {
    yb: number[]
    wb: number[]
    yc: number[]
    wc: number[]
    s0: number
    d0: number
  })[]
  readonly screen: readonly { y: number[]; s0: number; kept: number[] }[]
  readonly case: {
    readonly input: {
      readonly baseline: { readonly runs: GoldenRun[] }
      readonly candidate: { readonly runs: GoldenRun[] }
      readonly pairs: readonly { readonly baseline: GoldenRun; readonly candidate: GoldenRun }[]
    }
    readonly runs: readonly {
      id: string
      n: number
      errors: number
      y: Record<string, number>
      w: Record<string, number>
      deff: Record<string, number>
    }[]
    readonly stage1: { readonly checks: readonly GoldenCheck[] }
    readonly final: { readonly checks: readonly GoldenCheck[] }
  }
}

const golden = JSON.parse(
  readFileSync(new URL('../golden/stats-golden.json', import.meta.url), 'utf8'),
) as Golden
const METRICS: Readonly<Record<string, ComparedMetric>> = {
  p50: 'p50',
  p95: 'p95',
  p99: 'p99',
  tput: 'throughput',
  err: 'error_ratio',
}

function close(actual: number | undefined, expected: number, what: string): void {
  const error = Math.abs((actual ?? Number.NaN) - expected)
  assert.ok(error <= 1e-7 * Math.max(1e-9, Math.abs(expected)), `${what}: ${actual} is not ${expected}`)
}

function comparedRun({ id, session, intervals, intervalMs }: GoldenRun): ComparedRun {
  const seconds = (intervals.length * intervalMs) / 1000
  return {
    id,
    session,
    steps: {},
    componentSumUs: {},
    trust: 'all',
    summary: summarizeRun(
      intervals.map(({ errors, hist }) => ({
        requests: totalOf(hist.flat()),
        errors,
        values: hist.flat(),
      })),
      seconds,
    ),
  }
}

const observed = (y: readonly number[], w: readonly number[]) =>
  y.map((value, i) => ({ y: value, w: w[i] as number }))

describe('The statistics of comparison', (test) => {
  test("agree with every golden figure of Student's t", () => {
    for (const { t, df, p } of golden.tUpperTail) close(tUpperTail(t, df), p, `tail of ${t}, ${df} df`)
    for (const { p, df, t } of golden.tQuantile) close(tQuantile(p, df), t, `quantile ${p}, ${df} df`)
  })

  test('agree with the golden adjustments for many tests', () => {
    holm(golden.holm.p).forEach((p, i) => {
      close(p, golden.holm.adjusted[i] as number, `Holm ${i}`)
    })
    benjaminiHochberg(golden.benjaminiHochberg.p).forEach((p, i) => {
      close(p, golden.benjaminiHochberg.adjusted[i] as number, `Benjamini-Hochberg ${i}`)
    })
  })

  test('agree with every golden moderated test', () => {
    for (const { yb, wb, yc, wc, s0, d0, ...expected } of golden.moderated) {
      const found = moderatedTest(observed(yb, wb), observed(yc, wc), { s0, d0 })
      for (const figure of ['theta', 'se', 'df', 't', 'p'] as const)
        close(found[figure], expected[figure], `${figure} of ${yc}`)
    }
  })

  test('screen outliers as the golden cases do', () => {
    for (const { y, s0, kept } of golden.screen)
      assert.equal(
        withoutOutliers(
          y.map((value, index) => ({ y: value, w: 0, index })),
          s0,
        ).map(({ index }) => index),
        kept,
      )
  })
})

describe('The whole worked case', (test) => {
  const { input, runs } = golden.case
  const baseline = input.baseline.runs.map(comparedRun)
  const candidate = input.candidate.runs.map(comparedRun)
  const pairs = input.pairs.map((pair) => ({
    baseline: comparedRun(pair.baseline),
    candidate: comparedRun(pair.candidate),
  }))

  test('summarises each run to the golden figures', () => {
    for (const { id, n, errors, y, w, deff } of runs) {
      const { summary } = [...baseline, ...candidate].find((run) => run.id === id) as ComparedRun
      assert.equal([summary.requests, summary.errors], [n, errors])
      for (const [name, value] of Object.entries(y)) {
        const figures = summary.metrics[METRICS[name] as ComparedMetric]
        close(figures?.y, value, `y of ${name} in ${id}`)
        close(figures?.w, w[name] as number, `w of ${name} in ${id}`)
        if (deff[name] !== undefined) close(figures?.designEffect, deff[name], `deff of ${name} in ${id}`)
      }
    }
  })

  const agrees = (found: readonly ComparisonCheck[], expected: readonly GoldenCheck[]) => {
    assert.is(found.length, expected.length)
    for (const golds of expected) {
      const check = found.find(({ metric }) => metric === METRICS[golds.metric]) as ComparisonCheck
      assert.equal([check.baselineCount, check.candidateCount], [golds.K, golds.m], golds.metric)
      for (const figure of ['theta', 'se', 'df', 'v', 't', 'p'] as const)
        close(check.test?.[figure], golds[figure], `${figure} of ${golds.metric}`)
      close(check.delta ?? Number.NaN, golds.delta, `delta of ${golds.metric}`)
      close(check.pAdjusted ?? Number.NaN, golds.pAdj, `adjusted p of ${golds.metric}`)
      for (const figure of ['theta', 'se', 'df', 'p'] as const)
        if (golds.pair !== undefined)
          close(check.pairs?.[figure], golds.pair[figure], `paired ${figure} of ${golds.metric}`)
      if (golds.metric === 'err') continue
      close(100 * (check.change ?? Number.NaN), golds.changePct, `change of ${golds.metric}`)
      close(100 * (check.detectable ?? Number.NaN), golds.mdePct, `detectable change of ${golds.metric}`)
    }
  }

  test('suspects p95 and p99 at the first look, with every golden figure', () => {
    const found = compareRuns({ name: null, baseline, candidate, pairs: [], confirmation: 'pairs' })
    agrees(found.checks, golden.case.stage1.checks)
    assert.equal([found.level, found.needs], ['caution', { pairs: 1 }])
    assert.equal(
      found.checks.filter(({ state }) => state === 'SUSPECT').map(({ metric }) => metric),
      ['p95', 'p99'],
    )
  })

  test('calls the regression after three pairs, with every golden figure', () => {
    const found = compareRuns({ name: null, baseline, candidate, pairs, confirmation: 'pairs' })
    agrees(found.checks, golden.case.final.checks)
    assert.equal([found.level, found.needs], ['no-go', null])
    assert.is(found.reason, 'regressed: p50 +12.5 %, p95 +13.3 %, p99 +13.3 %')
  })
})
