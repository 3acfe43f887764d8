import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { probeTargets } from '../../../harness/app/rollback/probe-targets.ts'
import { launchTargets } from '../../../harness/app/run/launch-targets.ts'
import { preflight } from '../../../harness/app/run/preflight.ts'
import { preparePlan } from '../../../harness/app/run/prepare.ts'
import { isInterrupted } from '../../../harness/base/stop-request.ts'
import { aCapturingHost } from '../../kit/capturing-host.ts'
import { aLoadContext, aRunContext } from '../../kit/contexts.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { startHttpServer } from '../../kit/servers.ts'
import { describe } from '../../kit/suite.ts'

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
      const { plan } = await preparePlan('a.yaml', {}, host)
      const run = aRunContext(folder, { host })
      const findings = await preflight(run, aLoadContext(folder, { ...run, plan }))
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
