import { connect } from 'node:net'
import * as assert from 'uvu/assert'
import { componentsMsOf, putFaults, truthOf, type Visit, visit, withSandbox } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'

async function errorOf(answer: Promise<Visit>): Promise<string | undefined> {
  try {
    await answer
    return undefined
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code
  }
}

/** Sends `total` requests, `parallel` at a time; response times rising, in ms. */
async function elapsedMsOf(url: string, total: number, parallel: number): Promise<number[]> {
  const elapsedMs: number[] = []
  let sent = 0
  const lane = async () => {
    while (sent++ < total) elapsedMs.push((await visit(url)).elapsedMs)
  }
  await Promise.all(Array.from({ length: parallel }, lane))
  return elapsedMs.sort((a, b) => a - b)
}

describe('the sandbox listener', (test) => {
  test('answers an operation with its id, and its parts in Server-Timing', () =>
    withSandbox({}, async ({ url }) => {
      const answer = await visit(`${url}/operations/tool-call`, 'POST', '{"tool":"search"}')
      const parts = componentsMsOf(answer)

      assert.is(answer.status, 200)
      assert.equal(JSON.parse(answer.body), {
        id: 'tool-call-1',
        operation: 'tool-call',
        class: 'risky',
        decision: 'allowed',
      })
      assert.equal(Object.keys(parts), ['policy', 'llm', 'filesystem', 'event-store'])
      assert.ok((parts['policy'] ?? 0) >= 5 && (parts['llm'] ?? 0) >= 20)
    }))

  test('reports parts that add up to most of what it served, and to no more', () =>
    withSandbox({}, async ({ url }) => {
      await elapsedMsOf(`${url}/items/42`, 60, 4)
      const { total, components } = await truthOf(url)
      const partsUs = Object.values(components).reduce((sum, part) => sum + part.meanUs, 0)

      assert.ok(partsUs <= total.meanUs * 1.001, `${partsUs} of ${total.meanUs}`)
      assert.ok(partsUs > total.meanUs / 2, `${partsUs} of ${total.meanUs}`)
    }))

  test('knows the truth: the client counts the same and never saw an answer sooner', () =>
    withSandbox({}, async ({ url }) => {
      const elapsedMs = await elapsedMsOf(`${url}/items/42`, 200, 10)
      const { total, classes, statuses } = await truthOf(url)

      assert.equal([total.count, classes['safe']?.count, statuses], [200, 200, { 200: 200 }])
      for (const [quantile, servedUs] of [
        [0.5, total.p50Us],
        [0.95, total.p95Us],
      ] as const) {
        const seenUs = (elapsedMs[200 * quantile - 1] ?? Number.NaN) * 1000
        // Served quantiles are the top of a bucket that is 0.1 % wide.
        assert.ok(seenUs >= servedUs * 0.998, `p${quantile * 100}: seen ${seenUs}, served ${servedUs}`)
      }
    }))

  test('answers what is no operation, and counts it apart', () =>
    withSandbox({}, async ({ url }) => {
      const statuses = [
        (await visit(`${url}/`)).status,
        (await visit(`${url}/health?probe=1`)).status,
        (await visit(`${url}/nope`)).status,
        (await visit(`${url}/operations/tool-call`)).status,
        (await visit(`${url}/items`, 'HEAD')).status,
      ]
      const { classes } = await truthOf(url)

      assert.equal(statuses, [200, 200, 404, 405, 200])
      assert.equal([classes['page']?.count, classes['safe']?.count], [4, 1])
    }))

  test('refuses everything but control by a reset, and comes back', () =>
    withSandbox({}, async ({ url }) => {
      await putFaults(url, { refuse: true })
      assert.is(await errorOf(visit(`${url}/items`)), 'ECONNRESET')
      assert.is(await errorOf(visit(`${url}/health`)), 'ECONNRESET')
      assert.equal((await truthOf(url)).unanswered, { refused: 2, reset: 0, aborted: 0 })
      await putFaults(url, {})
      assert.is((await visit(`${url}/health`)).status, 200)
    }))

  test('breaks the asked share of answers off in mid-body', () =>
    withSandbox({ faults: { reset: { ratio: 0.3 }, fixed: { ms: 0 } } }, async ({ url }) => {
      const errors: (string | undefined)[] = []
      for (let i = 0; i < 100; i++) errors.push(await errorOf(visit(`${url}/items/1`)))
      const broken = errors.filter((error) => error === 'ECONNRESET').length
      const { total, unanswered } = await truthOf(url)

      assert.ok(broken >= 15 && broken <= 45, `${broken} of 100`)
      assert.equal([unanswered.reset, total.count], [broken, 100 - broken])
    }))

  test('fails the asked share of operations with the asked status', () =>
    withSandbox({ faults: { errors: { ratio: 0.3, status: 429 }, fixed: { ms: 0 } } }, async ({ url }) => {
      await elapsedMsOf(`${url}/items/1`, 100, 5)
      const { statuses } = await truthOf(url)

      assert.ok((statuses['429'] ?? 0) >= 15 && (statuses['429'] ?? 0) <= 45)
      assert.is((statuses['200'] ?? 0) + (statuses['429'] ?? 0), 100)
    }))

  test('serves a whole-operation law when asked to', () =>
    withSandbox({ faults: { law: { lognormal: { p50Ms: 4, p99Ms: 12 } } } }, async ({ url }) => {
      await elapsedMsOf(`${url}/operations/agent-list`, 300, 6)
      const { total, components } = await truthOf(url)

      assert.equal(Object.keys(components), ['operation'])
      assert.ok(total.p50Us > 3500 && total.p50Us < 20_000, `p50 ${total.p50Us}`)
      assert.ok(total.p99Us > 8000, `p99 ${total.p99Us}`)
    }))

  test('counts a client that left before its answer', () =>
    withSandbox({ faults: { fixed: { ms: 40 } } }, async ({ url }) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      socket.write('GET /items HTTP/1.1\r\nhost: test\r\n\r\n')
      await visit(`${url}/health`)
      socket.destroy()
      await visit(`${url}/items`)
      const { total, unanswered } = await truthOf(url)

      assert.is(unanswered.aborted, 1)
      assert.is(total.count, 2)
    }))
})
