import * as assert from 'uvu/assert'
import { RecordView } from '../../harness/analysis/record-view.ts'
import { assessValidity } from '../../harness/analysis/validity/index.ts'
import { aRecord } from '../kit/builders.ts'
import { describe } from '../kit/suite.ts'

const GENERATOR = { cpuCores: 0.3, rssBytes: 1e8, stealRatio: 0, clockStepMs: 0 }

/** A run in whose intervals the machine was as busy as this; with pages, or with requests alone. */
function judged(busy: readonly (number | null)[], { withPages = true } = {}) {
  const record = aRecord({
    okMs: [5, 6, 7],
    intervals: busy.length,
    interval: (index) => ({ generator: { ...GENERATOR, machineCpuRatio: busy[index] ?? null } }),
  })
  const pages = record.cells.slice(0, 1).map((cell) => ({ ...cell, metric: 'page_requests', outcome: '' }))
  const cells = withPages ? [...record.cells, ...pages] : record.cells
  const { invalid, cautions } = assessValidity(new RecordView({ ...record, cells }))
  const told = (reasons: typeof invalid) => reasons.filter(({ code }) => code === 'BROWSER_CPU')
  return { invalid: told(invalid), cautions: told(cautions) }
}

describe('Pages on a busy machine', (test) => {
  test('are a caution when its cores were busy most of the time', () => {
    const { invalid, cautions } = judged([0.5, 0.9, 0.9])

    assert.equal(invalid, [])
    assert.equal(cautions[0]?.evidence, { busyRatio: 0.9 })
    assert.match(cautions[0]?.message ?? '', /90 % busy while its browsers were measured/)
  })

  test('are worth no verdict when nothing was left', () => {
    const { invalid, cautions } = judged([0.99, 0.96, 0.2])

    assert.equal([invalid[0]?.evidence, invalid[0]?.severity], [{ busyRatio: 0.96 }, 'critical'])
    assert.equal(cautions, [])
  })

  test('are believed when it was idle enough, when nobody knows, and where there were none', () => {
    for (const { invalid, cautions } of [
      judged([0.8, 0.7, 1]),
      judged([null, null]),
      judged([0.99, 0.99], { withPages: false }),
    ])
      assert.equal([invalid, cautions], [[], []])
  })
})
