import * as assert from 'uvu/assert'
import { judge } from '../../harness/analysis/judge.ts'
import { junitReporter } from '../../harness/reporters/junit.ts'
import { aJudgedRun, DOUBTFUL } from '../kit/judged-runs.ts'
import { casesOf } from '../kit/report-readers.ts'
import { describe } from '../kit/suite.ts'
import { aGoodRun, aHostileRun, anInvalidRun, aRegressedRun, SAMPLE_RUNS } from '../kit/verdicts.ts'
import { readXml } from '../kit/xml.ts'

type Run = ReturnType<typeof aGoodRun>

const casesIn = (run: Run) => casesOf(junitReporter.render(run))
const outcomesIn = (run: Run) =>
  Object.fromEntries(
    Object.entries(casesIn(run)).map(([name, { children }]) => [
      name,
      children.map((child) => child.name).find((child) => child !== 'system-out') ?? 'passed',
    ]),
  )

describe('The JUnit report', (test) => {
  for (const [name, run] of Object.entries(SAMPLE_RUNS)) {
    test(`of a run that is ${name} is red exactly when the exit status is not zero`, () => {
      const { failures, errors } = readXml(junitReporter.render(run())).attributes

      assert.is(Number(failures) + Number(errors) > 0, run().verdict.exitCode !== 0)
    })
  }

  test('has a case for the verdict, the instrument, each objective, each gate of a comparison, and the rollback', () => {
    assert.equal(outcomesIn(aRegressedRun()), {
      verdict: 'failure',
      'the measurement is valid': 'passed',
      'Answer p99': 'failure',
      'error_ratio < 1%': 'passed',
      'p50 no worse than main': 'passed',
      'p99 no worse than main': 'failure',
      'throughput no worse than main': 'skipped',
      rollback: 'passed',
    })
  })

  test('holds nothing that no XML may hold', () => {
    const { record, verdict } = aGoodRun()
    const scenario = 'shop\u0001\ufffe\uffff]]>'

    const text = junitReporter.render({ record: { ...record, scenario }, verdict })

    assert.match(text, 'shop\\u{1}\\u{fffe}\\u{ffff}]]')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    assert.not.match(text, /[\u0001\ufffe\uffff]/)
  })

  test('skips what decides nothing, and is an error where nothing was decided', () => {
    assert.equal(outcomesIn(anInvalidRun()), {
      verdict: 'error',
      'the measurement is valid': 'error',
      'p95(response_time) < 100ms': 'passed',
      'share(response_time <= 50ms) >= 99.99%': 'skipped',
      'p99(response_time{step=nobody}) < 1s': 'skipped',
      'p50(response_time) < 10ms': 'skipped',
    })
  })

  test('is not red where INCONCLUSIVE is accepted, and keeps every reason', () => {
    const { record } = aJudgedRun({ changes: DOUBTFUL })
    const verdict = judge(record, { strict: false, inconclusive: 'warn' })

    const cases = casesIn({ record, verdict })
    const textOf = (name: string) => cases[name]?.children.map(({ text }) => text).join('\n') ?? ''
    const { failures, errors, skipped } = readXml(junitReporter.render({ record, verdict })).attributes
    assert.equal([failures, errors], ['0', '0'])
    assert.ok(Number(skipped) > 1)
    for (const part of ['INCONCLUSIVE', 'ran out of memory', '--inconclusive warn'])
      assert.match(textOf('verdict'), part)
    assert.match(textOf('the measurement is valid'), 'ran out of memory')
  })

  test('is red under --strict, although no objective is missed', () => {
    const { record, verdict } = aGoodRun()
    const strict = { ...verdict, outcome: 'INCONCLUSIVE' as const, exitCode: 3, reasons: verdict.cautions }

    assert.is(outcomesIn({ record, verdict: strict })['verdict'], 'error')
  })

  test('says of a failure where, since when, how sure, and who mends it', () => {
    const text = casesIn(aRegressedRun())['Answer p99']?.text ?? ''

    for (const part of [
      'step ask, component llm',
      'from 0:12 to the end (28 of 40 s)',
      'without a break',
      "look at component 'llm'",
    ])
      assert.match(text, part)
  })

  test('names run, seed and plan, and gives its times in seconds', () => {
    const [suite] = readXml(junitReporter.render(aRegressedRun())).children
    const properties = (suite?.children[0]?.children ?? []).map(({ attributes }) => [
      attributes['name'],
      attributes['value'],
    ])

    assert.is(suite?.attributes['time'], '40')
    assert.is(Object.fromEntries(properties)['planHash'], 'hash')
    assert.is(Object.fromEntries(properties)['seed'], '1')
  })

  test('has a comparison that could not be made as a case, too', () => {
    const { record, verdict } = aRegressedRun()
    const comparison = { ...verdict.comparison!, checks: [], reason: 'not comparable, changed: cores' }

    assert.is(outcomesIn({ record, verdict: { ...verdict, comparison } })['no worse than main'], 'skipped')
  })

  test('fails the rollback that failed, and skips the one that was not armed', () => {
    const { record, verdict } = aHostileRun()
    const unarmed = { ...verdict.rollback!, outcome: 'not-armed' as const }

    assert.is(outcomesIn({ record, verdict })['rollback'], 'failure')
    assert.is(outcomesIn({ record, verdict: { ...verdict, rollback: unarmed } })['rollback'], 'skipped')
  })
})
