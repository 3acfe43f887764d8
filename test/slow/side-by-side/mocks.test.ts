import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { inWorkplace, type JudgedRun } from '../../kit/cli.ts'
import { withOpa } from '../../kit/governance-servers.ts'
import { hasPostgres, inDatabase, POSTGRES_HINT } from '../../kit/postgres-server.ts'
import { withSandbox } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'

const INTEGRATION = join(new URL('../../..', import.meta.url).pathname, 'scenarios', 'integration.ts')
const LOAD = ['--duration', '2s', '--warm-up', '0s', '--rate', '20/s', '--seed', '3']
const COMPONENTS = ['event-store', 'expert', 'filesystem', 'llm', 'policy']
const isThere = await hasPostgres()
const AWAY = '127.0.0.1:9'

/** Components without a time. */
const missingIn = ({ verdict: { summary } }: JudgedRun) =>
  COMPONENTS.filter((name) => (summary.components[name]?.count ?? 0) === 0)

describe('The integration run', (test) => {
  test('runs on the sandbox alone where services are away, which its verdict says: never GO', () =>
    inWorkplace(async (place) => {
      const run = await place.verdictOf(
        INTEGRATION,
        ...LOAD,
        ...['target', 'targets.expert'].flatMap((at) => ['--set', `${at}.config.url=http://${AWAY}`]),
        ...['--set', `targets.model.config.url=http://${AWAY}/v1`],
        ...['--set', `targets.events.config.url=postgres://me@${AWAY}/none`],
      )

      const { verdict, record, status } = run
      assert.equal([verdict.outcome, status], ['INCONCLUSIVE', 3])
      const reason = verdict.reasons.find(({ code }) => code === 'TARGET_MOCKED')
      assert.match(reason?.message ?? '', '4 of 5 targets could not be reached and ran on a mock')
      assert.equal(record.plan.mocked?.map(({ target, by }) => `${target} ${by}`).sort(), [
        'events sandbox',
        'expert sandbox',
        'main sandbox',
        'model sandbox',
      ])
      // One process for all of them.
      const urls = ['main', 'model', 'expert', 'events'].map(
        (name) => record.plan.targets[name]?.config['url'],
      )
      assert.is(new Set(urls).size, 1)
      assert.equal(missingIn(run), [])
    }))

  test('is blocked before any load with --no-mocks', () =>
    inWorkplace(async (place) => {
      const { status, stderr } = await place.run(
        'run',
        INTEGRATION,
        '--no-mocks',
        ...['--set', `target.config.url=http://${AWAY}`],
      )
      assert.is(status, 4, stderr)
      assert.match(stderr, 'target-reachable')
    }))

  if (isThere)
    test('measures the same components of services that are there, and mocks nothing', () =>
      inDatabase((events) =>
        withOpa((opa) =>
          withSandbox(
            { llm: { firstTokenMs: 20, tokenMs: 1, outputTokens: 16, tokensPerPiece: 4 } },
            ({ url }) =>
              inWorkplace(async (place) => {
                const run = await place.verdictOf(
                  INTEGRATION,
                  ...LOAD,
                  ...['--set', `target.config.url=${opa}`],
                  ...['--set', `targets.model.config.url=${url}/v1`],
                  ...['--set', `targets.expert.config.url=${url}`],
                  ...['--set', 'journeys.command.steps[2].request.path=/components/expert'],
                  ...['--set', `targets.events.config.url=${events}`],
                )

                assert.is(run.record.plan.mocked, undefined)
                for (const { failed, errored } of Object.values(run.verdict.summary.steps))
                  assert.equal([failed, errored], [0, 0], JSON.stringify(run.verdict.reasons))
                assert.not.ok(run.verdict.reasons.some(({ code }) => code === 'TARGET_MOCKED'))
                assert.equal(missingIn(run), [])
              }),
          ),
        ),
      ))
  else test.skip('measures the same components of services that are there', POSTGRES_HINT)
})
