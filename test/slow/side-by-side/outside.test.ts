/** What others may keep a run waiting with: servers that take a connection and never say a word. */
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import * as assert from 'uvu/assert'
import type { VerdictDocument } from '../../../harness/model/verdict.ts'
import { inWorkplace, type Workplace } from '../../kit/cli.ts'
import { ForgetfulProxy } from '../../kit/forgetful-proxy.ts'
import { hasPostgres, inDatabase, POSTGRES_HINT, POSTGRES_PORT } from '../../kit/postgres-server.ts'
import { startHttpServer } from '../../kit/servers.ts'
import { describe } from '../../kit/suite.ts'

const HAS_POSTGRES = await hasPostgres()

/** A server that accepts and is silent, and a target that answers. */
async function besideSilence(
  body: (
    place: Workplace,
    silent: { readonly port: number; connectionCount(): number },
    url: string,
  ) => Promise<void>,
  onRequest: () => void = () => undefined,
): Promise<void> {
  const sockets = new Set<Socket>()
  const silent = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  }).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const target = await startHttpServer((_request, response) => {
    onRequest()
    response.statusCode = 500
    response.end('no')
  })
  try {
    await inWorkplace((place) => body(place, { port, connectionCount: () => sockets.size }, target.url))
  } finally {
    for (const socket of sockets) socket.destroy()
    silent.close()
    await target.close()
  }
}

const scenario = (url: string, more = '') => `name: silence
target: { plugin: http, config: { url: "${url}" } }
workload: { pattern: constant-agents, agents: 2, duration: 2s, think: 20ms }
warmUp: 0s
journeys: { main: { steps: [{ request: { path: / } }] } }
objectives: [{ expect: "error_ratio <= 1%", for: 0s, grace: 0s }]
${more}`

/** Both streams of a run as one, in the order in which they were written; it ends by itself. */
async function storyOf(place: Workplace, ...args: readonly string[]): Promise<string> {
  const merged = ['sh', '-c', 'exec "$@" 2>&1', 'sh']
  const { stdout } = await place.startUnder(merged, 'run', ...args, '--json').ended
  return stdout
}

function verdictIn(story: string): VerdictDocument {
  const line = story.split('\n').find((text) => text.startsWith('{"schemaVersion"'))
  if (line === undefined) throw new Error(`no verdict:\n${story}`)
  return JSON.parse(line) as VerdictDocument
}

/** The verdict stands before what failed is said. */
function saysAfterTheVerdict(story: string, what: RegExp): void {
  const { outcome } = verdictIn(story)
  assert.is(outcome, 'NO_GO')
  assert.match(story.slice(story.indexOf('{"schemaVersion"')), what)
  assert.not.match(story.slice(0, story.indexOf('{"schemaVersion"')), what)
}

