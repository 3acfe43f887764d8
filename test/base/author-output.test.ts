import { stdout } from 'node:process'
import { Worker } from 'node:worker_threads'
import * as assert from 'uvu/assert'
import { turnAuthorOutput } from '../../harness/base/author-output.ts'
import { workerOptions } from '../../harness/base/worker-thread.ts'
import { describe } from '../kit/suite.ts'

const MODULE = new URL('../../harness/base/author-output.ts', import.meta.url).href

describe('What author code prints', (test) => {
  test('goes to standard error of its thread, however it is printed', async () => {
    const { execArgv } = workerOptions(MODULE, 'unused')
    const code = `import(${JSON.stringify(MODULE)}).then(({ turnAuthorOutput }) => {
      turnAuthorOutput()
      console.log('by console')
      process.stdout.write('by stream')
    })`
    const worker = new Worker(code, { eval: true, execArgv, stdout: true, stderr: true })
    const read = { stdout: '', stderr: '' }
    worker.stdout.on('data', (chunk) => {
      read.stdout += chunk
    })
    worker.stderr.on('data', (chunk) => {
      read.stderr += chunk
    })
    await new Promise((resolve) => worker.once('exit', resolve))

    assert.equal(read, { stdout: '', stderr: 'by console\nby stream' })
  })

  test('is left alone in the main thread, where none runs', () => {
    const { write } = stdout
    turnAuthorOutput()
    assert.is(stdout.write, write)
  })
})
