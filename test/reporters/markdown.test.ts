import * as assert from 'uvu/assert'
import { COMMENT_CHARS_MAX, markdownReporter } from '../../harness/reporters/markdown.ts'
import { aReason } from '../kit/demands.ts'
import { readMarkdown } from '../kit/report-readers.ts'
import { describe } from '../kit/suite.ts'
import { aBadRun, aGoodRun, aRegressedRun, aSuspectRun, HOSTILE, type JudgedRecord } from '../kit/verdicts.ts'

const rendered = (run: JudgedRecord) => markdownReporter.render(run)

describe('The summary in Markdown', (test) => {
  test('says why in the order of the risks: where, since when, how sure, and what to do next', () => {
    const text = rendered(aRegressedRun())
    const [regression, objective] = [
      text.indexOf('1. `p99 no worse than main`\n'),
      text.indexOf(
        '2. Answer p99 `p99(response_time{step=ask}) < 100ms`: Answer p99 was 400ms, limit 100ms, from 0:12 to the end (28 of 40 s)\n',
      ),
    ]

    assert.ok(0 < regression && regression < objective)
    assert.match(text, '   - where: step ask, component llm\n')
    assert.match(text, '   - how sure: changed by +1230.0 %, adjusted p below 0.001, 5 runs against 8 of the')
    assert.match(text, "   - next: look at component 'llm' of step 'ask' first")
    assert.match(text, '**System:** rolled back, system healthy')
  })

  test('has who mends it and by which runbook where somebody said so', () => {
    const text = rendered(aBadRun())

    assert.match(text, '; owner team-ai; runbook <https://runbooks.example/llm>\n')
    assert.match(text, 'exposure 6.0 of 10, ROI 3.0)')
  })

  test('begins with the headline, and marks a possible regression as doubtful', () => {
    assert.match(rendered(aBadRun()), /^# ❌ NO-GO: test\n\nerror ratio was 3\.33 %, limit 1 %, all the time/)
    assert.match(rendered(aGoodRun()), /^# ✅ GO: test\n/)
    assert.match(rendered(aSuspectRun()), /^# ⚠️ GO, 1 warning: test\n\np50 may have regressed against main/)
  })

  test('of a GO run has no such list', () => {
    assert.not.match(rendered(aGoodRun()), '### Why')
  })

  test('shows ten reasons and the number of the others', () => {
    const { record, verdict } = aBadRun()
    const reason = aReason('X', 'it is late')
    const reasons = Array.from({ length: 13 }, () => reason)
    const text = rendered({ record, verdict: { ...verdict, reasons } })

    assert.is(text.split('it is late').length - 1, 1 + 10, 'the headline and ten more')
    assert.match(text, '... and 2 more.')
  })

  test('fits into a comment whatever the run is, and says what was cut', () => {
    const { record, verdict } = aBadRun()
    const [step] = Object.values(verdict.summary.steps)
    const steps = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`${HOSTILE} ${i}`, step!]))
    const reason = aReason('X', '` '.repeat(10_000))
    const reasons = Array.from({ length: 500 }, () => reason)
    const many = { ...verdict, reasons, cautions: reasons, summary: { ...verdict.summary, steps } }
    const text = rendered({ record, verdict: many })

    assert.ok(text.length <= COMMENT_CHARS_MAX, `${text.length}`)
    assert.match(
      text,
      /Left out, as a comment holds 65,536 characters: 1,\d{3} rows of Response time by step; .*verdict\.json/,
    )
    assert.match(text, '</details>')
    assert.match(readMarkdown(text), 'Left out')
  })

  test('has the slowest request of each step with its trace', () => {
    const { record, verdict } = aBadRun()
    const request = {
      phase: 'steady',
      responseTimeMs: 1210,
      serviceTimeMs: 1190.5,
      connectTimeMs: 8.25,
      atMs: 12_345,
      agent: 7,
      status: 200,
      errorKind: 'none',
      traceId: '0123456789abcdef0123456789abcdef',
    }
    const slowest = [{ step: 'ask', requests: [request, { ...request, responseTimeMs: 900 }] }]
    const text = rendered({ record: { ...record, slowest }, verdict })

    assert.match(
      text,
      '| `ask` | 1.21s | 1.19s | 8.25ms | 12.35s | 7 | 200 | `0123456789abcdef0123456789abcdef` |',
    )
    assert.not.match(rendered({ record, verdict }), 'Slowest request')
  })
})
