import * as assert from 'uvu/assert'
import { createSystemClock } from '../../harness/base/clock.ts'
import { isInterrupted, StopSwitch } from '../../harness/base/stop-request.ts'
import { threadDriver } from '../../harness/cluster/thread-shards.ts'
import { anIdentity } from '../kit/builders.ts'
import { aRunPlan } from '../kit/plan-builders.ts'
import { describe } from '../kit/suite.ts'

/** Threads for a plan, as somebody who gives up gets them. */
const started = (giveUp: AbortSignal) =>
  threadDriver
    .start({
      runId: 'run-1',
      plan: aRunPlan({ durationMs: 10_000 }),
      module: null,
      threads: 1,
      secrets: {},
      setupValue: undefined,
      correlationId: 'c-1',
      provisioned: {},
      clock: createSystemClock(),
      giveUp,
      onSecond: () => undefined,
      onLoss: () => undefined,
      identity: anIdentity(),
      startedAt: '2026-11-21T09:30:05.120Z',
    })
    .catch((error: unknown) => error)

describe('Threads of a run', (test) => {
  test('are not started after somebody gave up', async () => {
    const stop = new StopSwitch()
    stop.press('SIGINT')

    assert.ok(isInterrupted(await started(stop.signal)))
  })

  test('are given up while they start', async () => {
    const stop = new StopSwitch()
    const starting = started(stop.signal)
    stop.press('SIGINT')

    assert.ok(isInterrupted(await starting))
  })
})
