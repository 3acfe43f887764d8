import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { hostname } from 'node:os'
import * as assert from 'uvu/assert'
import { isAlive, isOfThisHost, processIdentity, userAtHost } from '../../harness/system/process-identity.ts'
import { describe } from '../kit/suite.ts'
import { until } from '../kit/until.ts'

describe('A process identity', (test) => {
  test('is alive as long as its process, and not after', async () => {
    const child = spawn('sleep', ['1000'])
    const identity = processIdentity(child.pid as number)
    assert.ok(isAlive(identity))

    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.not.ok(isAlive(identity))
  })

  test('is not that of a later process with the same id', () => {
    const own = processIdentity(process.pid)
    assert.ok(isAlive(own))
    if (own.startTicks === null) return
    assert.not.ok(isAlive({ ...own, startTicks: own.startTicks - 1 }))
  })

  test('is not alive as a zombie, which nobody has asked how it ended', async () => {
    // The shell becomes a program that never waits for the child it was given.
    const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 1000'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const identity = processIdentity(Number(line.toString()))
    await until(() => !isAlive(identity))
    parent.kill('SIGKILL')
  })

  test('belongs to a host', () => {
    const own = processIdentity(process.pid)
    assert.ok(isOfThisHost(own))
    assert.not.ok(isOfThisHost({ ...own, host: 'elsewhere' }))
    assert.match(userAtHost(), `@${hostname()}`)
  })
})
