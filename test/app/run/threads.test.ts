import * as assert from 'uvu/assert'
import { threadNotes, threadsOf } from '../../../harness/app/run/threads.ts'
import { describe } from '../../kit/suite.ts'

const planOf = (agents: number, connections?: number) => ({
  workloads: [{ model: 'open' as const, agents }],
  targets: { main: connections === undefined ? {} : { connections } },
})

describe('threadsOf', (test) => {
  test('leaves a core to the coordinator and the target', () => {
    assert.equal([threadsOf(planOf(100), null, 4), threadsOf(planOf(100), null, 1)], [3, 1])
  })

  test('takes what was asked for, of which every thread has an agent and a connection', () => {
    const numbers = [planOf(100), planOf(2), planOf(100, 1), planOf(2, 50)].map((plan) =>
      threadsOf(plan, 3, 8),
    )

    assert.equal(numbers, [3, 2, 1, 2])
  })

  test('never is more by default', () => {
    assert.equal([threadsOf(planOf(2), null, 8), threadsOf(planOf(100, 3), null, 8)], [2, 3])
  })
})

describe('threadNotes', (test) => {
  test('say what holds the number down', () => {
    assert.equal(threadNotes(planOf(1), 2), ['--threads 2: 1 thread for 1 agent'])
    assert.equal(threadNotes(planOf(9, 3), 4), ['--threads 4: 3 threads for 3 connections'])
  })

  test('are none when all threads are used, or none were asked for', () => {
    assert.equal([...threadNotes(planOf(2), 2), ...threadNotes(planOf(2), null)], [])
  })
})
