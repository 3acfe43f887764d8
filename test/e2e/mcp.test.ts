/** An assistant at the other end of a pipe: it designs, checks, starts, follows, explains and compares. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
import { type McpClient, type PipedMcp, startMcp } from '../kit/mcp-client.ts'
import { putFaults, withSandbox } from '../kit/sandbox.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

type Parts = Readonly<Record<string, unknown>>

const design = (url: string, duration = '3s'): Parts => ({
  name: 'designed',
  target: { plugin: 'http', config: { url } },
  workload: { pattern: 'constant-rate', rate: '40/s', duration },
  journeys: { ask: { steps: [{ request: { method: 'GET', path: '/items' } }] } },
  objectives: ['p95(response_time) < 100ms'],
})

async function withPipe(
  place: Workplace,
  era: Parameters<typeof startMcp>[1],
  body: (mcp: PipedMcp) => Promise<void>,
): Promise<void> {
  mkdirSync(join(place.path, 'scenarios'), { recursive: true })
  const mcp = startMcp(place.path, era, '--allow-run', '--allow-write')
  try {
    await mcp.client.open()
    await body(mcp)
  } finally {
    mcp.child.stdin?.end()
    await mcp.ended
  }
}

async function confirmed(client: McpClient, args: Parts): Promise<string> {
  const { token, state } = await client.data('start_run', args)
  assert.is(state, 'needs-confirmation')
  return String((await client.data('start_run', { ...args, confirm: token }))['runId'])
}

async function untilOver(client: McpClient, runId: string): Promise<Parts> {
  for (;;) {
    const seen = await client.data('get_run', { runId, waitSeconds: 10 })
    if (seen['state'] === 'done' || seen['state'] === 'failed') return seen
  }
}

describe('An assistant over a pipe', (test) => {
  test('of the older era is answered, and ends the server with its pipe', () =>
    inWorkplace((place) =>
      withPipe(place, '2025-11-25', async ({ client }) => {
        assert.is((await client.tools()).length, 18)
        assert.equal(await client.data('list_scenarios'), { untrusted: true, scenarios: [], leftOut: 0 })
      }),
    ))

  test('designs, starts, follows, explains and compares on a sandbox with a fault', () =>
    inWorkplace((place) =>
      withSandbox({}, ({ url }) =>
        withPipe(place, '2026-07-28', async ({ client, lines }) => {
          const checked = await client.data('check_scenario', { scenario: design(url) })
          assert.equal([checked['problems'], checked['runnable']], [[], true])
          const yaml = JSON.stringify(design(url))
          assert.is(
            (await client.data('write_scenario', { name: 'designed', yaml }))['path'],
            'scenarios/designed.yaml',
          )
          const before = await confirmed(client, { file: 'designed.yaml', overrides: { duration: '4s' } })
          assert.is((await untilOver(client, before))['state'], 'done')

          await putFaults(url, { slow: { component: 'policy', factor: 300 } })
          const after = await confirmed(client, { file: 'designed.yaml', overrides: { duration: '4s' } })
          const seen = await untilOver(client, after)
          assert.is(seen['state'], 'done', JSON.stringify(seen['failure']))

          const told = await client.data('explain_verdict', { runId: after })
          assert.not.equal(told['outcome'], 'GO')
          assert.is((told['lookFirst'] as readonly Parts[])[0]?.['component'], 'policy', JSON.stringify(told))
          assert.ok((told['wouldChange'] as readonly Parts[]).length > 0)
          assert.is((told['nextExperiment'] as Parts)['file'], 'designed.yaml')
          const { verdict } = await client.data('get_verdict', { runId: after })
          assert.is((verdict as Parts)['runId'], after)
          const compared = await client.data('compare_runs', { baseline: before, candidate: after })
          assert.not.match(String(compared['reason']), /not comparable/)
          assert.ok((compared['checks'] as readonly Parts[]).length > 0)
          const { runs } = await client.data('list_runs', { scenario: 'designed' })
          assert.equal((runs as readonly Parts[]).map(({ id }) => id).sort(), [before, after].sort())
          // Standard output is the protocol's alone.
          for (const line of lines) assert.is((JSON.parse(line) as Parts)['jsonrpc'], '2.0')
        }),
      ),
    ))

  for (const way of ['standard input ends', 'SIGTERM'] as const)
    test(`that is gone leaves no load, and a run that is judged: ${way}`, () =>
      inWorkplace(async (place) => {
        const server = await startHttpServer((_request, response) => response.end('{}'))
        mkdirSync(join(place.path, 'scenarios'))
        const mcp = startMcp(place.path, '2026-07-28', '--allow-run')
        try {
          await mcp.client.open()
          const runId = await confirmed(mcp.client, { scenario: design(server.url, '100s') })
          let seen: Parts = {}
          while (!(Number(seen['requests']) > 0))
            seen = await mcp.client.data('get_run', { runId, waitSeconds: 1 })
          if (way === 'SIGTERM') mcp.child.kill('SIGTERM')
          else mcp.child.stdin?.end()
          assert.is(await mcp.ended, 0)
          const record = JSON.parse(place.read(join('reports', 'designed', runId, 'run.json'))) as Parts
          assert.is(record['status'], 'interrupted')
        } finally {
          mcp.child.kill('SIGKILL')
          await mcp.ended
          await server.close()
        }
      }))
})
