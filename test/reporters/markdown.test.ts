import * as assert from 'uvu/assert'
import { markdownReporter } from '../../harness/reporters/markdown.ts'
import { assertGolden } from '../kit/golden.ts'
import { describe } from '../kit/suite.ts'
import { aBadRun, aGoodRun, type JudgedRecord } from '../kit/verdicts.ts'

const golden = (name: string) => new URL(`./golden/${name}`, import.meta.url)
const rendered = (run: JudgedRecord) => markdownReporter.render({ ...run, terminal: false })

describe('The summary in Markdown', (test) => {
  test('of a NO-GO run begins with what to look at', () => {
    assertGolden(rendered(aBadRun()), golden('no-go.md'))
  })

  test('of a GO run has no such list', () => {
    assertGolden(rendered(aGoodRun()), golden('go.md'))
  })

  test('has as many cells in every row as in the head of its table', () => {
    for (const table of rendered(aBadRun())
      .split('\n\n')
      .filter((part) => part.startsWith('|'))) {
      const widths = table.split('\n').map((line) => line.split(' | ').length)
      assert.is(new Set(widths).size, 1, table)
    }
  })

  test('has no column that nobody filled', () => {
    const { record, verdict } = aBadRun()
    const risks = verdict.risks.map((risk) => ({ ...risk, owner: null, runbook: null, roi: null }))
    const text = rendered({ record, verdict: { ...verdict, risks } })
    assert.not.match(text, 'owner')
    assert.not.match(text, 'ROI')
    assert.match(text, '| recommendation |')
  })

  test('keeps what objectives are called from being read as markup', () => {
    const { record, verdict } = aBadRun()
    const risks = verdict.risks.map((risk) => ({ ...risk, recommendation: 'a|b <script>' }))
    assert.match(rendered({ record, verdict: { ...verdict, risks } }), 'a\\|b &lt;script>')
  })

  test('has the slowest request of each step with its trace', () => {
    const { record, verdict } = aBadRun()
    const request = {
      phase: 'steady',
      responseTimeMs: 1210,
      serviceTimeMs: 1190.5,
      atMs: 12_345,
      agent: 7,
      status: 200,
      errorKind: 'none',
      traceId: '0123456789abcdef0123456789abcdef',
    }
    const slowest = [{ step: 'ask', requests: [request, { ...request, responseTimeMs: 900 }] }]
    const text = rendered({ record: { ...record, slowest }, verdict })
    assert.match(text, '| ask | 1.21s | 1.19s | 12.35s | 7 | 200 | 0123456789abcdef0123456789abcdef |')
    assert.not.match(rendered({ record, verdict }), 'Slowest request')
  })
})
