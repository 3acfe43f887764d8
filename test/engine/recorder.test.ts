import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { COMPONENT_CELLS_MAX } from '../../harness/engine/cell-memory.ts'
import type { MemoryAnnouncement } from '../../harness/engine/memory-announcement.ts'
import { Recorder, STEP_NAMES_MAX } from '../../harness/engine/recorder.ts'
import type { Observation } from '../../harness/engine/recorder-settings.ts'
import { allocateShardCounters } from '../../harness/engine/shard-memory.ts'
import { SnapshotReader } from '../../harness/engine/snapshot-reader.ts'
import { totalOf } from '../../harness/measure/sparse-counts.ts'
import { OTHER_NAMES, SLOWEST_PER_STEP } from '../../harness/model/interval-snapshot.ts'
import { ERROR_KIND_INDEX } from '../../harness/model/outcome.ts'
import { durationsMs } from '../kit/engine-rig.ts'
import { describe } from '../kit/suite.ts'

const PHASES = [
  { name: 'warm-up', endMs: 1_000, measured: false },
  { name: 'steady', endMs: 5_000, measured: true },
]

const PREFIX = '0123456789abcdef0003'

/** A recorder, and a look at what it recorded so far. */
function createRecorder(nameOf = (name: string) => name, regions: readonly string[] = []) {
  const announced: MemoryAnnouncement[] = []
  const announce = (announcement: MemoryAnnouncement) => announced.push(announcement)
  const recorder = new Recorder(PHASES, {
    announce,
    bounds: {},
    slos: null,
    startMs: 500,
    tracePrefix: PREFIX,
    nameOf,
    mask: (text) => text.replaceAll('hunter-2', '***'),
    places: regions.length === 0 ? [{}, {}] : regions.map((region) => ({ region })),
  })
  const take = () => {
    const source = { runId: 'run', shard: 0, epoch: 0, escalationKinds: [], regions: [], workloads: [] }
    const reader = new SnapshotReader(source, allocateShardCounters(0, 0))
    for (const announcement of announced) reader.add(announcement)
    return reader.take(1_000)
  }
  return { recorder, announced, take }
}

/** Intended at 2,000 ms, sent 5 ms later, answered 20 ms after that. */
function anObservation(changes: Partial<Observation> = {}): Observation {
  return {
    intendedMs: 2_000,
    connectMs: 0,
    acknowledged: true,
    sloValues: null,
    sentMs: 2_005,
    firstByteMs: 2_015,
    doneMs: 2_025,
    networkDelayMs: 0,
    agentId: 7,
    status: 200,
    traceNumber: 0,
    outcome: 0,
    errorKind: 0,
    isUntimed: false,
    bytesSent: 100,
    bytesReceived: 1_000,
    componentCount: 0,
    componentNames: [],
    componentMs: [],
    ...changes,
  }
}

function recordOne(changes: Partial<Observation> = {}) {
  const { recorder, take } = createRecorder()
  recorder.at('step', 2_000).record(anObservation(changes))
  return take()
}

const near = (values: readonly number[], expected: readonly number[]) =>
  assert.equal(
    values.map((value) => Math.round(value)),
    expected,
  )

