import * as assert from 'uvu/assert'
import { inWorkplace, type JudgedRun } from '../../kit/cli.ts'
import { freePort } from '../../kit/free-port.ts'
import { startHttpServer } from '../../kit/servers.ts'
import { describe } from '../../kit/suite.ts'

const SECONDS = 8

/** Runs a sandbox with these faults, watched by its process, a page of metrics behind a secret, and a page that is not there. */
async function runWatched(faults: Record<string, unknown>): Promise<JudgedRun> {
  const page = await startHttpServer((request, response) =>
    response.end(request.headers.authorization === 'Bearer s3cret-token' ? 'pause_ms 12.5\n' : ''),
  )
  const scrape = (url: string) => ({
    plugin: 'prometheus',
    config: { url, metric: 'pause_ms', headers: { authorization: 'Bearer {{secret.PROBE_TOKEN}}' } },
  })
  const port = await freePort()
  try {
    let judged: JudgedRun | undefined
    await inWorkplace(async (place) => {
      const scenario = place.write(
        'watched.json',
        JSON.stringify({
          name: 'watched',
          target: { plugin: 'sandbox', config: { port, faults } },
          workload: { pattern: 'constant-rate', rate: '100/s', duration: `${SECONDS}s`, agents: 100 },
          journeys: { main: { steps: [{ request: { path: '/items' } }] } },
          probes: {
            page: scrape(page.url),
            dead: scrape('http://127.0.0.1:1/metrics'),
            server: { plugin: 'process', config: { port } },
          },
          objectives: [
            'rss_growth(target) < 80MiB',
            'availability >= 98%',
            'target_memory_ratio <= 90%',
            'max(probe_value{probe=page}) < 50',
            'probe_memory{probe=server} < 1GiB',
            { expect: 'probe_value{probe=dead} < 1', severity: 'info' },
          ],
        }),
      )
      const under = ['env', 'PROBE_TOKEN=s3cret-token']
      judged = await place.verdictUnder(under, scenario, '--threads', '1')
    })
    return judged!
  } finally {
    await page.close()
  }
}

const outcomes = ({ verdict }: JudgedRun) =>
  Object.fromEntries(verdict.objectives.map(({ expect, outcome }) => [expect, outcome]))

describe('Resources of a run', (test) => {
  test('are recorded and judged: of the target, and of what its probes see', async () => {
    const run = await runWatched({})

    assert.equal(outcomes(run), {
      'rss_growth(target) < 80MiB': 'met',
      'availability >= 98%': 'met',
      'target_memory_ratio <= 90%': 'met',
      'max(probe_value{probe=page}) < 50': 'met',
      'probe_memory{probe=server} < 1GiB': 'met',
      'probe_value{probe=dead} < 1': 'no-data',
      'downtime_ratio <= 1%': 'met',
    })
    const last = run.record.intervals.at(-1)!
    assert.is(last.probes['page']?.value, 12.5)
    assert.is(last.probes['dead'], null)
    // The same process, seen by its id and by its port.
    assert.ok(Math.abs(last.probes['server']!.rssBytes! - last.target!.rssBytes) < 50e6)
    assert.ok(last.target!.cpuRatio! >= 0 && last.target!.memoryRatio! > 0)
    assert.ok(run.record.notes.some((note) => note.startsWith('probe dead: http://127.0.0.1:1/metrics: ')))
    assert.not(JSON.stringify(run.record).includes('s3cret-token'))
  })

  test('show a leak of the target, and nothing else that would be wrong', async () => {
    const run = await runWatched({ leak: { bytesPerRequest: 256 * 1024 } })

    assert.equal(
      [run.verdict.outcome, outcomes(run)['rss_growth(target) < 80MiB']],
      ['NO_GO', 'missed'],
      JSON.stringify(run.verdict.reasons),
    )
    assert.is(outcomes(run)['availability >= 98%'], 'met')
    const grownMiB = run.verdict.objectives[0]!.observed! / 1024 ** 2
    assert.ok(grownMiB > 100 && grownMiB < 400, `${grownMiB} MiB`)
  })
})
