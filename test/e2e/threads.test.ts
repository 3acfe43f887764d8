import type { Socket } from 'node:net'
import * as assert from 'uvu/assert'
import { inWorkplace } from '../kit/cli.ts'
import { withRawServer } from '../kit/raw-server.ts'
import { describe } from '../kit/suite.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const rowsOf = (amount: number) => [...Array(amount).keys()].map((id) => `{ id: ${id} }`).join(', ')
const feeder = (mode: string, amount: number) => `{ mode: ${mode}, rows: [ ${rowsOf(amount)} ] }`

/** The kinds of feeder that a request takes a row of, with their rows. */
const FEEDERS = { circular: 7, shuffle: 9, unique: 36, random: 5, 'per-agent': 8 } as const
type Mode = keyof typeof FEEDERS
const MODES = Object.keys(FEEDERS) as Mode[]

const scenario = (url: string, workload: string, rest: string, path: string) => `name: threads
target: { plugin: http, config: { url: "${url}" } }
workload: ${workload}
warmUp: 0s
seed: 7
${rest}
journeys: { a: { steps: [ { request: { path: "${path}" } } ] } }
`

/** Paths that a server was asked for, but for the preflight's. */
const askedFor = (requests: readonly string[]) =>
  requests.map((head) => head.split(' ')[1] ?? '').filter((path) => path.startsWith('/at/'))

const CALLS = [
  'uuid()',
  'uuid()',
  'randomInteger(1, 1000000)',
  'counter()',
  'counter(orders, 100)',
  'sequence()',
]

/** What the calls of 36 arrivals send, sorted, by call. */
async function callsSent(threads: number): Promise<readonly string[][]> {
  let sent: string[][] = []
  await inWorkplace((place) =>
    withRawServer(
      (socket) => socket.write(OK),
      async ({ url, requests }) => {
        const path = `/at/${CALLS.map((call) => `{{${call}}}`).join('/')}`
        const arrivals =
          '{ pattern: curve, model: open, agents: 36, curve: { kind: steps, values: [36, 0, 0, 0], stepMs: 1000 } }'
        place.write('calls.yaml', scenario(url, arrivals, '', path))
        await place.verdictOf('calls.yaml', '--threads', String(threads))
        const paths = askedFor(requests).map((asked) => asked.split('/').slice(2))
        sent = CALLS.map((_, column) => paths.map((asked) => asked[column] ?? '').sort())
      },
    ),
  )
  return sent
}

/** Rows that 36 arrivals take of each feeder, sorted. */
function rowsTaken(threads: number): Promise<Record<Mode, string>> {
  let taken: Record<Mode, string> | undefined
  return inWorkplace((place) =>
    withRawServer(
      (socket) => socket.write(OK),
      async ({ url, requests }) => {
        const data = MODES.map((mode) => `"${mode}": ${feeder(mode, FEEDERS[mode])}`).join(', ')
        place.write(
          'many.yaml',
          scenario(
            url,
            // An agent for each arrival, and time behind the last: none is dropped, however late its thread is.
            '{ pattern: curve, model: open, agents: 36, curve: { kind: steps, values: [36, 0, 0, 0], stepMs: 1000 } }',
            `data: { ${data} }`,
            `/at/${MODES.map((mode) => `{{${mode}.id}}`).join('/')}`,
          ),
        )
        await place.verdictOf('many.yaml', '--threads', String(threads))
        const paths = askedFor(requests).map((path) => path.split('/').slice(2))
        const sorted = (column: number) =>
          paths
            .map((path) => path[column])
            .sort()
            .join()
        taken = Object.fromEntries(MODES.map((mode, column) => [mode, sorted(column)])) as typeof taken
      },
    ),
  ).then(() => taken as Record<Mode, string>)
}

describe('One plan on several threads', (test) => {
  test('takes the rows that it takes on one', async () => {
    assert.equal(await rowsTaken(4), await rowsTaken(1))
  })

  test('sends the values of calls that it sends on one, and counts every number once', async () => {
    const [one, four] = [await callsSent(1), await callsSent(4)]

    assert.equal(four, one)
    assert.equal(new Set([...(four[0] ?? []), ...(four[1] ?? [])]).size, 72)
    const upFrom = (first: number) => Array.from({ length: 36 }, (_, i) => String(first + i)).sort()
    assert.equal([four[3], four[4]], [upFrom(1), upFrom(100)])
  })

  test('leaves no row while an agent looks for one', () =>
    inWorkplace((place) =>
      withRawServer(
        (socket, at) => void (at % 2 === 0 ? setTimeout(() => socket.write(OK), 300) : socket.write(OK)),
        async ({ url, requests }) => {
          place.write(
            'dry.yaml',
            scenario(
              url,
              '{ pattern: constant-agents, agents: 4, duration: 10s }',
              `data: { u: ${feeder('unique', 25)} }`,
              '/at/{{u.id}}',
            ),
          )
          await place.verdictOf('dry.yaml', '--threads', '4')

          const taken = askedFor(requests).map((path) => Number(path.slice('/at/'.length)))
          assert.equal(
            taken.sort((a, b) => a - b),
            [...Array(25).keys()],
          )
        },
      ),
    ))

  for (const threads of [1, 4])
    test(`ends after its iterations, all of them, on ${threads} threads`, () =>
      inWorkplace((place) =>
        withRawServer(
          (socket) => socket.write(OK),
          async ({ url, requests }) => {
            const path = '/at/{{agent.id}}'
            const workload = '{ pattern: constant-agents, agents: 6, duration: 1m, iterations: 100 }'
            place.write('all.yaml', scenario(url, workload, '', path))
            const { record } = await place.verdictOf('all.yaml', '--threads', String(threads))

            assert.is(askedFor(requests).length, 100)
            assert.equal([record.dispatch.started, record.status], [100, 'complete'])
            assert.ok(record.loadMs < 30_000, `${record.loadMs} ms`)

            await place.verdictOf('all.yaml', '--threads', String(threads), '--iterations', '5 per agent')
            const perAgent = askedFor(requests).slice(100).sort()
            assert.equal(perAgent, [...Array(30).keys()].map((i) => `/at/${Math.floor(i / 5)}`).sort())
          },
        ),
      ))

  for (const [connections, threads] of [
    [1, 3],
    [5, 4],
  ] as const)
    test(`opens ${connections} shared connections on ${threads} threads, and uses each`, () =>
      inWorkplace((place) => {
        const used = new Set<Socket>()
        const held: (() => void)[] = []
        let mostOpen = 0
        return withRawServer(
          {
            onRequest: (socket, at) => {
              // The first is the preflight's.
              if (at === 0) return void socket.write(OK)
              used.add(socket)
              mostOpen = Math.max(mostOpen, [...used].filter(({ destroyed }) => !destroyed).length)
              // Nothing is answered before all connections have asked, however long that takes.
              held.push(() => setTimeout(() => socket.write(OK), 20))
              if (used.size >= connections) for (const answer of held.splice(0)) answer()
            },
          },
          async ({ url }) => {
            place.write(
              'shared.yaml',
              scenario(
                url,
                '{ pattern: constant-agents, agents: 12, duration: 1s }',
                `connections: ${connections}`,
                '/at/x',
              ),
            )
            await place.verdictOf('shared.yaml', '--threads', String(threads))
            assert.is(mostOpen, connections)
          },
        )
      }))
})
