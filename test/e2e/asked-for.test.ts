/** What was asked for by a flag and cannot be done: an error before any load, and no GO. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { verdictDocument } from '../../harness/model/verdict.ts'
import { inWorkplace } from '../kit/cli.ts'
import { putForeignBaseline } from '../kit/foreign-baseline.ts'
import { aComparison, aJudgedRun, REGRESSED } from '../kit/judged-runs.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

describe('A run', (test) => {
  for (const [flags, said] of [
    [
      ['--baseline', 'mian'],
      /BASELINE_NOT_FOUND.*there is no baseline named\/mian in \S*baselines[\s\S]*Did you mean main\?/,
    ],
    [['--baseline', 'mian', '--rerun'], /BASELINE_NOT_FOUND/],
    [['--baseline', 'main', '--confirm'], /builds: \{ baseline/],
    [['--baseline', 'main', '--confirm', '--rerun'], /--confirm and --rerun cannot be combined/],
    [['--confirm'], /--confirm needs a --baseline/],
    [['--rerun'], /--rerun needs a --baseline/],
    [['--ui-token', 'secret-token'], /--ui-token needs --ui/],
    [['--env', 'staging'], /there is no environment 'staging'/],
  ] as const)
    test(`with ${flags.join(' ')} that cannot be done ends with 2, and sends nothing`, () =>
      inWorkplace(async (place) => {
        let connections = 0
        const server = await startHttpServer((request, response) => {
          connections += request.headers['user-agent'] === undefined ? 0 : 1
          response.end('{}')
        })
        const scenario = {
          name: 'named',
          target: { plugin: 'http', config: { url: server.url } },
          workload: { pattern: 'constant-agents', agents: 1, duration: '1s' },
          journeys: { main: { steps: [{ request: { path: '/' } }] } },
        }
        place.write('named.json', JSON.stringify(scenario))
        await putForeignBaseline(place.path, 'named')
        const { status, stdout, stderr } = await place.run('run', 'named.json', '--no-history', ...flags)
        await server.close()

        assert.equal([status, stdout, connections], [2, '', 0], stderr)
        assert.match(stderr, said)
      }))
})

describe('Builds that --confirm would start', (test) => {
  const scenario = (url: string) => ({
    name: 'named',
    target: { plugin: 'http', config: { url } },
    workload: { pattern: 'constant-agents', agents: 1, duration: '1s' },
    journeys: { main: { steps: [{ request: { path: '/' } }] } },
  })
  for (const [what, baselineUrl, more, said] of [
    [
      'their host is not allowed',
      'http://db.example:1',
      {},
      /hosts-allowed: the run would contact db\.example/,
    ],
    [
      'a requirement is missing',
      'http://127.0.0.1:9',
      { requires: [{ plugin: 'tcp', config: { host: '127.0.0.1', port: 9 } }] },
      /requirements-met: tcp 127\.0\.0\.1:9/,
    ],
  ] as const)
    test(`are not started when ${what}`, () =>
      inWorkplace(async (place) => {
        const command = 'touch begun; sleep 60'
        const builds = {
          baseline: { url: baselineUrl, command },
          candidate: { url: 'http://127.0.0.1:9', command },
        }
        place.write('named.json', JSON.stringify({ ...scenario('http://127.0.0.1:9'), builds, ...more }))
        await putForeignBaseline(place.path, 'named')
        const flags = ['--baseline', 'main', '--confirm', '--no-history']
        const { status, stderr } = await place.run('run', 'named.json', ...flags)

        assert.equal([status, existsSync(join(place.path, 'begun'))], [4, false], stderr)
        assert.match(stderr, said)
      }))
})

describe('A stored run that is NO-GO by comparison', (test) => {
  const { record, verdict } = aJudgedRun({ comparison: aComparison(REGRESSED) })

  for (const [flags, status] of [
    [[], 1],
    [['--objectives', 'error_ratio < 50%'], 1],
    [['--baseline', 'nosuch'], 2],
  ] as const)
    test(`is judged again with ${flags.join(' ') || 'no flag'}: exit ${status}`, () =>
      inWorkplace(async (place) => {
        writeFileSync(join(place.path, 'run.json'), JSON.stringify(record))
        writeFileSync(join(place.path, 'verdict.json'), JSON.stringify(verdictDocument(verdict)))
        assert.is((await place.run('judge', '.', ...flags)).status, status)
      }))
})
