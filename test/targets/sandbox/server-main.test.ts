import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { visit, withScratch } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'

const MAIN = fileURLToPath(new URL('../../../harness/targets/sandbox/server-main.ts', import.meta.url))

function forkMain(options: unknown): ChildProcess {
  return fork(MAIN, [JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
}

/** Starts the process, runs the body while it listens, then waits for its end: status and the folder's content. */
function withMain(
  body: (child: ChildProcess, url: string) => Promise<void>,
): Promise<{ status: number | null; left: string[] }> {
  return new Promise((resolve, reject) => {
    withScratch(async (scratchDir) => {
      const child = forkMain({ seed: 1, scratchDir, faults: { fixed: { ms: 60 } } })
      const exited = once(child, 'exit') as Promise<[number | null]>
      const [message] = (await once(child, 'message')) as [{ kind: string; url: string }]
      try {
        await body(child, message.url)
        const [status] = await exited
        resolve({ status, left: await readdir(scratchDir) })
      } finally {
        child.kill('SIGKILL')
      }
    }).catch(reject)
  })
}

describe('the sandbox process', (test) => {
  test('ends on SIGTERM with status 0, its operations answered and its files gone', async () => {
    const end = await withMain(async (child, url) => {
      const answer = visit(`${url}/items`)
      await visit(`${url}/health`)
      child.kill('SIGTERM')
      assert.is((await answer).status, 200)
    })
    assert.equal(end, { status: 0, left: [] })
  })

  test('ends when the process that started it lets go', async () => {
    const end = await withMain(async (child) => child.disconnect())
    assert.equal(end, { status: 0, left: [] })
  })

  test('leaves ctrl-C to the process that started it', async () => {
    await withMain(async (child, url) => {
      child.kill('SIGINT')
      assert.is((await visit(`${url}/items`)).status, 200)
      assert.is(child.exitCode, null)
      child.kill('SIGTERM')
    })
  })

  test('reports what is wrong and ends with status 1', async () => {
    const child = forkMain({ seed: 1 })
    const exited = once(child, 'exit')
    const [message] = (await once(child, 'message')) as [{ kind: string; message: string }]

    assert.is(message.kind, 'failed')
    assert.match(message.message, 'scratchDir')
    assert.equal(await exited, [1, null])
  })
})
