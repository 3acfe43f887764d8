import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { runRecordSchema } from '../../harness/model/run-record.ts'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
import type { RunningCommand } from '../kit/command-here.ts'
import { freePort } from '../kit/free-port.ts'
import { HAS_REDIS, REDIS_HINT, withRedis } from '../kit/redis-server.ts'
import { putFaults, truthOf } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'
import { until } from '../kit/until.ts'

/** Answers take so long that a busy machine adds little to them. */
const HEALTHY = { fixed: { ms: 400 } }

/** A sandbox that the test can make slow, watched for it; what fires ends the load. */
async function aWatchedScenario(
  place: Workplace,
  moreOf: (port: number) => Readonly<Record<string, unknown>> = () => ({}),
): Promise<number> {
  const port = await freePort()
  const scenario = {
    name: 'watched',
    target: { plugin: 'sandbox', config: { port, faults: HEALTHY } },
    workload: { pattern: 'constant-rate', rate: '30/s', duration: '60s', agents: 200 },
    journeys: { ask: { steps: [{ request: { method: 'GET', path: '/items/42' } }] } },
    objectives: [
      { expect: 'p99(response_time) < 1200ms', window: '10s', grace: '2s', abort: true, rollback: true },
      'error_ratio < 5%',
    ],
    ...moreOf(port),
  }
  place.write('watched.json', JSON.stringify(scenario))
  return port
}

const undoBy = (script: string) => ({
  procedures: { default: { plugin: 'command', config: { argv: [process.execPath, '-e', script] } } },
  validation: '3s',
  minRequests: 20,
})

const healing = (port: number) => `
  require('node:fs').appendFileSync('undone.txt', 'undone\\n')
  fetch('http://127.0.0.1:${port}/__faults', { method: 'PUT', body: '${JSON.stringify(HEALTHY)}' })
    .then((answer) => process.exit(answer.ok ? 0 : 1))`

/** Waits until the sandbox has been asked this often more. */
async function answers(port: number, more: number): Promise<void> {
  const asked = async () => (await truthOf(`http://127.0.0.1:${port}`)).total.count
  const before = await asked()
  await until(async () => (await asked()) >= before + more, 50)
}

/** Answers take two seconds and more from then on. */
async function slowInMidRun(run: RunningCommand, port: number): Promise<void> {
  await run.sees('watched: constant-rate')
  await answers(port, 60)
  await putFaults(`http://127.0.0.1:${port}`, { ...HEALTHY, slow: { factor: 6 } })
}

async function endOf(place: Workplace, run: RunningCommand) {
  const { status, stdout, stderr } = await run.ended
  if (!stdout.startsWith('{')) throw new Error(`no verdict (exit ${status}):\n${stdout}\n${stderr}`)
  const verdict = JSON.parse(stdout)
  const record = runRecordSchema.parse(JSON.parse(place.read(verdict.files.record)))
  return { status, verdict, record, stderr }
}

describe('A run whose target breaks in mid-run', (test) => {
  test('is aborted, put back in six steps and shown healthy, when it is armed', () =>
    inWorkplace(async (place) => {
      const port = await aWatchedScenario(place, (own) => ({
        rollback: undoBy(healing(own)),
        alerts: { channels: { terminal: { plugin: 'console' } } },
      }))
      const run = place.start('run', 'watched.json', '--json', '--arm-rollback')
      await slowInMidRun(run, port)
      const { status, verdict, record, stderr } = await endOf(place, run)

      assert.match(stderr, /RESOLVED.*watched: p99\(response_time\) < 1200ms is well again/i)
      assert.match(stderr, /RESOLVED.*watched: rollback succeeded/i)
      assert.equal([status, verdict.outcome, record.status], [1, 'NO_GO', 'aborted'])
      assert.ok(verdict.reasons.some(({ code }: { code: string }) => code === 'ABORTED_BY_OBJECTIVE'))
      assert.equal(
        record.enforcement?.events.slice(0, 2).map(({ from, to }) => `${from}->${to}`),
        ['ok->pending', 'pending->firing'],
      )
      assert.is(verdict.rollback.outcome, 'succeeded')
      assert.equal(
        record.rollback?.steps.map(({ name, outcome }) => `${name} ${outcome}`),
        ['freeze', 'capture', 'drain', 'undo', 'verify', 'release'].map((step) => `${step} succeeded`),
      )
      assert.is(place.read('undone.txt'), 'undone\n')
      const [stats] = JSON.parse((await place.run('rollback', 'stats', '--json')).stdout)
      assert.equal([stats.scenario, stats.rollbacks, stats.succeeded], ['watched', 1, 1])
      assert.ok(stats.meanRecoveryMs > verdict.rollback.steps[4].durationMs)
      assert.match((await place.run('rollback', 'status')).stdout, /^the deploy lock is free/)
    }))

  test('ends with 5 when it cannot be put back, and the deploy lock is free', () =>
    inWorkplace(async (place) => {
      const port = await aWatchedScenario(place, () => ({ rollback: undoBy('process.exit(7)') }))
      const run = place.start('run', 'watched.json', '--json', '--arm-rollback')
      await slowInMidRun(run, port)
      const { status, verdict } = await endOf(place, run)
      assert.equal([status, verdict.outcome, verdict.exitCode], [5, 'NO_GO', 5])
      assert.is(verdict.rollback.outcome, 'failed')
      assert.match((await place.run('rollback', 'status')).stdout, /^the deploy lock is free/)
    }))

  test('executes nothing when it is not armed, and says what it would do', () =>
    inWorkplace(async (place) => {
      const script = "require('node:fs').writeFileSync('undone.txt', '')"
      const port = await aWatchedScenario(place, () => ({ rollback: { ...undoBy(script), armed: true } }))
      const run = place.start('run', 'watched.json', '--json')
      await slowInMidRun(run, port)
      const { status, verdict } = await endOf(place, run)
      assert.equal([status, verdict.rollback.outcome], [1, 'not-armed'])
      assert.equal(
        verdict.rollback.plan.map(({ step }: { step: string }) => step),
        ['freeze', 'capture', 'drain', 'undo', 'verify', 'release'],
      )
      assert.not.ok(existsSync(join(place.path, 'undone.txt')))
    }))
})

