/** What a run does that was started from the dashboard by one POST: measure, and nothing to anybody's system. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { requestsMissing } from '../../harness/analysis/comparison/baseline.ts'
import type { Alert } from '../../harness/model/alert.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import type { Verdict } from '../../harness/model/verdict.ts'
import { withService } from '../kit/alerts.ts'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

interface Ended {
  readonly record: RunRecord
  readonly verdict: Verdict
  /** All that the page was told, as it was sent. */
  readonly stream: string
}

/** Starts a scenario of the folder from the page, with everything in the environment that could arm it. */
async function startedFromPage(place: Workplace, scenario: string): Promise<Ended> {
  const server = place.startWith(
    { PROOFLOAD_ALLOW_ROLLBACK: '1' },
    'serve',
    '--scenarios',
    '.',
    '--port',
    '0',
  )
  try {
    await server.sees('ctrl-C stops the server')
    const url = /dashboard: (\S+)/.exec(server.stderr)?.[1] ?? ''
    const answer = await fetch(new URL('/live/start', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ scenario, seed: null }),
    })
    assert.is(answer.status, 202)
    await server.sees(' of page: ')
    const path = /of page: .*, (\S+)run\.json/.exec(server.stderr)?.[1] ?? ''
    const verdict = JSON.parse(place.read(join(path, 'verdict.json'))) as Verdict
    const record = JSON.parse(place.read(join(path, 'run.json'))) as RunRecord
    return { record, verdict, stream: await beginningOf(new URL('/live/events', url)) }
  } finally {
    server.child.kill('SIGKILL')
    await server.ended
  }
}

/** The first event: whoever connects is told everything. */
async function beginningOf(url: URL): Promise<string> {
  const left = new AbortController()
  const { body } = await fetch(url, { signal: left.signal })
  const text = new TextDecoder()
  let stream = ''
  for await (const chunk of body ?? []) {
    stream += text.decode(chunk, { stream: true })
    if (stream.includes('\n\n')) break
  }
  left.abort()
  return stream
}

const scenario = (url: string, more: Readonly<Record<string, unknown>>) =>
  JSON.stringify({
    name: 'page',
    target: { plugin: 'http', config: { url } },
    workload: { pattern: 'constant-agents', agents: 5, duration: '2s', think: '20ms' },
    journeys: { ask: { steps: [{ request: { method: 'GET', path: '/' } }] } },
    ...more,
  })

describe('A run that is started from a page', (test) => {
  test('undoes nothing, whatever scenario and environment say, tells of the NO-GO, and says what it left undone', () =>
    withService((service) =>
      inWorkplace(async (place) => {
        const target = await startHttpServer((_request, response) => response.writeHead(500).end())
        const argv = ['sh', '-c', 'echo done >> undone']
        place.write(
          'page.json',
          scenario(target.url, {
            objectives: [{ expect: 'error_ratio < 1%', rollback: true }],
            rollback: {
              armed: true,
              minRequests: 10,
              procedures: { default: { plugin: 'command', config: { argv } } },
            },
            alerts: { channels: { ops: { plugin: 'webhook', config: { url: service.url } } } },
          }),
        )
        const { verdict, stream } = await startedFromPage(place, 'page.json')
        await target.close()

        assert.not.ok(existsSync(join(place.path, 'undone')))
        assert.equal([verdict.outcome, verdict.rollback?.outcome], ['NO_GO', 'not-armed'])
        const why = 'nothing was undone: a run that was started from a page is never armed'
        assert.is(verdict.rollback?.message, why)
        assert.match(verdict.rollback?.plan?.[3]?.description ?? '', /^default: run sh -c/)
        assert.match(stream, `${why}; armed, it would undo: default: run sh -c`)
        const alerts = service.posted.map(({ json }) => json as Alert)
        assert.ok(alerts.some(({ kind }) => kind === 'verdict'))
        assert.ok(alerts.every(({ status }) => status === 'firing'))
      }),
    ))

  test('begins no baseline by which others would be judged, and says how to', () =>
    inWorkplace(async (place) => {
      const target = await startHttpServer((_request, response) => response.end('{}'))
      place.write('page.json', scenario(target.url, { objectives: ['error_ratio < 50%'], baseline: 'auto' }))
      const { record, verdict, stream } = await startedFromPage(place, 'page.json')
      await target.close()

      assert.is(verdict.comparison?.checks[0]?.state, 'NO-BASELINE')
      assert.not.ok(existsSync(join(place.path, 'baselines')))
      // On a machine that is too busy it is INCONCLUSIVE or too small: then there is nothing to begin.
      if (verdict.outcome === 'GO' && requestsMissing(record) === null)
        assert.match(stream, /proofload baseline approve \S+ --name main/)
    }))
})
