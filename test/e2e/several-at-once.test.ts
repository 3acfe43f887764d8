import * as assert from 'uvu/assert'
import { inWorkplace, type JudgedRun } from '../kit/cli.ts'
import { withRawServer } from '../kit/raw-server.ts'
import { describe } from '../kit/suite.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const ANSWER_MS = 50

const scenario = (url: string, run: string, settings: string) =>
  `import { constantAgents, defineScenario, http } from 'proofload'
export default defineScenario({ name: 'at-once', target: http({ url: '${url}' }), ${settings}
  workload: constantAgents({ agents: 1, duration: '1s' }), warmUp: '0s',
  journeys: { buy: { async run({ target }) { ${run} } } } })`

interface Seen extends JudgedRun {
  /** The most requests that the server held at once. */
  readonly most: number
  readonly codes: readonly string[]
}

/** Runs one agent with this code against a server that takes its time. */
async function seenOf(run: string, settings = ''): Promise<Seen> {
  let now = 0
  let most = 0
  let judged: JudgedRun | undefined
  await inWorkplace((place) =>
    withRawServer(
      (socket) => {
        most = Math.max(most, ++now)
        setTimeout(() => {
          now--
          socket.write(OK)
        }, ANSWER_MS)
      },
      async ({ url }) => {
        place.write('at-once.ts', scenario(url, run, settings))
        judged = await place.verdictOf('at-once.ts')
      },
    ),
  )
  const done = judged as JudgedRun
  const { reasons, cautions } = done.verdict
  return { ...done, most, codes: [...reasons, ...cautions].map(({ code }) => code) }
}

describe('Requests of one agent under Promise.all', (test) => {
  test('are at the server at once', async () => {
    const { most, record } = await seenOf(
      "await Promise.all(['/a', '/b', '/c', '/d'].map((path) => target.get(path)))",
    )

    assert.is(most, 4)
    assert.equal(
      record.concurrency.map(({ requestsMax, notAwaited, refused }) => [requestsMax, notAwaited, refused]),
      [[4, 0, 0]],
    )
  })

  test('go over as many connections as an agent may have; what waits is said to wait for its own', async () => {
    const { most, codes } = await seenOf(
      "await Promise.all(Array.from({ length: 9 }, () => target.get('/a')))",
      'connectionsPerAgent: 3,',
    )

    assert.is(most, 3)
    assert.ok(codes.includes('AGENT_CONNECTIONS_BUSY'), codes.join())
    assert.not.ok(codes.includes('START_DELAY'), codes.join())
  })
})

describe('Requests that nobody awaits', (test) => {
  test('are one journey after the other, and told of', async () => {
    const { most, codes, record } = await seenOf("target.get('/a')")

    assert.is(most, 1)
    assert.ok(codes.includes('NOT_AWAITED'), codes.join())
    assert.is(record.concurrency[0]?.notAwaited, record.steps[0]?.ok)
  })

  test('and have no end are stopped, and make the run inconclusive for that', async () => {
    const { most, verdict, record } = await seenOf(
      "for (let i = 0; i < 100_000; i++) target.get('/a')",
      "drain: '1s',",
    )

    assert.is(verdict.outcome, 'INCONCLUSIVE')
    const told = verdict.reasons.find(({ code }) => code === 'TOO_MANY_AT_ONCE')
    assert.match(told?.message ?? '', /^journey 'buy' had 1,000 requests of one agent/)
    assert.not.ok(verdict.reasons.some(({ code }) => code.startsWith('GENERATOR')))
    assert.is(most, 6)
    assert.is(record.steps.find(({ step }) => step === 'GET /a')?.started, 1_000)
  })
})
