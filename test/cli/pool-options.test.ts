import * as assert from 'uvu/assert'
import { inWorkplace } from '../kit/cli.ts'
import { describe } from '../kit/suite.ts'

const RUN = ['run', 'http://127.0.0.1:9/', '--duration', '1s']

describe('The options of pools', (test) => {
  for (const [args, message] of [
    [[...RUN, '--run-id', 'a'], /--run-id needs --on/],
    [[...RUN, '--on', 'nats://127.0.0.1:1/main', '--run-id', 'a', '--retries', '1'], /not with --retries/],
    [[...RUN, '--on', 'local', '--run-id', '../a'], /an id is 1 to 64 letters/],
    [[...RUN, '--on', 'local', '--on-lost', 'pray'], /Allowed choices are abort, degrade/],
    [[...RUN, '--on', 'local', '--wait-workers', 'long'], /--wait-workers/],
    [['worker', '--on', 'nats://127.0.0.1:1/main', '--once', '--max-runs', '2'], /--once is --max-runs 1/],
    [['worker', '--on', 'nats://127.0.0.1:1/main', '--health', '9465'], /an address is host:port/],
    [['worker', '--on', 'nats://127.0.0.1:1/main', '--max-duration', '1'], /--max-duration/],
    [['pool', 'init', 'p', '--workers', 'eu_1'], /a name is 1 to 40 characters/],
    [['pool', 'init', 'p', '--workers', 'eu,eu'], /each name is given once/],
    [['pool', 'init', 'p', '--tls-cert', 'c.pem'], /--tls-cert and --tls-key belong together/],
    [['pool', 'init', 'p', '--listen', 'broker.example:4222'], /POOL_NOT_SAFE.*beyond this machine/],
    [['pool', 'collect', 'a'], /no pool is named/],
    [['pool', 'prune', '--on', 'local'], /no pool is named/],
  ] as const)
    test(`refuse ${args.slice(-3).join(' ')}`, () =>
      inWorkplace(async (place) => {
        const { status, stderr } = await place.run(...args)
        assert.is(status, 2)
        assert.match(stderr, message)
      }))

  test('write a pool once, with a secret for each of its members', () =>
    inWorkplace(async (place) => {
      const made = await place.run('pool', 'init', 'p', '--workers', 'eu-1,us-1')
      assert.is(made.status, 0, made.stderr)
      assert.match(made.stdout, /^nats-server -c .*nats\.conf\n(proofload worker .*\n){2}proofload run /)
      const config = place.read('p/nats.conf')
      for (const name of ['coordinator', 'eu-1', 'us-1']) {
        const seed = place.read(`p/${name}.nk`).trim()
        assert.match(seed, /^SU[A-Z2-7]{56}$/)
        assert.not(config.includes(seed), 'the broker knows no secret')
      }
      const again = await place.run('pool', 'init', 'p')
      assert.is(again.status, 2)
      assert.match(again.stderr, 'is there already')
    }))
})
