/** What others may keep a run waiting with: servers that take a connection and never say a word. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import * as assert from 'uvu/assert'
import type { VerdictDocument } from '../../harness/model/verdict.ts'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

/** A server that accepts and is silent, and a target that answers. */
async function besideSilence(
  body: (
    place: Workplace,
    silent: { readonly port: number; connectionCount(): number },
    url: string,
  ) => Promise<void>,
): Promise<void> {
  const sockets = new Set<Socket>()
  const silent = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  }).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const target = await startHttpServer((_request, response) => {
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
  test('has its verdict before the history is given up: PostgreSQL', () =>
    besideSilence(async (place, { port, connectionCount }, url) => {
      place.write('a.yaml', scenario(url))
      const story = await storyOf(place, 'a.yaml', '--store', `postgres://u:p@127.0.0.1:${port}/db`)

      assert.ok(connectionCount() > 0)
      saysAfterTheVerdict(story, /the run is not in the history/)
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

describe('A folder that cannot be made', (test) => {
  for (const command of ['preflight', 'run'])
    test(`is refused at once: ${command} --out /proc/x`, () =>
      besideSilence(async (place, _silent, url) => {
        const { status, stdout, stderr } = await place.run(command, url, '--out', '/proc/x')

        assert.is(status, 4)
        assert.match(stdout + stderr, /proc\/x cannot be written: ENOENT/)
      }))
})