describe('Recorder', (test) => {
  test('times an answer from intended, sent and first byte', () => {
    const seen = recordOne()

    near(durationsMs(seen, 'start_delay'), [5])
    near(durationsMs(seen, 'service_time'), [20])
    near(durationsMs(seen, 'response_time'), [25])
    near(durationsMs(seen, 'ttfb'), [10])
  })

  test('adds the network delay of the region to the response time alone', () => {
    const seen = recordOne({ networkDelayMs: 40 })

    near(durationsMs(seen, 'response_time'), [65])
    near(durationsMs(seen, 'service_time'), [20])
  })

  test('takes connecting out of the start delay, and leaves it in the response time', () => {
    const seen = recordOne({ sentMs: 2_085, firstByteMs: 2_090, doneMs: 2_100, connectMs: 80 })

    near(durationsMs(seen, 'start_delay'), [5])
    near(durationsMs(seen, 'connect_time'), [80])
    near(durationsMs(seen, 'service_time'), [15])
    near(durationsMs(seen, 'response_time'), [100])
    assert.is(seen.slowest[0]?.connectTimeMs, 80)
  })

  test('keeps no connect time of a request that found a connection', () => {
    assert.equal(durationsMs(recordOne(), 'connect_time'), [])
  })

  test('has totals that agree to the microsecond: response = start delay + connect + service + network delay', () => {
    const anyMs = fc.double({ min: 0, max: 500, noNaN: true })
    const anyConnectMs = fc.oneof(fc.constant(0), anyMs)
    const anyTimes = fc.tuple(anyMs, anyConnectMs, anyMs, anyMs)
    fc.assert(
      fc.property(fc.array(anyTimes, { minLength: 1, maxLength: 50 }), (times) => {
        const { recorder, take } = createRecorder()
        let networkUs = 0
        for (const [delayMs, connectMs, serviceMs, networkDelayMs] of times) {
          const sentMs = 2_000 + delayMs + connectMs
          const doneMs = sentMs + serviceMs
          recorder
            .at('step', 2_000)
            .record(anObservation({ connectMs, sentMs, doneMs, firstByteMs: 0, networkDelayMs }))
          networkUs += Math.round(networkDelayMs * 1_000)
        }
        const seen = take()
        const sumOf = (metric: string) => seen.cells.find(({ key }) => key.metric === metric)?.sumUs ?? 0
        assert.is(
          sumOf('response_time'),
          sumOf('start_delay') + sumOf('connect_time') + sumOf('service_time') + networkUs,
        )
      }),
      { numRuns: 30 },
    )
  })

  test('gives a request that was never sent a start delay and a response time, but no service time', () => {
    const seen = recordOne({
      sentMs: 0,
      firstByteMs: 0,
      outcome: 2,
      errorKind: ERROR_KIND_INDEX.refused,
    })

    near(durationsMs(seen, 'start_delay'), [25])
    near(durationsMs(seen, 'response_time'), [25])
    assert.equal(durationsMs(seen, 'service_time'), [])
  })

  test('gives a request that waited for a connection in vain the connect time of that wait', () => {
    const seen = recordOne({ connectMs: 22, sentMs: 0, firstByteMs: 0, outcome: 3 })

    near(durationsMs(seen, 'start_delay'), [3])
    near(durationsMs(seen, 'connect_time'), [22])
    near(durationsMs(seen, 'response_time'), [25])
  })

  test('counts a request that a stall touched, and times it not', () => {
    const seen = recordOne({ isUntimed: true })

    assert.equal([seen.steps[0]?.ok, seen.steps[0]?.untimed, seen.steps[0]?.bytesSent], [1, 1, 100])
    assert.equal(seen.cells, [])
  })

  test('keeps response times of each outcome apart, and service times of answers only', () => {
    const { recorder, take } = createRecorder()
    for (const outcome of [0, 1, 2, 3]) recorder.at('step', 2_000).record(anObservation({ outcome }))
    const seen = take()
    const outcomes = seen.cells
      .filter(({ key }) => key.metric === 'response_time')
      .map(({ key }) => key.outcome)

    assert.equal(outcomes, ['ok', 'failed', 'errored', 'timed-out'])
    assert.is(durationsMs(seen, 'service_time').length, 2)
    assert.is(durationsMs(seen, 'start_delay').length, 4)
  })

  test('counts what the harness aborted, and times it not', () => {
    const seen = recordOne({ outcome: 4, errorKind: ERROR_KIND_INDEX.aborted })

    assert.equal(seen.cells, [])
    assert.is(seen.steps[0]?.aborted, 1)
  })

  test('counts outcomes, error kinds and bytes', () => {
    const { recorder, take } = createRecorder()
    const step = recorder.at('step', 2_000)
    step.record(anObservation())
    step.record(anObservation({ outcome: 2, errorKind: ERROR_KIND_INDEX.reset }))
    step.record(anObservation({ outcome: 2, errorKind: ERROR_KIND_INDEX.reset }))
    const counts = take().steps[0]

    assert.equal([counts?.ok, counts?.errored, counts?.errors], [1, 2, { reset: 2 }])
    assert.equal([counts?.bytesSent, counts?.bytesReceived], [300, 3_000])
  })

  test('times the components that an answer reported', () => {
    const seen = recordOne({
      componentCount: 2,
      componentNames: ['policy', 'llm', 'old'],
      componentMs: [5, 12, 99],
    })
    const components = seen.cells.filter(({ key }) => key.metric === 'component_time')

    assert.equal(
      components.map(({ key, sumUs }) => [key.component, sumUs]),
      [
        ['policy', 5_000],
        ['llm', 12_000],
      ],
    )
  })

  test('files a request under the phase of its intended instant, the last one after the end', () => {
    const { recorder, take } = createRecorder()
    for (const intendedMs of [0, 999.9, 1_000, 4_999, 9_000]) {
      const changes = { intendedMs, sentMs: intendedMs, doneMs: intendedMs + 5_000 }
      recorder.at('step', intendedMs).record(anObservation(changes))
    }
    assert.equal(
      take().steps.map(({ phase, ok }) => [phase, ok]),
      [
        ['warm-up', 2],
        ['steady', 3],
      ],
    )
  })

  test('allocates a cell when it is first needed, once', () => {
    const { recorder, announced } = createRecorder()
    assert.equal(announced, [])
    for (let i = 0; i < 3; i++) recorder.at('step', 2_000).record(anObservation())

    assert.equal(
      announced.map((announcement) =>
        announcement.kind === 'cell' ? announcement.key.metric : announcement.kind,
      ),
      ['counters', 'statuses', 'response_time', 'pages', 'slowest', 'start_delay', 'service_time', 'ttfb'],
    )
  })

  test('counts answers by status, and none of what was given up', () => {
    const { recorder, take } = createRecorder()
    const step = recorder.at('step', 2_000)
    for (const status of [200, 200, 503]) step.record(anObservation({ status }))
    step.record(anObservation({ status: 200, outcome: 4 }))
    step.record(anObservation({ status: 0 }))

    assert.equal(take().steps[0]?.statuses, { 200: 2, 503: 1 })
  })

  test('tells why requests failed, under the masked name of their step', () => {
    const { recorder, take } = createRecorder((name) => name.replaceAll('hunter-2', '***'))
    recorder.at('get hunter-2', 2_000).noteFailure({
      ...anObservation({ status: 503, errorKind: ERROR_KIND_INDEX.status }),
      errorText: 'no hunter-2',
      sentAs: () => null,
      bodyStart: () => null,
    })
    recorder.sendNoted()

    assert.equal(
      take().failures.map(({ phase, step, counts }) => [phase, step, counts]),
      [['steady', 'get ***', [{ kind: 'status', text: 'no ***', count: 1 }]]],
    )
  })

  test('files step names beyond five hundred under one', () => {
    const { recorder, take } = createRecorder()
    for (let i = 0; i < STEP_NAMES_MAX + 20; i++) {
      recorder.at(`GET /items/${i}`, 2_000).record(anObservation({ outcome: 4 }))
    }
    const { steps } = take()

    assert.is(steps.length, STEP_NAMES_MAX + 1)
    assert.equal(steps.find(({ step }) => step === OTHER_NAMES)?.aborted, 20)
  })

  test('files components beyond two thousand, over all steps and phases, under one of their step', () => {
    const { recorder, take } = createRecorder()
    const names = Array.from({ length: 64 }, (_, i) => `c${i}`)
    const report = { componentCount: 64, componentNames: names, componentMs: names.map(() => 5) }
    for (let round = 0; round < 2; round++)
      for (const intendedMs of [500, 2_000])
        for (let i = 0; i < 20; i++) recorder.at(`step${i}`, intendedMs).record(anObservation(report))
    const components = take().cells.filter(({ key }) => key.metric === 'component_time')
    const others = components.filter(({ key }) => key.component === OTHER_NAMES)
    const countOf = (cells: typeof components) => cells.reduce((sum, { counts }) => sum + totalOf(counts), 0)

    assert.is(components.length - others.length, COMPONENT_CELLS_MAX)
    assert.is(others.length, 9)
    assert.is(countOf(components), 2 * 2 * 20 * 64, 'none is lost')
    assert.is(countOf(others), 2 * (2 * 20 * 64 - COMPONENT_CELLS_MAX))
  })
})

