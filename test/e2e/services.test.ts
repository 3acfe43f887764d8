/** Scenarios that say what is under test: it is started, awaited, loaded and ended. */

import * as assert from 'uvu/assert'
import { answersAt } from '../../harness/system/start-server.ts'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
import { freePort } from '../kit/free-port.ts'
import { okIn } from '../kit/judged-output.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

/** A server that is ready on its third answer, or does what a test wants. */
const SERVER = `
const { createServer } = require('node:http')
const [port, mode = ''] = process.argv.slice(2)
let asked = 0
if (mode === 'broken') { console.error('no database'); process.exit(3) }
createServer((request, response) => {
  response.writeHead(request.url === '/health' && ++asked < 3 ? 503 : 200).end('{}')
  if (mode === 'dies' && request.url === '/') { console.error('out of luck'); process.exit(7) }
}).listen(Number(port), '127.0.0.1')
`

interface Served {
  readonly url: string
  readonly file: string
}

async function withService(
  place: Workplace,
  { mode = '', ...settings }: { readonly mode?: string; readonly reuse?: boolean; readonly url?: string },
): Promise<Served> {
  const url = settings.url ?? `http://127.0.0.1:${await freePort()}`
  place.write('server.cjs', SERVER)
  const service = {
    command: `exec '${process.execPath}' server.cjs ${new URL(url).port} ${mode}`,
    ...settings,
    url: `${url}/health`,
    status: 200,
  }
  const scenario = {
    name: 'served',
    services: { shop: service },
    target: { plugin: 'http', config: { url } },
    workload: { pattern: 'constant-rate', rate: '50/s', duration: '1s' },
    journeys: { main: { steps: [{ request: { path: '/' } }] } },
  }
  return { url, file: place.write('served.json', JSON.stringify(scenario)) }
}

describe('Services of a scenario', (test) => {
  test('are started, awaited until they are well, loaded, and ended', () =>
    inWorkplace(async (place) => {
      const { url, file } = await withService(place, {})
      const { record } = await place.verdictOf(file, '--no-history')

      assert.is(okIn(record), 50)
      assert.is(await answersAt(url, null), false)
    }))

  test('that do not start end the run before any load, with their last words', () =>
    inWorkplace(async (place) => {
      const { file } = await withService(place, { mode: 'broken' })
      const { status, stderr } = await place.run('run', file, '--no-history')

      assert.is(status, 4, stderr)
      assert.match(stderr, /TARGET_LAUNCH_FAILED: service shop \('.*server.cjs.*'\) ended with 3/)
      assert.match(stderr, /Its last words: no database/)
    }))

  test('that end while load runs are told of', () =>
    inWorkplace(async (place) => {
      const { file } = await withService(place, { mode: 'dies' })
      const { stderr } = await place.run('run', file, '--no-history', '--no-tui')
      assert.match(stderr, /service shop .* ended with 7 before the run did; its last words: out of luck/)
    }))

  test('whose place is taken are refused, or used as they are where that is wanted', () =>
    inWorkplace(async (place) => {
      const server = await startHttpServer((_request, response) => response.end('{}'))
      const taken = await withService(place, { url: server.url })
      const refused = await place.run('run', taken.file, '--no-history')
      assert.is(refused.status, 4)
      assert.match(refused.stderr, /something already answers at .*\/health[\s\S]*reuse: true/)

      const reused = await withService(place, { url: server.url, reuse: true })
      const { record } = await place.verdictOf(reused.file, '--no-history')
      assert.is(okIn(record), 50)
      assert.is(await answersAt(server.url, 200), true)
      await server.close()
    }))

  test('are on this machine', () =>
    inWorkplace(async (place) => {
      const { file } = await withService(place, { url: 'http://192.0.2.1:8080' })
      const { status, stderr } = await place.run('check', file)
      assert.is(status, 2)
      assert.match(stderr, /services\.shop\.url[\s\S]*a URL of this machine/)
    }))
})
