import * as assert from 'uvu/assert'
import { type FailedRequest, FailureLog, SHARD_SAMPLES_MAX } from '../../harness/engine/failure-log.ts'
import type { StepFailures } from '../../harness/model/failures-schema.ts'
import { ERROR_KIND_INDEX } from '../../harness/model/outcome.ts'
import { describe } from '../kit/suite.ts'

const GET = { phase: 'steady', of: 'requests', step: 'get' } as const
const SECRET = 'hunter-2-hunter'

/** A log, and a look at what it handed on. */
function createLog() {
  const told: StepFailures[] = []
  const log = new FailureLog({
    announce: (news) => news.kind === 'failures' && told.push(news.failures),
    mask: (text) => text.replaceAll(SECRET, '***'),
    startMs: 500,
    tracePrefix: '0123456789abcdef0003',
  })
  return { log, told }
}

function aFailed(changes: Partial<FailedRequest> = {}): FailedRequest {
  return {
    errorKind: ERROR_KIND_INDEX.status,
    errorText: 'HTTP 503',
    intendedMs: 2_000,
    sentMs: 2_001,
    status: 503,
    traceNumber: 0,
    sentAs: () => ({ method: 'GET', url: 'http://127.0.0.1/item' }),
    bodyStart: () => 'busy',
    ...changes,
  }
}

function toldOf(changes: Partial<FailedRequest>): StepFailures {
  const { log, told } = createLog()
  log.add(GET, aFailed(changes))
  log.send()
  return told[0] as StepFailures
}

describe('FailureLog', (test) => {
  test('hands on the counts and three samples of a kind, once', () => {
    const { log, told } = createLog()
    for (let i = 0; i < 5; i++) log.add(GET, aFailed())
    log.send()
    log.send()
    const sample = {
      ...{ kind: 'status', text: 'HTTP 503', atMs: 1_500, status: 503, body: 'busy', traceId: null },
      ...{ method: 'GET', url: 'http://127.0.0.1/item' },
    }

    assert.equal(told, [
      {
        ...GET,
        counts: [{ kind: 'status', text: 'HTTP 503', count: 5 }],
        samples: [sample, sample, sample],
      },
    ])
  })

  test('names the trace of a request that was sent', () => {
    assert.is(toldOf({ traceNumber: 7 }).samples[0]?.traceId, '0123456789abcdef0003000000000007')
    assert.is(toldOf({ traceNumber: 7, sentMs: 0 }).samples[0]?.traceId, null)
  })

  test('says what it can of a request without an answer and without a text', () => {
    const { counts, samples } = toldOf({
      errorKind: ERROR_KIND_INDEX.reset,
      errorText: '',
      status: 0,
      sentAs: () => null,
      bodyStart: () => null,
    })

    assert.equal(counts, [{ kind: 'reset', text: 'reset', count: 1 }])
    assert.equal(samples, [
      {
        kind: 'reset',
        text: 'reset',
        atMs: 1_500,
        method: null,
        url: null,
        status: null,
        body: null,
        traceId: null,
      },
    ])
  })

  test('masks secrets, also those with control characters inside, and removes the latter', () => {
    const hidden = `${SECRET.slice(0, 5)}\u0000${SECRET.slice(5)}`
    const { counts, samples } = toldOf({
      errorText: `a\n\tb \u001b[31m${SECRET}`,
      sentAs: () => ({ method: 'GET', url: `http://h/?k=${SECRET}` }),
      bodyStart: () => `x${hidden}`,
    })

    assert.is(counts[0]?.text, 'a b [31m***')
    assert.is(samples[0]?.url, 'http://h/?k=***')
    assert.is(samples[0]?.body, 'x***')
  })

  test('cuts texts to 200 characters, behind the mask', () => {
    const { counts } = toldOf({ errorText: `${'x'.repeat(192)}${SECRET}${'y'.repeat(1_000)}` })

    assert.is(counts[0]?.text, `${'x'.repeat(192)}***yyyy…`)
  })

  test('holds few texts and samples, whatever the target says', () => {
    const { log, told } = createLog()
    for (let i = 0; i < 10_000; i++)
      log.add({ ...GET, step: `step ${i % 1_000}` }, aFailed({ errorText: `id is ${i}` }))
    log.send()
    for (let i = 0; i < 500; i++) log.add({ ...GET, step: 'one' }, aFailed({ errorText: `id is ${i}` }))
    log.send()

    assert.is(
      told.reduce((sum, { samples }) => sum + samples.length, 0),
      SHARD_SAMPLES_MAX,
    )
    assert.is(told.at(-1)?.counts.length, 33)
    assert.equal(told.at(-1)?.counts.at(-1), { kind: 'status', text: 'other', count: 468 })
  })
})
