import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { RunRecord } from '../../../harness/model/run-record.ts'
import type { VerdictDocument } from '../../../harness/model/verdict.ts'
import { inWorkplace, type Workplace } from '../../kit/cli.ts'
import { startHttpServer } from '../../kit/servers.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

const LOAD = ['--agents', '5', '--think', '10ms']

const scenario = (
  body: string,
) => `import { constantAgents, constantRate, defineScenario, functionTarget, call, http, sandbox, think } from 'proofload'
export default defineScenario({ ${body} })`

const onFunction = (run: string) =>
  scenario(`name: 'code', target: functionTarget(() => 1), workload: constantAgents({ agents: 2, duration: '3s', think: '50ms' }),
  journeys: { main: { async run({ target, agent }) { ${run} } } }`)

async function checkFails(place: Workplace, file: string, text: string) {
  place.write(file, text)
  return place.run('check', file)
}

describe('A scenario that cannot be used', (test) => {
  test('is told from where it throws', () =>
    inWorkplace(async (place) => {
      const { status, stderr } = await checkFails(
        place,
        'throws.ts',
        "const a: number = 1\nthrow new Error('no luck')\nexport default {}",
      )
      assert.is(status, 2)
      assert.match(stderr, 'SCENARIO_LOAD_FAILED')
      assert.match(stderr, 'no luck')
      assert.match(stderr, /throws\.ts:2/)
    }))

  test('does not hang us when its top level never ends', () =>
    inWorkplace(async (place) => {
      const { status, stderr } = await checkFails(place, 'endless.ts', 'while (true) {}\nexport default {}')
      assert.is(status, 2)
      assert.match(stderr, 'SCENARIO_TIMEOUT')
    }))

  test('is told by line and column when it is not TypeScript', () =>
    inWorkplace(async (place) => {
      const { status, stderr } = await checkFails(place, 'broken.ts', 'export default {\n  name: = 1\n}')
      assert.is(status, 2)
      assert.match(stderr, /broken\.ts:2:9/)
    }))

  test('needs a default export', () =>
    inWorkplace(async (place) => {
      const { status, stderr } = await checkFails(place, 'nothing.ts', 'export const a = 1')
      assert.is(status, 2)
      assert.match(stderr, 'default export')
    }))

  test('cannot end our process', () =>
    inWorkplace(async (place) => {
      const { status, stderr } = await checkFails(place, 'exits.ts', 'process.exit(0)\nexport default {}')
      assert.is(status, 2)
      assert.match(stderr, 'SCENARIO_LOAD_FAILED')
    }))

  test('that is not there names its neighbour', () =>
    inWorkplace(async (place) => {
      place.write('checkout.ts', 'export default {}')
      const { status, stderr } = await place.run('check', 'chekout.ts')
      assert.is(status, 2)
      assert.match(stderr, 'checkout.ts?')
    }))

  test('has all its problems told at once', () =>
    inWorkplace(async (place) => {
      const { status, stderr } = await checkFails(
        place,
        'wrong.yaml',
        `name: wrong
target: { plugin: http, config: { url: 'http://127.0.0.1:1' } }
workload: { pattern: constant-agents, agents: 2, duration: 10 sec }
journeys: { main: { steps: [{ request: { path: / } }] } }
objectives: ['p99(respons_time) < 100ms']
`,
      )
      assert.is(status, 2)
      assert.match(stderr, 'workload.duration')
      assert.match(stderr, "did you mean 'response_time'?")
    }))
})

