import * as assert from 'uvu/assert'
import { HarnessError } from '../../../harness/base/errors.ts'
import { clockDistance } from '../../../harness/cluster/clock-distance.ts'
import { groupFindings } from '../../../harness/cluster/coordinator/group-findings.ts'
import { placeLoad, type Wanted } from '../../../harness/cluster/coordinator/placing.ts'
import { sharedPlan } from '../../../harness/cluster/coordinator/shared-plan.ts'
import type { Hello } from '../../../harness/model/cluster/hello.ts'
import { anEnvironment } from '../../kit/builders.ts'
import { aRunPlan } from '../../kit/plan-builders.ts'
import { describe } from '../../kit/suite.ts'

const aHello = (worker: string, changes: Partial<Hello> = {}): Hello => ({
  ...{ v: 1, worker, instance: `${worker}-1`, state: 'idle', run: null, threads: 2 },
  environment: anEnvironment(),
  ...changes,
})
const WANTED: Wanted = { workers: null, threads: null, threadsMax: 100, version: '0', node: 'v20' }
const shares = (hellos: readonly Hello[], changes: Partial<Wanted> = {}) =>
  placeLoad(hellos, { ...WANTED, ...changes }).map(({ hello, first, count }) => [hello.worker, first, count])

describe('placing', (test) => {
  test('goes by name, and gives each what it offers', () => {
    assert.equal(shares([aHello('b'), aHello('a', { threads: 3 })]), [
      ['a', 0, 3],
      ['b', 3, 2],
    ])
    assert.equal(shares([aHello('b'), aHello('a', { threads: 3 })], { workers: 1 }), [['a', 0, 3]])
    assert.equal(shares([aHello('a'), aHello('b')], { threads: 1 }), [
      ['a', 0, 1],
      ['b', 1, 1],
    ])
  })

  test('uses no more shards than the plan can, and shares them out in turn', () => {
    assert.equal(shares([aHello('a', { threads: 8 }), aHello('b')], { threadsMax: 3 }), [
      ['a', 0, 2],
      ['b', 2, 1],
    ])
    assert.equal(shares([aHello('a'), aHello('b')], { threadsMax: 1 }), [['a', 0, 1]])
  })

  test('uses nobody who measures differently, is busy, or shares a name, and says so of each', () => {
    const hellos = [
      aHello('a', { environment: { ...anEnvironment(), proofload: '9' } }),
      aHello('b', { environment: { ...anEnvironment(), node: 'v22.1.0' } }),
      aHello('c', { state: 'running', run: 'run-7' }),
      aHello('d'),
      aHello('d', { instance: 'd-2' }),
    ]
    try {
      placeLoad(hellos, WANTED)
      assert.unreachable()
    } catch (error) {
      assert.ok(error instanceof HarnessError && error.code === 'POOL_TOO_SMALL')
      assert.equal(
        (error as HarnessError).problems.map(({ path, message }) => `${path} ${message}`),
        [
          'a is proofload 9, not 0',
          'b runs on node v22.1.0, not v20',
          'c drives run-7',
          'd has the name of another worker',
          'd has the name of another worker',
        ],
      )
    }
  })
})

describe('What is shared over workers', (test) => {
  test('are the rows of feeders that are taken in turn: each of one worker alone', () => {
    const rows = [...Array(10).keys()].map((id) => ({ id: String(id) }))
    const plan = aRunPlan({ feeders: { one: { mode: 'unique', rows }, any: { mode: 'random', rows } } })
    const idsOf = (first: number, count: number) =>
      sharedPlan(plan, { first, count, of: 3 }).feeders['one']?.rows.map(({ id }) => id)

    assert.equal(idsOf(0, 2), ['0', '1', '3', '4', '6', '7', '9'])
    assert.equal(idsOf(2, 1), ['2', '5', '8'])
    assert.is(sharedPlan(plan, { first: 2, count: 1, of: 3 }).feeders['any']?.rows.length, 10)
  })

  test('are findings that say the same, with the names of those who say it', () => {
    const blocked = { check: 'open-files', level: 'blocked', message: '64 files', hint: 'ulimit' } as const
    const ok = { check: 'cpu', level: 'ok', message: 'fine' } as const
    const all = [
      { worker: 'a', findings: [blocked, ok] },
      { worker: 'b', findings: [ok] },
      { worker: 'c', findings: [blocked] },
    ]

    assert.equal(groupFindings(all), [{ ...blocked, message: 'on 2 of 3 workers (a, c): 64 files' }])
    assert.equal(
      groupFindings([{ worker: 'b', findings: [ok] }]).map(({ level }) => level),
      ['ok'],
    )
  })

  test('is the clock, as the quickest of the looks tells it', () => {
    const looks = [
      { sentMs: 0, receivedMs: 40, otherMs: 5_030 },
      { sentMs: 100, receivedMs: 102, otherMs: 5_101 },
    ]
    assert.equal(clockDistance(looks), { offsetMs: 5_000, boundMs: 1 })
    assert.is(clockDistance([]), null)
  })
})
