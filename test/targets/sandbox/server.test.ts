import { readdir, readFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { HarnessError } from '../../../harness/base/errors.ts'
import { startSandboxServer } from '../../../harness/targets/sandbox/server.ts'
import { visit, withSandbox, withScratch } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'

function startedIn(scratchDir: string, port = 0) {
  return startSandboxServer({ port, seed: 1, faults: {}, scratchDir }, createSystemClock())
}

describe('startSandboxServer', (test) => {
  test('listens on loopback, with the faults it was given', () =>
    withSandbox({ faults: { errors: { ratio: 1, status: 418 } } }, async ({ url }) => {
      assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/)
      assert.is((await visit(`${url}/items`)).status, 418)
    }))

  test('appends every operation to a real event log', () =>
    withSandbox({}, async ({ url, eventLogPath }) => {
      await Promise.all(Array.from({ length: 10 }, () => visit(`${url}/items/3`)))
      const lines = (await readFile(eventLogPath, 'utf8')).trim().split('\n')
      const ids = lines.map((line) => (JSON.parse(line) as { id: string }).id)

      assert.equal(ids.sort(), Array.from({ length: 10 }, (_, index) => `item-show-${index + 1}`).sort())
    }))

  test('lets operations under way end when it closes, then hangs up and removes its files', () =>
    withScratch(async (scratchDir) => {
      const server = await startedIn(scratchDir)
      const keepAlive = new Agent({ keepAlive: true })
      const answered = new Promise<number>((resolve, reject) => {
        request(
          `${server.url}/operations/policy-publish`,
          { method: 'POST', agent: keepAlive },
          (response) => {
            response.resume().on('end', () => resolve(response.statusCode ?? 0))
          },
        )
          .on('error', reject)
          .end()
      })
      await visit(`${server.url}/health`)
      const closed = server.close()

      assert.is(await answered, 200)
      await closed
      assert.equal(await readdir(scratchDir), [])
      keepAlive.destroy()
    }))

  test('may be closed twice', () =>
    withScratch(async (scratchDir) => {
      const server = await startedIn(scratchDir)
      await Promise.all([server.close(), server.close()])
    }))

  test('says which port it cannot have, and leaves nothing behind', () =>
    withScratch(async (scratchDir) => {
      await withSandbox({}, async ({ url }) => {
        const port = Number(new URL(url).port)
        try {
          await startedIn(scratchDir, port)
          assert.unreachable('two servers on one port')
        } catch (thrown) {
          assert.instance(thrown, HarnessError)
          assert.is((thrown as HarnessError).code, 'TARGET_LAUNCH_FAILED')
          assert.match((thrown as HarnessError).message, `127.0.0.1:${port}: another program listens there`)
        }
      })
      assert.equal(await readdir(scratchDir), [])
    }))
})