describe('Recorder, names with secrets', (test) => {
  test('records steps and components as they may be told, those that become alike as one', () => {
    const { recorder, announced, take } = createRecorder((name) => name.replace(/tok\d/, '***'))
    for (const [step, component] of [
      ['GET /tok1', 'db tok1'],
      ['GET /tok2', 'db tok2'],
      ['GET /', 'db'],
    ] as const)
      for (let i = 0; i < 2; i++)
        recorder
          .at(step, 2_000)
          .record(anObservation({ componentCount: 1, componentNames: [component], componentMs: [5] }))
    const { steps, cells } = take()

    assert.equal(
      steps.map(({ step, ok }) => [step, ok]),
      [
        ['GET /***', 4],
        ['GET /', 2],
      ],
    )
    const components = cells.filter(({ key }) => key.metric === 'component_time')
    assert.equal(
      components.map(({ key, counts }) => [key.step, key.component, totalOf(counts)]),
      [
        ['GET /***', 'db ***', 4],
        ['GET /', 'db', 2],
      ],
    )
    assert.not.match(JSON.stringify(announced), /tok\d/)
  })
})

describe('Recorder, slowest requests', (test) => {
  test('tells all of a slow request: times, agent, status, kind of error, trace', () => {
    const answered = recordOne({
      networkDelayMs: 40,
      status: 503,
      errorKind: ERROR_KIND_INDEX.status,
      outcome: 1,
    })
    const traced = recordOne({ traceNumber: 255 })

    assert.equal(answered.slowest, [
      {
        phase: 'steady',
        step: 'step',
        responseTimeMs: 65,
        serviceTimeMs: 20,
        connectTimeMs: null,
        atMs: 1_500,
        agent: 7,
        status: 503,
        errorKind: 'status',
        traceId: null,
      },
    ])
    assert.equal(
      [traced.slowest[0]?.errorKind, traced.slowest[0]?.traceId],
      ['none', `${PREFIX}0000000000ff`],
    )
  })

  test('gives a request that was never sent no service time, no status and no trace', () => {
    const seen = recordOne({
      sentMs: 0,
      outcome: 2,
      status: 0,
      errorKind: ERROR_KIND_INDEX.refused,
      traceNumber: 9,
    })
    assert.equal(
      seen.slowest.map(({ responseTimeMs, serviceTimeMs, status, errorKind, traceId }) => [
        responseTimeMs,
        serviceTimeMs,
        status,
        errorKind,
        traceId,
      ]),
      [[25, null, null, 'refused', null]],
    )
  })

  test('keeps none of the warm-up, and none that the harness itself ended', () => {
    const { recorder, take } = createRecorder()
    recorder.at('step', 500).record(anObservation({ intendedMs: 500 }))
    recorder.at('step', 2_000).record(anObservation({ outcome: 4 }))

    assert.equal(take().slowest, [])
  })

  test('keeps those that a sort of everything recorded puts first, step by step', () => {
    const anyMs = fc.double({ min: 0, max: 500, noNaN: true })
    const recorded = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), anyMs, fc.nat({ max: 3 })), {
      maxLength: 80,
    })
    fc.assert(
      fc.property(recorded, (requests) => {
        const { recorder, take } = createRecorder()
        for (const [agentId, [step, serviceMs, outcome]] of requests.entries())
          recorder.at(step, 2_000).record(anObservation({ doneMs: 2_005 + serviceMs, outcome, agentId }))
        const { slowest } = take()

        for (const step of ['a', 'b', 'c']) {
          const all = requests
            .filter(([name]) => name === step)
            .map(([, serviceMs]) => 5_000 + Math.round((2_005 + serviceMs - 2_005) * 1_000))
          const kept = slowest.filter((request) => request.step === step)
          assert.equal(
            kept.map(({ responseTimeMs }) => Math.round(responseTimeMs * 1_000)).sort((a, b) => b - a),
            all.sort((a, b) => b - a).slice(0, SLOWEST_PER_STEP),
          )
          for (const { agent } of kept) assert.is(requests[agent]?.[0], step)
        }
      }),
    )
  })
})

