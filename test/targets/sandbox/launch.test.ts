import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as assert from 'uvu/assert'
import { HarnessError } from '../../../harness/base/errors.ts'
import type { Faults } from '../../../harness/targets/sandbox/faults.ts'
import { launchSandbox, type SandboxProcess } from '../../../harness/targets/sandbox/launch.ts'
import { visit, withScratch } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function withLaunched(faults: Faults, body: (sandbox: SandboxProcess) => Promise<void>): Promise<void> {
  return withScratch(async (scratchDir) => {
    const sandbox = await launchSandbox({ port: 0, seed: 1, faults, scratchDir })
    try {
      await body(sandbox)
    } finally {
      await sandbox.stop()
    }
  })
}

describe('launchSandbox', (test) => {
  test('starts a process that answers, and leaves none when stopped', () =>
    withLaunched({}, async ({ url, pid, stop }) => {
      assert.is.not(pid, process.pid)
      assert.ok(isAlive(pid))
      assert.is((await visit(`${url}/health`)).status, 200)
      await stop()
      assert.not.ok(isAlive(pid))
      await stop()
    }))

  test('starts two at once that know nothing of each other', () =>
    withLaunched({ fixed: { ms: 0 } }, (one) =>
      withLaunched({ errors: { ratio: 1, status: 503 } }, async (other) => {
        assert.is.not(one.url, other.url)
        assert.is((await visit(`${one.url}/items`)).status, 200)
        assert.is((await visit(`${other.url}/items`)).status, 503)
      }),
    ))

  test('freezes as a whole when it stalls', () =>
    withLaunched({ stall: { everyMs: 250, forMs: 150 }, fixed: { ms: 0 } }, async ({ url }) => {
      let longestMs = 0
      while (longestMs < 100) longestMs = Math.max(longestMs, (await visit(`${url}/health`)).elapsedMs)
    }))

  test('kills a process that does not react', () =>
    withLaunched({}, async ({ pid, stop }) => {
      process.kill(pid, 'SIGSTOP')
      await stop()
      assert.not.ok(isAlive(pid))
    }))

  test('says why a sandbox did not start, and how to go on', () =>
    withLaunched({}, async ({ url }) => {
      const port = Number(new URL(url).port)
      try {
        await launchSandbox({ port, seed: 1, faults: {}, scratchDir: '/tmp' })
        assert.unreachable('two sandboxes on one port')
      } catch (thrown) {
        assert.instance(thrown, HarnessError)
        const { code, message, hint } = thrown as HarnessError
        assert.is(code, 'TARGET_LAUNCH_FAILED')
        assert.match(message, `127.0.0.1:${port}: another program listens there`)
        assert.match(hint ?? '', 'Choose another port')
      }
    }))

  test('shows what the process wrote when it ends without a word', async () => {
    const before = process.execArgv
    process.execArgv = ['--import', 'data:text/javascript,throw new Error("no luck today")']
    try {
      await launchSandbox({ port: 0, seed: 1, faults: {}, scratchDir: '/tmp' })
      assert.unreachable('it cannot have started')
    } catch (thrown) {
      assert.instance(thrown, HarnessError)
      assert.match((thrown as HarnessError).message, /ended with status 1\n[\s\S]*no luck today/)
    } finally {
      process.execArgv = before
    }
  })

  test('does not waitForExit a parent that was killed', () =>
    withScratch(async (scratchDir) => {
      const launcher = new URL('../../../harness/targets/sandbox/launch.ts', import.meta.url).href
      const options = JSON.stringify({ port: 0, seed: 1, faults: {}, scratchDir })
      const code = `import('${launcher}').then(async (m) => console.log((await m.launchSandbox(${options})).pid))`
      const parent = spawn(process.execPath, [...process.execArgv, '--eval', code], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [line] = (await once(parent.stdout, 'data')) as [Buffer]
      const pid = Number(line.toString())
      assert.ok(isAlive(pid))
      parent.kill('SIGKILL')
      await until(() => !isAlive(pid))
      assert.not.ok(isAlive(pid))
    }))
})
