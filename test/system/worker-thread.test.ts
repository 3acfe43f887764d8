import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as assert from 'uvu/assert'
import { runInThread, ThreadTimeout, workerOptions } from '../../harness/system/worker-thread.ts'
import { withFiles } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const WORKER = `
import { isMainThread } from 'node:worker_threads'
export const twice = (n) => ({ value: 2 * n, isMainThread })
export const fail = () => { throw new RangeError('too far') }
export const exit = () => process.exit(3)
export const loop = () => { for (;;); }
export const late = () => { setTimeout(() => { throw new Error('afterwards') }, 0); return 1 }
`

function withWorker(
  body: (
    run: (name: string, argument?: unknown, limitMs?: number, signal?: AbortSignal) => Promise<unknown>,
  ) => Promise<void>,
): Promise<void> {
  return withFiles({ 'worker.mjs': WORKER }, (folder) => {
    const worker = { filename: pathToFileURL(join(folder, 'worker.mjs')).href, execArgv: [] }
    return body((run, argument, limitMs = 10_000, signal = new AbortController().signal) =>
      runInThread({ worker, run, argument, limitMs, signal }),
    )
  })
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => new Error('nothing was thrown'),
    (error: Error) => error,
  )
}

describe('runInThread', (test) => {
  test('gives what the function returned in another thread', () =>
    withWorker(async (run) => {
      assert.equal(await run('twice', 21), { value: 42, isMainThread: false })
    }))

  test('rejects with what the function threw', () =>
    withWorker(async (run) => {
      const error = await rejection(run('fail'))

      assert.is(error.name, 'RangeError')
      assert.is(error.message, 'too far')
    }))

  test('survives a thread that ends itself', () =>
    withWorker(async (run) => {
      assert.match((await rejection(run('exit'))).message, 'exited with code: 3')
    }))

  test('survives a thread that fails after its task', () =>
    withWorker(async (run) => {
      assert.is(await run('late'), 1)
    }))

  test('ends a thread that its caller gives up, even in an endless loop, and begins none after that', () =>
    withWorker(async (run) => {
      const caller = new AbortController()
      const looping = rejection(run('loop', undefined, 60_000, caller.signal))
      caller.abort()

      assert.is((await looping).name, 'AbortError')
      assert.is((await rejection(run('twice', 21, 60_000, caller.signal))).name, 'AbortError')
    }))

  test('ends a thread that takes too long, even in an endless loop', () =>
    withWorker(async (run) => {
      assert.instance(await rejection(run('loop', undefined, 300)), ThreadTimeout)
    }))
})

describe('workerOptions', (test) => {
  test('gives a source file a loader', () => {
    const { filename, execArgv } = workerOptions(new URL('file:///p/harness/a/worker.ts'))

    assert.is(filename, 'file:///p/harness/a/worker.ts')
    assert.ok(execArgv.includes('--import'))
  })

  test('gives a built file nothing but its source maps', () => {
    assert.equal(workerOptions(new URL('file:///p/dist/a/worker.js'), []), {
      filename: 'file:///p/dist/a/worker.js',
      execArgv: ['--enable-source-maps'],
    })
  })

  test('passes on what threads take of the options of the process, with their values, and nothing else', () => {
    const given = [
      ...['--max-old-space-size=4096', '--import', './a.js', '--expose-gc', '--cpu-prof', '--require=b'],
      ...['--title', 'x', '-C', 'dev', '--stack-trace-limit=50', '--no-warnings'],
    ]
    const { execArgv } = workerOptions(new URL('file:///p/dist/a/worker.js'), given)
    assert.equal(execArgv, [
      ...['--enable-source-maps', '--import', './a.js', '--cpu-prof', '--require=b', '-C', 'dev'],
      '--no-warnings',
    ])
  })
})