describe('A run beside a server that accepts and is silent', (test) => {
  if (HAS_POSTGRES)
    test('has its verdict before the history is given up: PostgreSQL that falls silent under load', () =>
      inDatabase(async (location) => {
        const proxy = await ForgetfulProxy.before(POSTGRES_PORT)
        // The first request is the look at the target: by then the history was seen to be there.
        await besideSilence(
          async (place, _silent, url) => {
            place.write('a.yaml', scenario(url))
            const store = location.replace(`:${POSTGRES_PORT}/`, `:${proxy.port}/`)
            const story = await storyOf(place, 'a.yaml', '--store', store)

            assert.ok(proxy.silencedCount > 0, story)
            saysAfterTheVerdict(story, /the run is not in the history/)
          },
          () => proxy.silence(),
        )
        await proxy.close()
      }))
  else test.skip('has its verdict before the history is given up: PostgreSQL', POSTGRES_HINT)

  test('is not begun: PostgreSQL for the history', () =>
    besideSilence(async (place, { port, connectionCount }, url) => {
      const store = `postgres://u:p@127.0.0.1:${port}/db`
      const { status, stderr } = await place.run('run', url, '--store', store)

      assert.equal([status, connectionCount() > 0], [4, true], stderr)
      assert.match(stderr, 'history-writable')
      assert.not.match(stderr, 'u:p@')
    }))

  for (const [what, channel] of [
    ['a webhook', (port: number) => `{ plugin: webhook, config: { url: "http://127.0.0.1:${port}/hook" } }`],
    [
      'a mail server',
      (port: number) =>
        `{ plugin: email, config: { host: 127.0.0.1, port: ${port}, security: none, from: a@example.org, to: [b@example.org] } }`,
    ],
  ] as const)
    test(`has its verdict before the alerts are given up: ${what}`, () =>
      besideSilence(async (place, { port, connectionCount }, url) => {
        place.write('a.yaml', scenario(url, `alerts: { channels: { ops: ${channel(port)} } }`))
        const story = await storyOf(place, 'a.yaml', '--no-history')

        assert.ok(connectionCount() > 0, story)
        assert.match(story, /alerts to 'ops' .* failed/)
        const { files } = verdictIn(story)
        const record = JSON.parse(place.read(files['record'] ?? ''))
        assert.is(record.enforcement.alerts.channels.ops.deliveredCount, 0)
      }))

  test('is not begun: Redis for the state', () =>
    besideSilence(async (place, { port }, url) => {
      place.write('a.yaml', scenario(url))
      const { status, stderr } = await place.run('run', 'a.yaml', '--state', `redis://127.0.0.1:${port}`)

      assert.is(status, 4)
      assert.match(stderr, 'cannot be used')
    }))

  test('is not begun: the target', () =>
    besideSilence(async (place, { port }) => {
      const { status, stderr } = await place.run('run', `http://127.0.0.1:${port}/`)

      assert.is(status, 4, stderr)
      assert.match(stderr, 'target-reachable')
    }))

  test('opens no dashboard on its history', () =>
    besideSilence(async (place, { port }) => {
      const { status, stderr } = await place.run(
        'serve',
        '--port',
        '0',
        '--store',
        `postgres://u:p@127.0.0.1:${port}/db`,
      )

      assert.is(status, 4)
      assert.match(stderr, 'HISTORY_UNUSABLE')
    }))
})

describe('A place that cannot be written', (test) => {
  test('blocks a comparison of two builds before any load: ab --store', () =>
    besideSilence(async (place, _silent, url) => {
      const before = readdirSync(place.path)
      const { status, stdout, stderr } = await place.run('ab', url, url, url, '--store', '/proc/x/history.db')

      assert.equal([status, stdout], [4, ''], stderr)
      assert.match(stderr, /history-writable.*\/proc\/x/)
      assert.equal(readdirSync(place.path), before)
    }))

  test('is tried without a trace where it can be: preflight leaves no history', () =>
    besideSilence(async (place, _silent, url) => {
      const before = readdirSync(place.path)
      const { status, stderr } = await place.run('preflight', url)

      assert.is(status, 0, stderr)
      assert.equal(readdirSync(place.path), before)
    }))

  for (const command of ['preflight', 'run'])
    for (const [check, flags] of [
      ['history-writable', ['--store', '/proc/x/history.db']],
      ['state-writable', ['--state', '/proc/x/state.json']],
      ['disk-writable', ['--baselines', '/proc/x']],
    ] as const)
      test(`blocks: ${command} ${flags.join(' ')}`, () =>
        besideSilence(async (place, _silent, url) => {
          place.write('a.yaml', scenario(url, 'baseline: auto'))
          const { status, stdout, stderr } = await place.run(command, 'a.yaml', ...flags)

          assert.is(status, 4, stderr)
          assert.match(stderr, new RegExp(`${check}.*/proc/x`))
          assert.is(command === 'run' ? stdout : '', '')
        }))
})

describe('A folder that cannot be made', (test) => {
  for (const command of ['preflight', 'run'])
    test(`is refused at once: ${command} --out /proc/x`, () =>
      besideSilence(async (place, _silent, url) => {
        const { status, stdout, stderr } = await place.run(command, url, '--out', '/proc/x')

        assert.is(status, 4)
        assert.match(stdout + stderr, /proc\/x cannot be written: ENOENT/)
      }))
})
