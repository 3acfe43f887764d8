import * as assert from 'uvu/assert'
import type { RetryOp } from '../../harness/engine/program.ts'
import { ERROR_KINDS } from '../../harness/model/outcome.ts'
import type { WorkloadPlan } from '../../harness/model/plan.ts'
import { createRig, durationsMs, judgeStatus, RIG_START_MS, runRig } from '../kit/engine-rig.ts'
import { describe } from '../kit/suite.ts'

const oneArrival: Partial<WorkloadPlan> = { agents: 1, arrivals: 'replay', instantsMs: [5] }
const far = [{ name: 'far', weight: 1, timeZone: 'UTC', networkDelayMs: 40 }]
const startsOf = ({ target }: Awaited<ReturnType<typeof runRig>>) =>
  target.requests.map(({ startedMs }) => startedMs - RIG_START_MS)

function retryOf(attempts: number, baseMs = 100): RetryOp {
  const on = ERROR_KINDS.map((kind) => kind === 'reset' || kind === 'status')
  return { attempts, on, backoff: { baseMs, factor: 2, maxMs: 10_000, jitterRatio: 0 } }
}

describe('CodeRequests, a request that fails', (test) => {
  test('is tried again after growing pauses, each attempt recorded; code gets the last answer', async () => {
    const statuses: number[] = []
    const rig = await runRig({
      workload: oneArrival,
      script: ({ number }) => ({ delayMs: 10, status: number < 2 ? 503 : 200 }),
      async code(port, request) {
        statuses.push((await port.send({ ...request, retry: retryOf(3), judge: judgeStatus })).status)
        await port.send(request)
      },
    })
    const [step] = rig.seen.steps

    assert.equal(startsOf(rig), [5, 115, 325, 335])
    assert.equal([step?.started, step?.failed, step?.ok, step?.retries], [4, 2, 2, 2])
    assert.equal(statuses, [200])
    assert.is(rig.seen.dispatch.iterations, 1)
    assert.ok(durationsMs(rig.seen, 'start_delay').every((ms) => ms < 0.1))
  })

  test('has the connect time of each of its attempts', async () => {
    const rig = await runRig({
      workload: oneArrival,
      script: ({ number }) => ({
        delayMs: 10,
        sendDelayMs: 80,
        connectMs: 80,
        status: number < 2 ? 503 : 200,
      }),
      code: (port, request) => port.send({ ...request, retry: retryOf(3), judge: judgeStatus }),
    })

    assert.equal(durationsMs(rig.seen, 'connect_time').map(Math.round), [80, 80, 80])
    assert.ok(durationsMs(rig.seen, 'start_delay').every((ms) => ms < 0.1))
  })

  test('is given up after its attempts, or for an error that is worth no other', async () => {
    const kinds: string[] = []
    const rig = await runRig({
      workload: oneArrival,
      script: ({ number }) => ({ delayMs: 10, error: number < 3 ? 'reset' : 'refused' }),
      async code(port, request) {
        for (const attempts of [3, 9])
          kinds.push((await port.send({ ...request, retry: retryOf(attempts) })).errorKind)
      },
    })

    assert.equal(kinds, ['reset', 'refused'])
    assert.is(rig.target.requests.length, 4)
  })

  test('waits for itself alone: others of the same agent go on meanwhile', async () => {
    const rig = await runRig({
      workload: oneArrival,
      script: ({ number }) => (number < 2 ? { delayMs: 10, error: 'reset' } : { delayMs: 10 }),
      code: (port, request) =>
        Promise.all([
          port.send({ ...request, retry: retryOf(2, 100) }),
          port.send({ ...request, retry: retryOf(2, 50) }),
          port.think(70).then(() => port.send(request)),
        ]),
    })

    assert.equal(startsOf(rig), [5, 5, 65, 75, 115])
    assert.is(rig.seen.dispatch.iterations, 1)
  })

  test('gives its code the last answer when the run ends in a pause', async () => {
    const kinds: string[] = []
    const rig = createRig({
      workload: oneArrival,
      script: [{ delayMs: 10, error: 'reset' }],
      async code(port, request) {
        kinds.push((await port.send({ ...request, retry: retryOf(9, 60_000) })).errorKind)
      },
    })
    const running = rig.engine.run()
    await rig.clock.advance(100)
    rig.engine.stop(5_000)
    await rig.clock.advance(10)
    await running

    assert.equal([kinds, rig.target.requests.length], [['reset'], 1])
  })
})

describe('CodeRequests, an answer to a far region', (test) => {
  test('reaches code a network delay later, as it reaches steps', async () => {
    const rig = await runRig({
      workload: { ...oneArrival, regions: far },
      async code(port, request) {
        for (let i = 0; i < 3; i++) await port.send(request)
      },
    })

    assert.equal(startsOf(rig), [5, 55, 105])
    assert.ok(durationsMs(rig.seen, 'response_time').every((ms) => Math.round(ms) === 50))
    assert.ok(durationsMs(rig.seen, 'start_delay').every((ms) => ms < 0.1))
  })

  test('may be one of hundreds on their way', async () => {
    const rig = await runRig({
      workload: { ...oneArrival, regions: far },
      code: (port, request) => Promise.all(Array.from({ length: 300 }, () => port.send(request))),
    })

    assert.equal([rig.seen.steps[0]?.ok, rig.seen.dispatch.iterations], [300, 1])
  })
})
