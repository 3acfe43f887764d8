import * as assert from 'uvu/assert'
import type * as Api from '../../harness/api.ts'
import { inWorkplace } from '../kit/cli.ts'
import { failureOf } from '../kit/rollback.ts'
import { describe } from '../kit/suite.ts'

/** The built module: threads start from what is built. */
const { runScenario, judge, compare } = (await import(
  new URL('../../dist/api.js', import.meta.url).href
)) as typeof Api

const SCENARIO = JSON.stringify({
  name: 'api',
  target: { plugin: 'sandbox' },
  workload: { pattern: 'constant-rate', rate: '20/s', duration: '2s' },
  warmUp: '0s',
  journeys: { browse: { steps: [{ request: { method: 'GET', path: '/items' } }] } },
})

describe('The programmatic API', (test) => {
  test('runs, judges and compares as the commands do, and leaves the process alone', () =>
    inWorkplace(async (place) => {
      const cwd = place.path
      const scenario = place.write('api.json', SCENARIO)
      const listened: unknown[] = []
      const hear = (name: unknown) => listened.push(name)
      process.on('newListener', hear)
      const logged: string[] = []
      const { record, verdict, files, failures } = await runScenario({
        ...{ scenario, cwd, seed: 7, reports: ['markdown'], history: false },
        log: (text) => logged.push(text),
      }).finally(() => process.off('newListener', hear))

      assert.equal(
        listened.filter((name) => /^SIG|exit|uncaught/i.test(String(name))),
        [],
      )
      assert.equal([record.scenario, record.plan.seed, failures], ['api', 7, []])
      assert.is(record.summaries.all.requests, 40)
      assert.equal(Object.keys(files), ['record', 'verdict', 'markdown'])

      const again = await judge({ run: files['record'] ?? '', cwd })
      assert.equal([again.verdict.outcome, again.notes], [verdict.outcome, []])
      const strict = await judge({
        run: files['record'] ?? '',
        cwd,
        objectives: ['p99(response_time) < 1us'],
      })
      assert.ok(strict.verdict.outcome !== 'GO')
      const other = await compare({
        run: files['record'] ?? '',
        with: { runs: [files['record'] ?? ''] },
        cwd,
      })
      assert.ok(other.checks.length > 0, other.reason)
    }))

  test('ends the load when its signal is aborted, and keeps what was measured', () =>
    inWorkplace(async (place) => {
      const cwd = place.path
      const scenario = place.write('api.json', SCENARIO.replace('2s', '10m'))
      const ending = new AbortController()
      const { record } = await runScenario({
        ...{ scenario, cwd, history: false, reports: [], signal: ending.signal },
        log: () => ending.abort(),
      })

      assert.is(record.status, 'interrupted')
      assert.ok(record.summaries.all.requests > 0)
    }))

  test('throws what a command would print, with its code', () =>
    inWorkplace(async (place) => {
      const cwd = place.path
      const missing = await failureOf(runScenario({ scenario: 'none.yaml', cwd }))
      assert.is(missing.code, 'SCENARIO_NOT_FOUND')
      place.write(
        'elsewhere.json',
        SCENARIO.replace('"sandbox"', '"http","config":{"url":"http://198.51.100.1/"}'),
      )
      const refused = await failureOf(runScenario({ scenario: 'elsewhere.json', cwd, history: false }))
      assert.is(refused.code, 'PREFLIGHT_BLOCKED')
      const unknown = await failureOf(runScenario({ scenario: 'elsewhere.json', cwd, reports: ['pdf'] }))
      assert.is(unknown.code, 'PLUGIN_UNKNOWN')
      assert.is((await failureOf(judge({ run: 'nowhere', cwd }))).code, 'RECORD_NOT_FOUND')
    }))
})
