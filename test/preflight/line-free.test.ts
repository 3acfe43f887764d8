import * as assert from 'uvu/assert'
import { HarnessError } from '../../harness/base/errors.ts'
import type { LineOwner } from '../../harness/model/line.ts'
import { lineFree } from '../../harness/preflight/line-free.ts'
import { aPreflightContext } from '../kit/preflight-context.ts'
import { describe } from '../kit/suite.ts'

const owner: LineOwner = {
  by: 'ann@ci-3',
  pid: 4711,
  host: 'ci-3',
  startTicks: 99,
  runId: 'run-1',
  rollbackId: 'rollback-1',
  at: '2026-11-21T09:30:00.000Z',
  reason: 'p99 was 900ms',
  correlationId: 'correlation-1',
}

const look = async (line: () => Promise<LineOwner | null>) =>
  (await lineFree.check(aPreflightContext({ line })))[0]

describe('lineFree', (test) => {
  test('is content while nobody puts a system back', async () => {
    assert.is((await look(() => Promise.resolve(null)))?.level, 'ok')
  })

  test('blocks while somebody does: who, when, why, and what to do', async () => {
    const finding = await look(() => Promise.resolve(owner))

    assert.is(finding?.level, 'blocked')
    assert.is(
      finding?.message,
      'the deploy lock is held by ann@ci-3 (process 4711 on ci-3, rollback rollback-1) at 2026-11-21T09:30:00.000Z: p99 was 900ms',
    )
    assert.match(finding?.hint ?? '', /proofload rollback status/)
    assert.match(finding?.hint ?? '', /abort RUN --reason/)
  })

  test('blocks when nobody knows: a line that cannot be looked up may be stopped', async () => {
    const finding = await look(() =>
      Promise.reject(new HarnessError('STATE_UNREACHABLE', 'no answer', { hint: 'Start the server.' })),
    )
    assert.is(finding?.level, 'blocked')
    assert.is(finding?.message, 'the deploy lock cannot be read: no answer')
    assert.is(finding?.hint, 'Start the server.')
  })
})
