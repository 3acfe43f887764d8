/** Two builds that both run: one comparison with one folder, one set of reports and one line in the history. */
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import type { ComparisonCheck } from '../../harness/model/comparison.ts'
import type { HistoryRow } from '../../harness/model/history.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import type { VerdictDocument } from '../../harness/model/verdict.ts'
import { inWorkplace } from '../kit/cli.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

/** Waits so long that a busy machine changes little. */
const ANSWER_MS = 300

interface AbDocument extends Pick<VerdictDocument, 'outcome' | 'exitCode' | 'attempts' | 'files'> {
  readonly baseline: string
  readonly level: string
  readonly checks: readonly ComparisonCheck[]
}

const startSlow = (answerMs: number) =>
  startHttpServer((_request, response) => setTimeout(() => response.end('{}'), answerMs))

describe('ab', (test) => {
  test('leaves one folder with one set of reports, the runs below it, and is remembered as a comparison', () =>
    inWorkplace(async (place) => {
      const [main, branch] = await Promise.all([startSlow(ANSWER_MS), startSlow(3 * ANSWER_MS)])
      const scenario = {
        name: 'two',
        target: { plugin: 'http', config: { url: main.url } },
        workload: { pattern: 'constant-agents', agents: 20, duration: '3s' },
        journeys: { ask: { steps: [{ request: { path: '/' } }] } },
        objectives: ['max(response_time) < 1ms'],
      }
      place.write('two.json', JSON.stringify(scenario))
      const flags = ['--json', '--threads', '1', '--report', 'junit,markdown', '--retries', '2']
      const { status, stdout, stderr } = await place.run('ab', main.url, branch.url, 'two.json', ...flags)
      await Promise.all([main.close(), branch.close()])

      const document = JSON.parse(stdout || `{"stderr":${JSON.stringify(stderr)}}`) as AbDocument
      assert.equal([document.baseline, document.exitCode], [main.url, status], stderr)
      // An objective that no build keeps is not what is asked.
      const reasons = (JSON.parse(stdout) as VerdictDocument).reasons.map(({ code }) => code)
      assert.not(reasons.includes('OBJECTIVE_MISSED'))
      const folder = dirname(document.files['record'] ?? '')
      const inScenario = dirname(folder)
      const withReports = readdirSync(inScenario).filter((id) =>
        existsSync(join(inScenario, id, 'junit.xml')),
      )
      assert.equal(
        withReports.map((id) => join(inScenario, id)),
        [folder],
      )
      assert.ok(existsSync(join(folder, 'summary.md')))

      const record = JSON.parse(place.read(join(folder, 'run.json'))) as RunRecord
      const runs = record.builds?.runs ?? []
      assert.equal(readdirSync(join(folder, 'runs')).sort(), runs.map(({ runId }) => runId).sort())
      for (const run of readdirSync(join(folder, 'runs')))
        assert.equal(readdirSync(join(folder, 'runs', run)).sort(), ['run.json', 'verdict.json'])
      assert.ok(runs.some(({ build }) => build === 'baseline'))

      const listed = await place.run('history', 'list', '--json')
      const rows = JSON.parse(listed.stdout) as HistoryRow[]
      assert.equal(new Set(rows.map(({ kind }) => kind)), new Set(['comparison']))
      assert.is(rows.length, document.attempts.length)
      const judged = await place.run('judge', folder, '--json')
      assert.equal(
        [(JSON.parse(judged.stdout) as VerdictDocument).outcome, judged.status],
        [document.outcome, status],
      )
    }))

  for (const [flags, said] of [
    [['--target', 'http://127.0.0.1:9/'], /its two URLs are the targets/],
    [['--no-history', '--store', 'x.db'], /--store needs the history/],
    [['--no-history', '--build', 'x'], /--build needs the history/],
    [['--env', 'staging'], /there is no environment 'staging'/],
  ] as const)
    test(`with ${flags.join(' ')} ends with 2, and makes no run`, () =>
      inWorkplace(async (place) => {
        const url = 'http://127.0.0.1:9/'
        const { status, stdout, stderr } = await place.run('ab', url, url, url, ...flags)
        assert.equal([status, stdout], [2, ''], stderr)
        assert.match(stderr, said)
        assert.is(existsSync(join(place.path, 'reports')), false)
      }))
})
