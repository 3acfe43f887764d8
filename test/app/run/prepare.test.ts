import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { probeTargets } from '../../../harness/app/rollback/probe-targets.ts'
import { launchTargets, planLoad } from '../../../harness/app/run/launch-targets.ts'
import { checkAndLaunch } from '../../../harness/app/run/preflight.ts'
import { preparePlan } from '../../../harness/app/run/prepare.ts'
import { isInterrupted } from '../../../harness/base/stop-request.ts'
import { aCapturingHost } from '../../kit/capturing-host.ts'
import { aRunContext } from '../../kit/contexts.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { startHttpServer } from '../../kit/servers.ts'
import { describe } from '../../kit/suite.ts'

/** A run that is not remembered and compared with nothing. */
const NOWHERE = { history: null, compare: null }

const SECRET = 'correct-horse-battery'

/** A server that refuses whoever does not know the secret, a scenario that does, and both looks at the target. */
async function looks(env: Readonly<Record<string, string>>) {
  const seen: (string | undefined)[] = []
  const server = await startHttpServer((request, response) => {
    seen.push(request.headers.authorization)
    response.end('ok')
  })
  try {
    return await withScratch(async (folder) => {
      writeFileSync(
        join(folder, 'a.yaml'),
        `name: checkout
target: { plugin: http, config: { url: '${server.url}', headers: { authorization: 'Bearer {{secret.API_KEY}}' } } }
workload: { pattern: constant-rate, rate: 5/s, duration: 1s }
journeys: { main: { steps: [{ request: { path: / } }] } }
`,
      )
      const host = { ...aCapturingHost([], process.cwd()), cwd: folder, env }
      const run = aRunContext(folder, { host })
      const planned = await planLoad(run, { source: 'a.yaml', overrides: {}, threads: 1 })
      const { findings } = await checkAndLaunch(run, planned, NOWHERE)
      const { plan } = planned
      const problems = await probeTargets(plan, host).catch((error: Error) => [error.message])
      return { seen, findings, problems }
    })
  } finally {
    await server.close()
  }
}

describe('The looks at a target before load and after an undo', (test) => {
  test('know its secrets, and say none of them', async () => {
    const { seen, findings, problems } = await looks({ API_KEY: SECRET })

    assert.equal([...new Set(seen)], [`Bearer ${SECRET}`])
    assert.not.match(JSON.stringify([findings, problems]), SECRET)
  })

  test('say which secret is missing', async () => {
    const { findings, problems } = await looks({})

    const blocked = findings.filter(({ level }) => level === 'blocked').map(({ check }) => check)
    assert.ok(blocked.includes('secrets-present'), blocked.join())
    assert.match(problems[0] ?? '', /API_KEY/)
  })
})

describe('Targets that a scenario starts', (test) => {
  test('are not started while something blocks the run: a taken port is found before', () =>
    withScratch(async (folder) => {
      const server = await startHttpServer((_request, response) => response.end('ok'))
      const port = Number(new URL(server.url).port)
      writeFileSync(
        join(folder, 'a.yaml'),
        `name: a\ntarget: { plugin: sandbox, config: { port: ${port} } }\nworkload: { pattern: constant-rate, rate: 5/s, duration: 1s }\njourneys: { main: { steps: [{ operations: { mix: { safe: 1, risky: 0, complex: 0 } } }] } }\n`,
      )
      const run = aRunContext(folder, { host: aCapturingHost([], folder) })
      const planned = await planLoad(run, { source: 'a.yaml', overrides: {}, threads: 1 })
      const { findings, load } = await checkAndLaunch(run, planned, NOWHERE)
      await server.close()

      assert.is(load, null)
      const blocked = findings.filter(({ level }) => level === 'blocked')
      assert.equal(
        blocked.map(({ check, message }) => [check, message]),
        [['ports-free', `port ${port} cannot be used (EADDRINUSE)`]],
      )
      const [target] = findings.filter(({ check }) => check === 'target-reachable')
      assert.match(target?.message ?? '', 'not checked')
    }))

  test('are not started after somebody gave up, and not waited for when somebody does', () =>
    withScratch(async (folder) => {
      writeFileSync(
        join(folder, 'a.yaml'),
        'name: a\ntarget: { plugin: sandbox }\nworkload: { pattern: constant-rate, rate: 5/s, duration: 1s }\njourneys: { main: { steps: [{ operations: { mix: { safe: 1, risky: 0, complex: 0 } } }] } }\n',
      )
      const host = aCapturingHost([], folder)
      const { plan } = await preparePlan('a.yaml', {}, host)
      const giveUp = new AbortController()
      const launching = launchTargets(plan, host, giveUp.signal).catch((error: unknown) => error)
      giveUp.abort()

      assert.ok(isInterrupted(await launching))
      assert.ok(
        isInterrupted(await launchTargets(plan, host, giveUp.signal).catch((error: unknown) => error)),
      )
    }))
})