describe('Load that somebody halts', (test) => {
  test('is ended by a halt from another process, and not begun while it stands', () =>
    inWorkplace(async (place) => {
      const port = await aWatchedScenario(place)
      const run = place.start('run', 'watched.json', '--json')
      await run.sees('watched: constant-rate')
      await answers(port, 30)
      assert.is((await place.run('emergency', 'halt', '--reason', 'the shop is on fire')).status, 0)
      const { status, verdict, record } = await endOf(place, run)
      assert.equal([status, verdict.outcome, record.status], [3, 'INCONCLUSIVE', 'halted'])
      const halted = verdict.reasons.find(({ code }: { code: string }) => code === 'LOAD_HALTED')
      assert.match(halted.message, /the shop is on fire/)
      assert.ok(record.loadMs < 30_000, `${record.loadMs}`)

      const next = await place.run('run', 'watched.json')
      assert.is(next.status, 4)
      assert.match(next.stderr, /the shop is on fire/)
      assert.is((await place.run('emergency', 'resume', '--reason', 'it is out')).status, 0)
      const dry = await place.run('run', 'watched.json', '--duration', '1s', '--quiet')
      assert.is.not(dry.status, 4, dry.stderr)
    }))

  test('is halted by the run itself at its own limit, for everybody', () =>
    inWorkplace(async (place) => {
      await aWatchedScenario(place, () => ({ emergency: { limits: ['count(requests) <= 60'] } }))
      const { verdict, record } = await endOf(place, place.start('run', 'watched.json', '--json', '--quiet'))
      assert.equal([verdict.outcome, record.status], ['INCONCLUSIVE', 'halted'])
      assert.is(record.enforcement?.stop?.by, 'limit')
      const { stdout } = await place.run('emergency', 'status', '--json')
      assert.is(JSON.parse(stdout).emergency.state, 'HALT')
    }))
})

describe('State on a Redis server', (test) => {
  if (!HAS_REDIS) {
    test.skip('stops load from elsewhere, and may go away meanwhile', REDIS_HINT)
    return
  }

  test('that dies and comes back in mid-run costs the run nothing, and halts it afterwards', () =>
    inWorkplace((place) =>
      withRedis(async (redis) => {
        const port = await aWatchedScenario(place)
        const state = ['--state', redis.url]
        const run = place.start('run', 'watched.json', '--json', ...state)
        await run.sees('watched: constant-rate')
        await answers(port, 30)
        await redis.kill()
        await run.sees('cannot be used')
        await answers(port, 30)
        await redis.start()
        assert.is((await place.run('emergency', 'halt', '--reason', 'enough', ...state)).status, 0)
        const { record } = await endOf(place, run)
        assert.is(record.status, 'halted')
        assert.ok(record.dispatch.started > 60, `${record.dispatch.started}`)
      }),
    ))

  test('that is not there blocks the run before any load', () =>
    inWorkplace(async (place) => {
      await aWatchedScenario(place)
      const state = `redis://127.0.0.1:${await freePort()}`
      const { status, stderr } = await place.run('run', 'watched.json', '--state', state)
      assert.is(status, 4)
      assert.match(stderr, /emergency state cannot be read: redis:.*ECONNREFUSED/)
    }))
})
