import * as assert from 'uvu/assert'
import { judge } from '../../harness/analysis/judge.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import { anEnvironment, aRecord } from '../kit/builders.ts'
import { anObjective } from '../kit/demands.ts'
import { describe } from '../kit/suite.ts'

type End = RunRecord['hosts'][number]['epochs'][number]['end']

const aHost = (place: number, end: End): RunRecord['hosts'][number] => ({
  ...{ place, worker: `w${place + 1}`, instance: `i${place}`, threads: 1, environment: anEnvironment() },
  ...{ clock: { offsetMs: 0, boundMs: 1, driftMs: 0 }, lagMaxMs: 0, overflowCount: 0, own: null },
  epochs: [
    {
      epoch: 0,
      fromMs: 0,
      throughMs: 4_000,
      untilMs: null,
      end,
      message: end === 'finished' ? null : 'its lease ended',
    },
  ],
})

const judged = (...ends: readonly End[]) =>
  judge(
    { ...aRecord({ okMs: [10], intervals: 10 }), hosts: ends.map((end, place) => aHost(place, end)) },
    { strict: false },
  )

describe('A run over workers', (test) => {
  test('is judged like any other when all of them finished', () => {
    assert.ok(judged('finished', 'finished').validity.valid)
  })

  test('is INCONCLUSIVE when one of them did not, and names it', () => {
    for (const end of ['lost', 'fenced', 'left'] as const) {
      const { outcome, exitCode, validity } = judged('finished', end)
      const [why] = validity.reasons
      assert.equal([outcome, exitCode, why?.code], ['INCONCLUSIVE', 3, 'WORKER_LOST'])
      assert.match(why?.message ?? '', 'w2 after 4s (its lease ended)')
    }
  })

  test('is INCONCLUSIVE for its coordinator when all of them ended by themselves', () => {
    const { outcome, validity } = judged('fenced', 'fenced')
    assert.equal([outcome, validity.reasons.map(({ code }) => code)], ['INCONCLUSIVE', ['COORDINATOR_LOST']])
    assert.match(validity.reasons[0]?.message ?? '', 'the last after 4s of')
    assert.equal(judged('lost', 'lost').validity.reasons[0]?.code, 'WORKER_LOST')
  })

  test('tells of a coordinator that went on with it as a caution', () => {
    const takenOver = judge(
      {
        ...aRecord({ okMs: [10], intervals: 10 }),
        hosts: [aHost(0, 'finished')],
        plan: {
          ...aRecord({ okMs: [10], intervals: 10 }).plan,
          objectives: [anObjective('error_ratio < 1%')],
        },
        takeovers: [{ at: '2026-11-21T09:30:05.120Z' }],
      },
      { strict: false },
    )
    assert.ok(takenOver.validity.valid)
    const [caution] = takenOver.cautions.filter(({ code }) => code === 'COORDINATOR_REPLACED')
    assert.match(caution?.message ?? '', '2026-11-21T09:30:05.120Z')
  })
})