describe('A run that goes wrong', (test) => {
  test('does not begin when the target is down', () =>
    inWorkplace(async (place) => {
      const { status, stderr } = await place.run('run', 'http://127.0.0.1:9/', '--duration', '2s')
      assert.is(status, 4)
      assert.match(stderr, 'target-reachable')
      assert.match(stderr, '--target')
      assert.not(existsSync(join(place.path, 'reports', '127-0-0-1-9')))
    }))

  test('is not sent to a host that was not allowed', () =>
    inWorkplace(async (place) => {
      const { status, stderr } = await place.run('run', 'http://192.0.2.1/', '--duration', '2s')
      assert.is(status, 4)
      assert.match(stderr, '--allow-host 192.0.2.1')
    }))

  test('is NO-GO with a record when the target dies in the middle', () =>
    inWorkplace(async (place) => {
      // It answers the look before load and fifty requests, and no more.
      let count = 0
      const server = await startHttpServer((_request, response) => {
        response.end('ok')
        if (count++ === 50) void server.close()
      })
      const { status, stdout } = await place.run('run', server.url, ...LOAD, '--duration', '4s', '--json')
      const verdict = JSON.parse(stdout) as VerdictDocument
      // NO-GO where the machine lets the harness believe what it measured.
      assert.ok(status === 1 || status === 3, `${status}`)
      const [step] = Object.values(verdict.summary.steps)
      assert.ok((step?.ok ?? 0) > 0)
      assert.ok((step?.errors['refused'] ?? 0) > 0)
      assert.ok(existsSync(verdict.files['record'] ?? ''))
    }))

  test('is INCONCLUSIVE and keeps what was measured when a thread exits', () =>
    inWorkplace(async (place) => {
      place.write(
        'exit.ts',
        // The last answer of code is recorded when its agent goes on.
        onFunction(
          "await target.call(1); await agent.think('20ms'); if (agent.random.chance(0.05)) process.exit(3)",
        ),
      )
      const { verdict, record, status } = await place.verdictOf('exit.ts')
      assert.is(status, 3)
      assert.ok(verdict.reasons.some(({ code }) => code === 'LOST_SHARD'))
      assert.ok(record.steps.some(({ ok }) => ok > 0))
    }))

  test('counts a journey that throws as a failed one and as no request, says what it threw and where, and goes on', () =>
    inWorkplace(async (place) => {
      place.write('throw.ts', onFunction("await target.call(1); throw new Error('cart is empty')"))
      const { verdict, status } = await place.verdictOf('throw.ts')
      assert.is(status, 1)
      const { summary } = verdict
      assert.equal(
        [summary.errorRatio, summary.steps['main'], Object.keys(summary.steps).length],
        [0, undefined, 1],
      )
      assert.ok(summary.failedByCodeCount > 10)
      assert.match(summary.journeyFailures['main']?.[0]?.text ?? '', /^cart is empty \(throw\.ts:\d+\)$/)
      assert.match(
        verdict.reasons.map(({ message }) => message).join(),
        /code_failed_ratio.*most often: cart is empty \(throw\.ts:\d+\) x/,
      )
    }))

  test('is not GO when its code throws before it has sent anything', () =>
    inWorkplace(async (place) => {
      place.write('mute.ts', onFunction("throw new Error('no cart')"))
      const { verdict, status } = await place.verdictOf('mute.ts')
      assert.is(verdict.summary.requests, 0)
      assert.ok(status === 1 || status === 3, `${status}`)
      assert.ok(verdict.reasons.some(({ message }) => message.includes('no cart')))
    }))

  test('counts answers that its code fails, and checks by name', () =>
    inWorkplace(async (place) => {
      place.write(
        'judging.ts',
        onFunction(
          "const answer = await target.call(1); answer.fail('sold out'); agent.check('has stock', false); agent.check('is fast', true)",
        ),
      )
      const { verdict, status } = await place.verdictOf('judging.ts')
      const { summary } = verdict
      const [step] = Object.values(summary.steps)
      assert.is(status, 1)
      assert.equal([step?.ok, step?.errors], [0, { check: step?.failed }])
      assert.is(step?.failures[0]?.text, 'sold out')
      assert.equal(Object.keys(summary.checks), ['has stock', 'is fast'])
      assert.equal([summary.checks['has stock']?.passed, summary.checks['is fast']?.failed], [0, 0])
    }))

  test('ends a thread whose code never yields, and is INCONCLUSIVE', () =>
    inWorkplace(async (place) => {
      place.write('spin.ts', onFunction('await target.call(1); while (true) {}'))
      const { verdict, status } = await place.verdictOf('spin.ts')
      assert.is(status, 3)
      assert.ok(verdict.reasons.some(({ code }) => code === 'STUCK_SHARD'))
    }))

  test('does not wait for code that never settles', () =>
    inWorkplace(async (place) => {
      place.write(
        'pending.ts',
        onFunction('await target.call(1); await new Promise(() => {})').replace(
          "name: 'code'",
          "name: 'code', drain: '500ms'",
        ),
      )
      const { record } = await place.verdictOf('pending.ts')
      assert.is(record.shards[0]?.status, 'finished')
    }))

  test('says before any load that reports cannot be written', () =>
    inWorkplace(async (place) => {
      place.write('taken', 'a file where a folder should be')
      const server = await startHttpServer((_request, response) => response.end('ok'))
      const { status, stderr } = await place.run('run', server.url, '--duration', '1s', '--out', 'taken')
      await server.close()
      assert.is(status, 4)
      assert.match(stderr, 'disk-writable')
    }))
})

