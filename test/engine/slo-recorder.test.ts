import * as assert from 'uvu/assert'
import type { MemoryAnnouncement } from '../../harness/engine/memory-announcement.ts'
import { Recorder } from '../../harness/engine/recorder.ts'
import type { Observation } from '../../harness/engine/recorder-settings.ts'
import { allocateShardCounters } from '../../harness/engine/shard-memory.ts'
import { Slos } from '../../harness/engine/slos.ts'
import { SnapshotReader } from '../../harness/engine/snapshot-reader.ts'
import { totalOf } from '../../harness/measure/sparse-counts.ts'
import { MEASURES, type Measure } from '../../harness/model/measures.ts'
import { ERROR_KIND_INDEX } from '../../harness/model/outcome.ts'
import type { SloPlan } from '../../harness/model/plan/slo-schema.ts'
import { describe } from '../kit/suite.ts'

const CHAT: SloPlan = {
  steps: null,
  conditions: [
    { text: 'ttft <= 200ms', metric: 'ttft', op: '<=', bound: 200 },
    { text: 'tpot < 50ms', metric: 'tpot', op: '<', bound: 50 },
    { text: 'response_time <= 1s', metric: 'response_time', op: '<=', bound: 1000 },
  ],
}

interface Ended {
  readonly step?: string
  readonly values?: readonly (readonly [Measure, number])[]
  readonly changes?: Partial<Observation>
}

/** Records requests that took 500 ms each unless said otherwise; returns count and sum of each cell of conditions. */
function judged(requests: readonly Ended[], slos: Readonly<Record<string, SloPlan>> = { chat: CHAT }) {
  const announced: MemoryAnnouncement[] = []
  const compiled = new Slos(slos)
  const recorder = new Recorder([{ name: 'steady', endMs: 60_000, measured: true }], {
    announce: (announcement) => announced.push(announcement),
    bounds: {},
    slos: compiled,
    startMs: 0,
    tracePrefix: null,
    nameOf: (name) => name,
    mask: (text) => text,
    places: [{}],
  })
  for (const { step = 'ask', values = [], changes = {} } of requests) {
    const sloValues = recorder.createSloValues()
    for (const [measure, value] of values) sloValues?.note(measure, value)
    recorder.at(step, 1000).record({ ...OBSERVED, sloValues, ...changes })
  }
  const source = { runId: 'run', shard: 0, epoch: 0, escalationKinds: [], regions: [], workloads: [] }
  const reader = new SnapshotReader(source, allocateShardCounters(0, 0))
  for (const announcement of announced) reader.add(announcement)
  const cells = reader.take(2000).cells.filter(({ key }) => key.metric.startsWith('slo_'))
  return Object.fromEntries(
    cells.map(({ key, counts, sumUs }) => [`${key.step} ${key.component}`, [totalOf(counts), sumUs]]),
  )
}

const OBSERVED: Observation = {
  intendedMs: 1000,
  connectMs: 0,
  acknowledged: true,
  sloValues: null,
  sentMs: 1010,
  firstByteMs: 1100,
  doneMs: 1500,
  networkDelayMs: 0,
  agentId: 1,
  status: 200,
  traceNumber: 0,
  outcome: 0,
  errorKind: 0,
  isUntimed: false,
  bytesSent: 0,
  bytesReceived: 0,
  componentCount: 0,
  componentNames: [],
  componentMs: [],
}

const answer = (ttft: number, tpot?: number) =>
  [[MEASURES.ttft, ttft], ...(tpot === undefined ? [] : [[MEASURES.tpot, tpot] as const])] as const

describe('Joint conditions', (test) => {
  test('are attained by a request that meets all of them, bounds included where they are', () => {
    const seen = judged([
      { values: answer(200, 49) },
      { values: answer(201, 49) },
      { values: answer(200, 50) },
      { values: answer(100, 10), changes: { doneMs: 2000.001 } },
      { values: answer(100, 10), changes: { doneMs: 2000 } },
    ])

    assert.equal(seen, { 'ask chat': [5, 2] })
  })

  test('leave out the condition that has no value, and count that', () => {
    const seen = judged([{ values: answer(100) }, { values: [] }, { values: answer(300) }])

    assert.equal(seen, {
      'ask chat': [3, 2],
      'ask chat: ttft <= 200ms': [1, 1],
      'ask chat: tpot < 50ms': [3, 3],
    })
  })

  test('are not attained by errors and timeouts, however fast, and do not judge what was aborted or untimed', () => {
    const status = { outcome: 1, errorKind: ERROR_KIND_INDEX.status }
    const seen = judged([
      { values: answer(1, 1), changes: status },
      { values: answer(1, 1), changes: { outcome: 2, errorKind: ERROR_KIND_INDEX.reset } },
      { values: answer(1, 1), changes: { outcome: 3, errorKind: ERROR_KIND_INDEX['timeout-total'] } },
      { values: answer(1, 1), changes: { outcome: 4, errorKind: ERROR_KIND_INDEX.aborted } },
      { values: answer(1, 1), changes: { isUntimed: true } },
      { values: answer(1, 1) },
    ])

    assert.equal(seen, { 'ask chat': [4, 1] })
  })

  test('judge the steps they name, and several of them the same request', () => {
    const fast: SloPlan = {
      steps: ['ask'],
      conditions: [{ text: '', metric: 'service_time', op: '<', bound: 490 }],
    }
    const seen = judged([{}, { step: 'other' }, { changes: { doneMs: 1499 } }], {
      chat: { ...CHAT, steps: ['other'] },
      fast,
    })

    assert.equal(Object.fromEntries(Object.entries(seen).filter(([name]) => !name.includes(':'))), {
      'ask fast': [2, 1],
      'other chat': [1, 1],
    })
  })

  test('read every time of a request, and none of what nobody acknowledges', () => {
    const within = (metric: string, bound: number, op: '<=' | '>=' = '<='): SloPlan => ({
      steps: null,
      conditions: [{ text: metric, metric, op, bound }],
    })
    const slos = {
      delay: within('start_delay', 6),
      connect: within('connect_time', 4),
      ttfb: within('ttfb', 90),
      service: within('service_time', 490),
      slow: within('response_time', 500, '>='),
    }
    const connected = { connectMs: 4 }

    assert.equal(judged([{ changes: connected }], slos), {
      'ask delay': [1, 1],
      'ask connect': [1, 1],
      'ask ttfb': [1, 1],
      'ask service': [1, 1],
      'ask slow': [1, 1],
    })
    const unacknowledged = judged([{ changes: { acknowledged: false, doneMs: 1010 } }], slos)
    assert.equal(unacknowledged['ask service: service_time'], [1, 1])
    assert.equal(unacknowledged['ask ttfb: ttfb'], [1, 1])
  })

  test('cost nothing where there are none', () => {
    assert.equal(judged([{}], {}), {})
  })
})
