import * as assert from 'uvu/assert'
import { liveVerdictOf } from '../../../harness/live/live-verdict.ts'
import {
  errorFigures,
  eventTone,
  factsText,
  generatorFigures,
  generatorText,
  latencyBars,
  latencyTable,
  loadFigures,
  progressOf,
  regionBars,
  stageText,
  targetFigures,
  verdictTone,
} from '../../../harness/web/browser/live-text.ts'
import { aLiveView, anEvent } from '../../kit/live-views.ts'
import { describe } from '../../kit/suite.ts'
import { aBadRun } from '../../kit/verdicts.ts'

const view = aLiveView()
const NOTHING = { count: 0, lowerBoundFromMs: null, p50Ms: 0, p95Ms: 0, p99Ms: 0, maxMs: 0 }

describe('The live page in words', (test) => {
  test('says what is run, on one line', () => {
    assert.is(
      factsText(view),
      '20260101-093005-4f2a · business-hours (open model) · up to 40 agents · 2 threads · seed 7 · http://127.0.0.1:7070',
    )
    assert.is(factsText(aLiveView({ plan: null })), '')
  })

  test('says how far the plan has come, and how long the run took', () => {
    assert.equal(progressOf(view), { ratio: 0.4, left: '1m48s left' })
    assert.equal(progressOf(aLiveView({ nowMs: 190_000 })), { ratio: 1, left: '0s left' })
    assert.equal(progressOf(aLiveView({ stage: 'done', nowMs: 90_000 })), { ratio: 1, left: '1m30s of 3m' })
    assert.equal(progressOf(aLiveView({ plan: null })), { ratio: 0, left: '' })
  })

  test('names the stage, and then the outcome', () => {
    const verdict = liveVerdictOf(aBadRun().verdict)

    assert.equal(stageText(view), { text: 'running', tone: 'plain' })
    assert.equal(stageText(aLiveView({ stage: 'failed' })), { text: 'failed', tone: 'bad' })
    assert.equal(stageText(aLiveView({ stage: 'done', verdict })), { text: 'NO-GO', tone: 'bad' })
    assert.equal(
      (['good', 'bad', 'doubt'] as const).map((tone) => verdictTone({ ...verdict, tone })),
      ['good', 'bad', 'warn'],
    )
  })

  test('warns when load falls behind its plan, and of a backlog', () => {
    const figures = Object.fromEntries(
      loadFigures(view).map(({ label, value, tone }) => [label, [value, tone]]),
    )

    assert.equal(figures['Journeys planned'], ['121/s', 'plain'])
    assert.equal(figures['Journeys started'], ['103/s', 'warn'])
    assert.equal(figures['Agents at work'], ['20 of 40', 'plain'])
    assert.equal(figures['Backlog'], ['14', 'warn'])
    assert.is(
      loadFigures(aLiveView({ startedPerSec: 120, backlog: 0 })).some(({ tone }) => tone !== 'plain'),
      false,
    )
  })

  test('puts percentiles of the window beside those of the run, and claims none without a request', () => {
    const { heads, rows } = latencyTable(view)

    assert.equal(heads, ['', 'last 10s', 'run'])
    assert.is(latencyTable(aLiveView({ windowMs: 10_065 })).heads[1], 'last 10s')
    assert.equal(rows[2], ['p99', '164.1ms', '99.3ms'])
    assert.equal(latencyTable(aLiveView({ window: NOTHING })).rows[0], ['p50', '-', '20.1ms'])
  })

  test('draws bars as long as their share of the longest', () => {
    const bars = latencyBars([
      { fromMs: 1, toMs: 2.5, count: 5 },
      { fromMs: 2.5, toMs: 1_300, count: 10 },
      { fromMs: 1_300, toMs: 2_000, count: 0 },
    ])

    assert.equal(bars, [
      { label: '1.0 ms–2.5 ms', value: '5', share: 0.5 },
      { label: '2.5 ms–1.30 s', value: '10', share: 1 },
      { label: '1.30 s–2.00 s', value: '0', share: 0 },
    ])
    assert.equal(latencyBars([]), [])
  })

  test('lists failed requests by cause and step, and the rest as one', () => {
    const figures = errorFigures(aLiveView({ errorCount: 210, requestCount: 2_100 }))

    assert.equal(figures, [
      { label: 'All', value: '210 (10 %)', tone: 'bad' },
      { label: 'HTTP 503 · pay', value: '120', tone: 'plain' },
      { label: 'no answer within 2s · ask', value: '22', tone: 'plain' },
      { label: 'read ECONNRESET · ask', value: '5', tone: 'plain' },
      { label: 'other causes', value: '63', tone: 'plain' },
    ])
    assert.equal(errorFigures(aLiveView({ failures: [], errorCount: 0 })), [
      { label: 'All', value: '0 (0 %)', tone: 'good' },
    ])
  })

  test('says whether the generator can be believed, by a word and a sign', () => {
    const statusOf = (level: 'ok' | 'strained' | 'doubt') =>
      generatorText(
        aLiveView({
          generator: view.generator === null ? null : { ...view.generator, level, reason: 'why' },
        }),
      )

    assert.equal(statusOf('ok'), { text: '✓ healthy', tone: 'good' })
    assert.equal(statusOf('strained'), { text: '▲ near its limit: why', tone: 'warn' })
    assert.equal(statusOf('doubt'), { text: '✕ unreliable: why', tone: 'bad' })
    assert.equal(generatorText(aLiveView({ generator: null })).tone, 'quiet')
    assert.is(generatorFigures(view)[0]?.value, '420us')
    assert.equal(generatorFigures(aLiveView({ generator: null })), [])
  })

  test('says what the target uses, or that nobody measures it', () => {
    assert.equal(
      targetFigures(view).map(({ value }) => value),
      ['1.24 cores', '400 MiB'],
    )
    assert.match(targetFigures(aLiveView({ target: null }))[0]?.value ?? '', 'not measured')
  })

  test('shows the mix of regions', () => {
    assert.equal(regionBars(view)[0], { label: 'europe', value: '12 (60 %)', share: 0.6 })
    assert.equal(regionBars(aLiveView({ regions: {} })), [])
  })

  test('colours events by their level', () => {
    assert.equal(
      (['info', 'warning', 'error'] as const).map((level) => eventTone(anEvent({ level }))),
      ['plain', 'warn', 'bad'],
    )
  })
})
