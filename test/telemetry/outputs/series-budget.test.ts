import * as assert from 'uvu/assert'
import { resolveScenario } from '../../../harness/scenario/resolve.ts'
import { seriesBudget } from '../../../harness/telemetry/outputs/series-budget.ts'
import { describe } from '../../kit/suite.ts'

const planOf = (steps: number) =>
  resolveScenario(
    {
      name: 'budget',
      target: { plugin: 'http', config: { url: 'http://127.0.0.1:1' } },
      workload: { pattern: 'constant-rate', rate: '1/s', duration: '10s' },
      journeys: {
        run: {
          steps: Array.from({ length: steps }, (_, i) => ({ request: { path: `/s${'x'.repeat(i)}` } })),
        },
      },
    },
    {},
    1,
  )
const budget = (steps: number, changes: Partial<Parameters<typeof seriesBudget>[1]> = {}) =>
  seriesBudget(planOf(steps), { maxSeries: 2000, componentsByStep: true, isClassic: true, ...changes })

describe('The budget of series', (test) => {
  test('leaves everything in where it fits', () => {
    const { leftOut, detail } = budget(1)
    assert.equal([leftOut, Object.values(detail)], [[], [true, true, true]])
  })

  test('leaves out components by step, then delays, then errors by step, and no more than it has to', () => {
    const all = [
      'components by step',
      'start delay, connect time and time to first byte by step',
      'errors by step',
    ]
    const cuts = Array.from({ length: 60 }, (_, i) => budget(i + 1).leftOut)

    for (const leftOut of cuts) assert.equal(leftOut, all.slice(0, leftOut.length))
    for (let i = 1; i < cuts.length; i++) assert.ok((cuts[i]?.length ?? 0) >= (cuts[i - 1]?.length ?? 0))
    assert.equal([...new Set(cuts.map(({ length }) => length))], [0, 1, 2, 3])
  })

  test('is smaller where histograms are one series', () => {
    assert.ok(
      budget(20, { isClassic: false, maxSeries: 1e6 }).series * 5 < budget(20, { maxSeries: 1e6 }).series,
    )
  })

  test('says what it is where it cannot be kept', () => {
    assert.ok(budget(100).series > 2000)
  })
})
