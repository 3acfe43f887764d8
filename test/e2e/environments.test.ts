import * as assert from 'uvu/assert'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
import { describe } from '../kit/suite.ts'

const CONFIG = `environments:
  production:
    state: "memory:"
    store: nights.db
    log: json
    allowHosts: [shop.example]
    emergency: { limits: ["error_ratio <= 5%"] }
    alerts: { channels: { oncall: { plugin: slack, config: { url: "https://hooks.example/services/T0/B0/shhh" } } } }
  staging:
    state: "redis://:{{secret.STATE_PASSWORD}}@127.0.0.1:1/0"
    store: "postgres://me:hunter22@127.0.0.1/history"
`
const SCENARIO = JSON.stringify({
  name: 'shop',
  target: { plugin: 'sandbox' },
  workload: { pattern: 'constant-rate', rate: '10/s', duration: '1s' },
  warmUp: '0s',
  journeys: { browse: { steps: [{ request: { method: 'GET', path: '/items' } }] } },
})

function prepare(place: Workplace): void {
  place.write('proofload.config.yaml', CONFIG)
  place.write('shop.json', SCENARIO)
}

describe('An environment of the project', (test) => {
  test('is shown with where each value comes from, and no secret', () =>
    inWorkplace(async (place) => {
      prepare(place)
      const { status, stdout } = await place.run('config', '--env', 'production', '--json')
      const rows = JSON.parse(stdout) as readonly {
        readonly key: string
        readonly value: string
        readonly from: string
      }[]
      const row = (key: string) => rows.find((each) => each.key === key)
      assert.is(status, 0)
      assert.equal(row('log'), {
        key: 'log',
        value: 'json',
        from: 'proofload.config.yaml, environments.production',
      })
      assert.is(row('emergency.limits[0]')?.value, 'error_ratio <= 5%')
      assert.is(row('alerts.channels.oncall.config.url')?.value, 'https://hooks.example/***')
      const staging = await place.run('config', '--env', 'staging')
      assert.match(staging.stdout, 'postgres://me:***@127.0.0.1/history')
      assert.match(staging.stdout, /secret\.STATE_PASSWORD\s+missing/)
      for (const { stdout: text } of [staging, await place.run('config', '--env', 'production')])
        for (const secret of ['hunter22', 'shhh']) assert.not.match(text, secret)
      const plain = await place.run('config')
      assert.match(plain.stdout, /state\s+\.proofload\/state\.json\s+default/)
    }))

  test('that is not defined is an error that names those that are', () =>
    inWorkplace(async (place) => {
      prepare(place)
      const { status, stderr } = await place.run('config', '--env', 'prodution')
      assert.is(status, 2)
      assert.match(stderr, 'Did you mean production?')
    }))

  test('holds for a scenario that defines none, and a flag wins', () =>
    inWorkplace(async (place) => {
      prepare(place)
      const run = await place.verdictOf('shop.json', '--env', 'production')
      assert.equal(run.record.plan.environment, 'production')
      assert.equal(run.record.plan.allowHosts, ['shop.example'])
      assert.is(
        (await place.run('history', 'list', '--store', 'nights.db')).stdout.includes(run.record.runId),
        true,
      )
      const missing = await place.run('run', 'shop.json', '--env', 'staging', '--no-history')
      assert.match(missing.stderr, 'SECRET_MISSING')
      const unknown = await place.run('check', 'shop.json', '--env', 'prod')
      assert.is(unknown.status, 2)
    }))
})
