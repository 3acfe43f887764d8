import * as assert from 'uvu/assert'
import type { Output } from '../../../harness/ports/output.ts'
import { outputs } from '../../../harness/telemetry/outputs/index.ts'
import { freePort } from '../../kit/free-port.ts'
import { aBatch } from '../../kit/metric-batches.ts'
import { anEnd } from '../../kit/outputs-contract.ts'
import { describe } from '../../kit/suite.ts'
import { turnsOfTheLoop } from '../../kit/until.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

const open = new AbortController().signal

async function withEndpoint(
  config: Readonly<Record<string, unknown>>,
  body: (endpoint: { output: Output; url: string; clock: VirtualClock }) => Promise<void>,
): Promise<void> {
  const port = await freePort()
  const clock = new VirtualClock()
  const plugin = outputs.get('prometheus')
  const context = { clock, cwd: '/', env: {}, schema: 3, note: () => undefined }
  const output = await plugin.open(plugin.configSchema.parse({ listen: String(port), ...config }), context)
  try {
    await body({ output, url: `http://127.0.0.1:${port}`, clock })
  } finally {
    await output.close(AbortSignal.abort())
  }
}

describe('The endpoint for Prometheus', (test) => {
  test('shows the last batch, as OpenMetrics to whoever asks for it', () =>
    withEndpoint({}, async ({ output, url }) => {
      await output.send(aBatch(), open)
      const plain = await fetch(`${url}/metrics`)
      const asked = await fetch(`${url}/metrics`, {
        headers: { accept: 'application/openmetrics-text;version=1.0.0' },
      })

      assert.match(plain.headers.get('content-type') ?? '', /^text\/plain; version=0.0.4/)
      assert.match(await plain.text(), /^# TYPE proofload_requests_total counter$/m)
      assert.match(asked.headers.get('content-type') ?? '', /^application\/openmetrics-text; version=1.0.0/)
      assert.match(await asked.text(), /^# TYPE proofload_requests counter$[\s\S]*# EOF\n$/m)
    }))

  for (const [what, path, init, status] of [
    ['another path', '/', {}, 404],
    ['another method', '/metrics', { method: 'POST' }, 405],
    ['no token', '/metrics', {}, 401],
    ['another token', '/metrics', { headers: { authorization: 'Bearer other' } }, 401],
    ['its token', '/metrics', { headers: { authorization: 'Bearer right' } }, 200],
  ] as const)
    test(`answers ${status} to ${what}`, () =>
      withEndpoint(status === 401 || what === 'its token' ? { token: 'right' } : {}, async ({ url }) => {
        assert.is((await fetch(`${url}${path}`, init)).status, status)
      }))

  test('lives on until the end of the run was read, and no longer', () =>
    withEndpoint({}, async ({ output, url, clock }) => {
      await output.finish(anEnd(aBatch()), open)
      let isClosed = false
      const closing = output.close(open).then(() => {
        isClosed = true
      })
      await turnsOfTheLoop()
      assert.is(isClosed, false)

      await (await fetch(`${url}/metrics`)).text()
      await closing
      assert.is(clock.pendingCount, 0)
    }))

  test('lives on for half a minute when nobody comes, and not at all for who wants that', () =>
    withEndpoint({}, async ({ output, clock }) => {
      await output.finish(anEnd(aBatch()), open)
      const closing = output.close(open)
      await clock.advance(30_000)
      await closing
      await withEndpoint({ linger: '0s' }, async (other) => {
        await other.output.finish(anEnd(aBatch()), open)
        await other.output.close(open)
      })
    }))
})