/** Sends the signals one after the other, each once the run has shown that it took the one before. */
async function interrupted(place: Workplace, signal: 'SIGINT' | 'SIGTERM') {
  let count = 0
  const server = await startHttpServer((_request, response) => {
    // One request in twenty never gets an answer: the first signal waits for it, the second does not.
    if (count++ % 20 !== 19) response.end('ok')
  })
  const run = place.start('run', server.url, ...LOAD, '--duration', '60s', '--json')
  await until(() => count >= 60)
  run.signal(signal)
  await run.sees('interrupted: no new work')
  run.signal(signal)
  const end = await run.ended
  await server.close()
  return { ...end, verdict: JSON.parse(end.stdout) as VerdictDocument }
}

/** Names of the files of the only run under `reports`. */
function filesOfTheRun(place: Workplace): string[] {
  const [scenario = ''] = readdirSync(join(place.path, 'reports'))
  const [runId = ''] = readdirSync(join(place.path, 'reports', scenario))
  return readdirSync(join(place.path, 'reports', scenario, runId)).sort()
}

/** No journal: what it was for is in the record. */
const ALL_FILES = ['report.html', 'run.json', 'summary.md', 'verdict.json']

describe('Output that nobody reads', (test) => {
  test('does not keep a run from its verdict, nor the verdict from its files', () =>
    inWorkplace(async (place) => {
      const server = await startHttpServer((_request, response) => response.end('{}'))
      const run = place.startProcess('run', server.url, '--agents', '5', '--duration', '1500ms')
      await run.sees('thread')
      run.child.stdout?.destroy()
      run.child.stderr?.destroy()
      const { status } = await run.ended
      await server.close()
      assert.ok(status === 0 || status === 3, `${status}`)
      assert.equal(filesOfTheRun(place), ALL_FILES)
    }))
})

describe('A signal', (test) => {
  test('lets what is in flight finish, and what was measured be judged', () =>
    inWorkplace(async (place) => {
      let count = 0
      const server = await startHttpServer((_request, response) => {
        count++
        setTimeout(() => response.end('{}'), 300)
      })
      const run = place.start('run', server.url, '--agents', '5', '--duration', '60s', '--json')
      await until(() => count > 10)
      run.signal('SIGINT')
      const { status, stdout } = await run.ended
      await server.close()
      const verdict = JSON.parse(stdout) as VerdictDocument
      const record = JSON.parse(readFileSync(verdict.files['record'] ?? '', 'utf8')) as RunRecord
      assert.equal([status, verdict.outcome, record.status], [3, 'INCONCLUSIVE', 'interrupted'])
      assert.ok(record.steps.every(({ aborted, started, ok }) => aborted === 0 && started === ok))
    }))

  test('lets SIGINT drain, twice give up, and leaves a record and a verdict', () =>
    inWorkplace(async (place) => {
      const { status, verdict } = await interrupted(place, 'SIGINT')
      assert.is(status, 3)
      assert.ok(verdict.reasons.some(({ code }) => code === 'INTERRUPTED'))
      const record = JSON.parse(readFileSync(verdict.files['record'] ?? '', 'utf8')) as RunRecord
      assert.is(record.status, 'interrupted')
      assert.ok(record.steps.some(({ ok }) => ok > 0))
      assert.ok(record.steps.some(({ aborted }) => aborted > 0))
    }))

  test('treats SIGTERM twice the same', () =>
    inWorkplace(async (place) => {
      const { status, verdict } = await interrupted(place, 'SIGTERM')
      assert.is(status, 3)
      assert.is(verdict.outcome, 'INCONCLUSIVE')
      assert.equal(filesOfTheRun(place), ALL_FILES)
    }))
})
