import * as assert from 'uvu/assert'
import { comparedRunOf } from '../../../harness/analysis/comparison/baseline.ts'
import { DEFAULT_COMPARISON } from '../../../harness/analysis/comparison/comparison-settings.ts'
import { judge } from '../../../harness/analysis/judge.ts'
import { parseObjectives } from '../../../harness/analysis/objective-grammar.ts'
import { type Build, comparePairs, PAIRS_MIN } from '../../../harness/app/compare/pairs.ts'
import type { RunRecord } from '../../../harness/model/run-record.ts'
import { DOUBTFUL } from '../../kit/judged-runs.ts'
import { failureOf } from '../../kit/rollback.ts'
import { aNightRecord, aStoredVerdict } from '../../kit/stored-runs.ts'
import { describe } from '../../kit/suite.ts'

const { objectives } = parseObjectives(['error_ratio < 1%'], 'objectives')
const stored = [0, 1, 2].map((night) => comparedRunOf(aNightRecord(night)))

/** Pairs of a candidate that is slower by a factor; `spoiled` says which loads cannot be believed, counted from 1. */
function pairsOf(first: RunRecord, slowdown: number, spoiled: (load: number) => boolean) {
  let loads = 0
  const made = () => loads
  const compare = (pairsMin = 0) => {
    const candidate = comparedRunOf(first)
    return comparePairs({
      name: 'main',
      stored: pairsMin === 0 ? stored : [],
      candidate: candidate.trust === 'all' ? [candidate] : [],
      settings: DEFAULT_COMPARISON,
      pairsMin,
      run(build: Build) {
        loads++
        const changes = spoiled(loads) ? DOUBTFUL : {}
        const record = aNightRecord(10 + loads, build === 'candidate' ? slowdown : 1, changes)
        return Promise.resolve({
          record,
          verdict: aStoredVerdict(record),
          folder: '',
          files: {},
          failures: [],
        })
      },
      observer: { onRun: () => undefined, onPair: () => undefined },
    })
  }
  return { compare, made }
}

describe('What believed pairs decided', (test) => {
  test('stands, whatever became of the first run', async () => {
    const first = aNightRecord(5, 1.3, DOUBTFUL)
    const comparison = await pairsOf(first, 1.3, () => false).compare(PAIRS_MIN)
    const { outcome, validity } = judge(first, { objectives, comparison, strict: false })
    assert.equal([comparison.level, comparison.believed], ['no-go', true])
    assert.equal([outcome, validity.valid], ['NO_GO', false])
  })

  test('was no regression: the first run still cannot be judged', async () => {
    const first = aNightRecord(5, 1, DOUBTFUL)
    const comparison = await pairsOf(first, 1, () => false).compare(PAIRS_MIN)
    assert.is(comparison.level === 'no-go', false)
    assert.is(judge(first, { objectives, comparison, strict: false }).outcome, 'INCONCLUSIVE')
  })
})

describe('A run of a pair that cannot be believed', (test) => {
  test('is made again', async () => {
    const { compare, made } = pairsOf(aNightRecord(5, 1.12), 1.12, (load) => load === 1 || load === 2)
    const { level, believed } = await compare()
    assert.equal([level, believed, made() >= 8], ['no-go', true, true])
  })

  test('three times leaves what was found so far, and a suspicion that passes nothing', async () => {
    const first = aNightRecord(5, 1.25)
    const { compare, made } = pairsOf(first, 1.25, (load) => load > 2)
    const comparison = await compare()
    assert.equal([comparison.level, comparison.needs, made()], ['invalid', null, 5])
    assert.match(
      comparison.notes.at(-1) ?? '',
      /^pair 2 could not be made: a run of the candidate is not a valid/,
    )
    const { outcome, reasons } = judge(first, { objectives, comparison, strict: false })
    assert.is(outcome, 'INCONCLUSIVE')
    assert.equal([...new Set(reasons.map(({ code }) => code))], ['SUSPECT_UNSETTLED'])
  })

  test('leaves nothing where there are no stored runs and too few pairs', async () => {
    const { compare } = pairsOf(aNightRecord(5), 1, (load) => load > 2)
    assert.is((await failureOf(compare(PAIRS_MIN))).code, 'RUN_INVALID')
  })
})
