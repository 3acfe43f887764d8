/** The gate as a team uses it: a service of seven steps, and a build two of whose steps are much slower. */
import { dirname } from 'node:path'
import * as assert from 'uvu/assert'
import type { Verdict } from '../../harness/model/verdict.ts'
import { inWorkplace } from '../kit/cli.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

const STEPS = ['home', 'search', 'list', 'detail', 'cart', 'checkout', 'confirm']
const SLOWED = new Set(['detail', 'checkout'])
/** Answers slow enough that a busy machine is not mistaken for the target. */
const ANSWER_MS = 40
const SLOWED_BY = 2.2

/** A build of the service; its answers take from 80 % to 120 % of their time, in turns. */
function startBuild(slowedBy: number) {
  let count = 0
  return startHttpServer((request, response) => {
    const usualMs = ANSWER_MS * (0.8 + 0.1 * (count++ % 5))
    const step = (request.url ?? '').slice(1)
    setTimeout(() => response.end('{}'), SLOWED.has(step) ? slowedBy * usualMs : usualMs)
  })
}

const scenario = (url: string, baselineUrl: string) =>
  JSON.stringify({
    name: 'shop',
    target: { plugin: 'http', config: { url } },
    workload: { pattern: 'constant-agents', agents: 40, duration: '7s', think: '20ms..60ms' },
    warmUp: '1s',
    journeys: {
      shop: {
        steps: STEPS.flatMap((step) => [{ step, request: { path: `/${step}` } }, { think: '10ms..50ms' }]),
      },
    },
    objectives: ['error_ratio < 1%'],
    builds: { baseline: { url: baselineUrl } },
  })

/** Names of the steps that a verdict holds against a build, each once. */
const stepsIn = ({ reasons }: Verdict) => [
  ...new Set(reasons.flatMap(({ about }) => /step=(\w+)/.exec(about?.claim ?? '')?.[1] ?? [])),
]

describe('A build two of whose seven steps take 120 % longer', (test) => {
  test('is NO-GO for both, by pairs and by a baseline, and the build before it is not', () =>
    inWorkplace(async (place) => {
      const [before, after] = [await startBuild(1), await startBuild(SLOWED_BY)]
      place.write('shop.json', scenario(before.url, before.url))
      const first = await place.verdictOf('shop.json', '--threads', '1')
      const approved = await place.run('baseline', 'approve', dirname(first.verdict.files['record'] ?? ''))
      assert.is(approved.status, 0, approved.stderr)

      const confirm = ['--threads', '1', '--baseline', 'main', '--confirm']
      const slower = await place.verdictOf('shop.json', ...confirm, '--target', after.url)
      const same = await place.verdictOf('shop.json', ...confirm)
      const pairs = await place.run(
        'ab',
        before.url,
        after.url,
        'shop.json',
        '--threads',
        '1',
        '--json',
        '--quiet',
      )
      await Promise.all([before.close(), after.close()])

      assert.equal([slower.status, stepsIn(slower.verdict).sort()], [1, ['checkout', 'detail']])
      assert.is.not(same.status, 1, JSON.stringify(same.verdict.reasons))
      assert.is(pairs.status, 1, pairs.stdout)
      assert.equal(stepsIn(JSON.parse(pairs.stdout) as Verdict).sort(), ['checkout', 'detail'])
    }))
})