describe('A recorder that tells regions apart', (test) => {
  test('records each on its own, with answers by status and those judged wrong', () => {
    const { recorder, take } = createRecorder((name) => name, ['emea', 'apac'])
    recorder.at('get', 2_000, 0).record(anObservation())
    const failed = { outcome: 1, status: 503, errorKind: ERROR_KIND_INDEX.status }
    recorder.at('get', 2_000, 1).record(anObservation(failed))
    recorder.at('get', 2_000, 1).record(anObservation({ status: 503 }))
    const { steps, cells } = take()

    assert.equal(
      steps.map(({ region, ok, failed: bad, statuses, failedStatuses }) => [
        region,
        ok,
        bad,
        statuses,
        failedStatuses,
      ]),
      [
        ['emea', 1, 0, { 200: 1 }, {}],
        ['apac', 1, 1, { 503: 2 }, { 503: 1 }],
      ],
    )
    const of = (wanted: string) => cells.filter(({ key }) => key.region === wanted)
    assert.is(of('emea').length + of('apac').length, cells.length)
    assert.is(
      of('apac').reduce(
        (sum, { key, counts }) => (key.metric === 'response_time' ? sum + totalOf(counts) : sum),
        0,
      ),
      2,
    )
  })

  test('does so only when there is an objective that names one', () => {
    const { recorder, take } = createRecorder()
    recorder.at('get', 2_000, 1).record(anObservation())
    recorder.at('get', 2_000, 0).record(anObservation())
    const { steps } = take()
    assert.equal(
      steps.map((step) => [step.ok, 'region' in step]),
      [[2, false]],
    )
  })
})
