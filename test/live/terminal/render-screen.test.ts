import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { renderScreen, type ScreenShape } from '../../../harness/live/terminal/render-screen.ts'
import { widthOf } from '../../../harness/live/terminal/styled-text.ts'
import type { LiveView } from '../../../harness/model/live-view.ts'
import { assertGolden } from '../../kit/golden.ts'
import { aFiringStatus, aLiveView, anEvent, aPendingStatus, aSeries, aStatus } from '../../kit/live-views.ts'
import { describe } from '../../kit/suite.ts'

const golden = (name: string) => new URL(`./golden/${name}.txt`, import.meta.url)

const SHAPE: ScreenShape = {
  columns: 120,
  rows: 40,
  colour: false,
  unicode: true,
  isPaused: false,
  isHelp: false,
  refreshMs: 500,
  stopCount: 0,
  ageMs: 0,
  points: aSeries(72),
}
const NARROW = { ...SHAPE, columns: 60, rows: 24 }
const TINY = { ...SHAPE, columns: 30, rows: 10 }

const text = (view: LiveView, shape: ScreenShape) => `${renderScreen(view, shape).join('\n')}\n`

/** Something fires, something is about to, and the generator is in trouble. */
const troubled = aLiveView({
  objectives: [...aLiveView().objectives, aPendingStatus(), aFiringStatus()],
  generator: {
    level: 'doubt',
    reason: 'starts are 120ms late (p99), its loop is 96 % busy',
    loopBusyRatio: 0.96,
    longestTurnMs: 140,
    gcPauseMs: 30,
    startDelayMs: 120,
    cpuCores: 0.98,
    rssBytes: 400_000_000,
  },
  target: { cpuCores: 1.94, rssBytes: 419_430_400, cpuRatio: 0.97, memoryRatio: 0.85 },
  events: [
    ...aLiveView().events,
    anEvent({
      atMs: 60_000,
      kind: 'breach',
      level: 'error',
      text: 'p99(response_time) < 250ms is firing: 812ms over the last 10s (431 samples; component llm; resource target CPU (97 %))',
    }),
    anEvent({
      atMs: 61_000,
      kind: 'alert',
      level: 'warning',
      text: 'checkout: p99(response_time) < 250ms is firing',
    }),
  ],
})

describe('The screen of a run', (test) => {
  test('shows every part side by side in a wide window', () => {
    assertGolden(text(aLiveView(), SHAPE), golden('wide'))
  })

  test('shows the parts one below the other in a narrow window', () => {
    assertGolden(text(aLiveView(), NARROW), golden('narrow'))
  })

  test('keeps what matters most in a tiny window', () => {
    assertGolden(text(aLiveView(), TINY), golden('tiny'))
  })

  test('puts what fails first, then what is above its limit with its grace', () => {
    assertGolden(text(troubled, SHAPE), golden('firing'))
    assertGolden(text(troubled, NARROW), golden('firing-narrow'))
  })

  test('counts the grace of a pending objective down between two seconds', () => {
    const view = aLiveView({ objectives: [aPendingStatus()] })

    assert.match(text(view, SHAPE), /above limit +error_ratio +3\.4 %, limit < 1 %, fails in 8s/)
    assert.match(text(view, { ...SHAPE, ageMs: 1_200 }), 'fails in 7s')
  })

  test('says how long an objective that failed has been back within its limit', () => {
    const status = aStatus({ state: 'recovering', sinceMs: 69_000, observed: 92 })

    assert.match(
      text(aLiveView({ objectives: [status] }), SHAPE),
      /back within limit +p99.* +92ms, limit < 250ms, for 3s/,
    )
  })

  test('says that requests in flight finish, and what another key does', () => {
    const view = aLiveView({ stage: 'draining', nowMs: 181_000, phase: 'cool-down' })

    assertGolden(text(view, { ...NARROW, stopCount: 1 }), golden('draining'))
    assert.match(text(view, { ...NARROW, stopCount: 2 }), 'aborting')
  })

  test('says that it is paused', () => {
    const [title = ''] = renderScreen(aLiveView(), { ...NARROW, isPaused: true })

    assert.match(title, /VIEW PAUSED {2} RUNNING $/)
  })

  test('has a page about the keys and the statuses', () => {
    assertGolden(text(aLiveView(), { ...NARROW, columns: 80, isHelp: true }), golden('help'))
  })

  test('is whole before the first second, without objectives, errors, regions or target', () => {
    const view = aLiveView({
      nowMs: 0,
      phase: '',
      requestCount: 0,
      errorCount: 0,
      failures: [],
      window: { count: 0, lowerBoundFromMs: null, p50Ms: 0, p95Ms: 0, p99Ms: 0, maxMs: 0 },
      run: { count: 0, lowerBoundFromMs: null, p50Ms: 0, p95Ms: 0, p99Ms: 0, maxMs: 0 },
      bars: [],
      objectives: [],
      generator: null,
      target: null,
      regions: {},
      events: [],
    })

    assertGolden(text(view, { ...SHAPE, points: [], rows: 20 }), golden('first'))
  })

  test('says why a run failed', () => {
    const view = aLiveView({ stage: 'failed', failure: 'the target went away' })

    assert.match(text(view, TINY), 'the target went away')
  })

  test('has colours only where they are wanted, and the same text', () => {
    const plain = text(troubled, SHAPE)
    const colourful = renderScreen(troubled, { ...SHAPE, colour: true })

    assert.not.match(plain, '\u001b')
    assert.ok(colourful.join('').includes('\u001b[31m'))
    assert.is(
      colourful.map((line) => stripVTControlCharacters(line).trimEnd()).join('\n'),
      plain
        .split('\n')
        .map((line) => line.trimEnd())
        .join('\n')
        .trimEnd(),
    )
  })

  test('keeps to ASCII where a terminal knows nothing else', () => {
    const screen = text(troubled, { ...SHAPE, unicode: false })

    assert.match(screen, /^[\n -~]*$/)
    assertGolden(screen, golden('ascii'))
  })
})

describe('Whatever is shown', (test) => {
  const hostile = fc.string({ unit: 'binary', maxLength: 60 })
  const wide = fc.string({
    unit: fc.constantFrom('漢', '😀', 'e\u0301', '\u001b', '\n', '\u202e', 'a', '\u200d', '\t'),
    maxLength: 60,
  })
  const name = fc.oneof(hostile, wide)

  test('never leaves the window and never steers the terminal', () => {
    fc.assert(
      fc.property(
        name,
        name,
        fc.integer({ min: 1, max: 160 }),
        fc.integer({ min: 1, max: 60 }),
        fc.record({
          isHelp: fc.boolean(),
          isPaused: fc.boolean(),
          unicode: fc.boolean(),
          stopCount: fc.nat(2),
        }),
        (one, other, columns, rows, flags) => {
          const view = aLiveView({
            scenario: one,
            phase: other,
            runId: other,
            failures: [
              { step: one, kind: one, text: other, count: 140 },
              { step: other, kind: other, text: one, count: 7 },
            ],
            regions: { [one]: 1, [other]: 2 },
            objectives: [
              { ...aFiringStatus(), expect: one, annotations: { [other]: one } },
              aPendingStatus(),
            ],
            events: [anEvent({ text: one }), anEvent({ text: other })],
            failure: one,
          })

          const lines = renderScreen(view, { ...SHAPE, ...flags, columns, rows })

          assert.is(lines.length, rows)
          for (const line of lines) {
            assert.ok(widthOf(line) <= columns, `${widthOf(line)} columns: ${line}`)
            assert.not.match(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})
