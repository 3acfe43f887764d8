import * as assert from 'uvu/assert'
import { RecordView } from '../../harness/analysis/record-view.ts'
import { isTrusted } from '../../harness/analysis/trust.ts'
import { assessValidity } from '../../harness/analysis/validity/index.ts'
import { aRecord, type RecordShape } from '../kit/builders.ts'
import { describe } from '../kit/suite.ts'

const FAST = Array.from({ length: 100 }, (_, i) => 5 + (i % 3))

const findings = (shape: Partial<RecordShape>) => {
  const { invalid, cautions } = assessValidity(new RecordView(aRecord({ okMs: FAST, ...shape })))
  return { invalid, cautions, codes: [...invalid, ...cautions].map(({ code }) => code) }
}
const sent = (concurrency: {
  readonly phase?: string
  readonly requestsMax?: number
  readonly notAwaited?: number
  readonly refused?: number
}) => ({
  changes: {
    concurrency: [
      { phase: 'steady', journey: 'buy', requestsMax: 2, notAwaited: 0, refused: 0, ...concurrency },
    ],
  },
})

describe('Code that does several things at once', (test) => {
  test('is no reason to say anything when all goes well', () => {
    assert.equal(findings(sent({ requestsMax: 40 })).codes, [])
  })

  test('and asks for too much makes the run inconclusive, by name and with the way out', () => {
    const { invalid, codes } = findings({
      ...sent({ requestsMax: 1_000, refused: 12 }),
      dispatch: { planned: 2_000 },
      interval: () => ({ health: { loopDelayMaxMs: 3_000 } }),
    })

    assert.equal(codes, ['TOO_MANY_AT_ONCE'])
    assert.is(isTrusted({ metric: 'error_ratio' }, invalid), false)
    assert.match(
      invalid[0]?.message ?? '',
      /^journey 'buy' had 1,000 requests of one agent in flight at once: a missing `await`\?.*await each request/,
    )
  })

  test('is told of all agents of a thread where it is they that have too much', () => {
    assert.match(
      findings(sent({ requestsMax: 30, refused: 2 })).invalid[0]?.message ?? '',
      /^journey 'buy' had up to 30 requests of one agent, and a thread 100,000 of all its agents, in flight/,
    )
  })

  test('and does not await it is told so, once', () => {
    const { invalid, cautions } = findings(sent({ requestsMax: 7, notAwaited: 3_000 }))

    assert.equal(invalid, [])
    assert.match(
      cautions[0]?.message ?? '',
      /^the code of journey 'buy' ended while 3,000 requests of it, up to 7 of one agent at once/,
    )
    assert.is(cautions.length, 1)
  })

  test('is not judged by its warm-up', () => {
    assert.equal(findings(sent({ phase: 'warm-up', refused: 9, notAwaited: 9 })).codes, [])
  })
})

describe('Agents that wait for their own connections', (test) => {
  const late = { okMs: Array(100).fill(200), startDelayMs: 60 }
  const waiting = { ownWaits: 30, ownWaitMs: 30 * 60 }

  test('are no fault of the generator, and said to wait for themselves', () => {
    const { invalid, cautions } = findings({ ...late, intervals: 1, dispatch: { ...waiting, ownWaits: 100 } })

    assert.equal(invalid, [])
    assert.match(
      cautions.find(({ code }) => code === 'AGENT_CONNECTIONS_BUSY')?.message ?? '',
      /of their own agent.*connectionsPerAgent \(6\)/,
    )
  })

  test('do not excuse a generator that made others late as well', () => {
    const { codes } = findings({ ...late, intervals: 1, dispatch: waiting })

    assert.ok(codes.includes('START_DELAY'), codes.join())
    assert.ok(codes.includes('AGENT_CONNECTIONS_BUSY'), codes.join())
  })

  test('are passed over when few of them do', () => {
    assert.equal(findings({ dispatch: { ownWaits: 1, ownWaitMs: 9 } }).codes, [])
  })
})
