import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { transformSync } from 'esbuild'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../harness/base/clock.ts'
import { inWorkplace } from '../kit/cli.ts'
import { describe } from '../kit/suite.ts'

const MODULE = new URL('../../harness/cli/first-signal.ts', import.meta.url)

/** A process that has nothing left to do, and says so; its heap takes a while to free. */
const ENDING = `
import { endSoon } from './first-signal.mjs'
globalThis.heap = Array.from({ length: 2_000_000 }, (_, i) => ({ i }))
process.on('exit', () => process.stdout.write('ending'))
endSoon(3, Promise.resolve())`

describe('first-signal', (test) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    test(`a process that is ending keeps its status at ${signal}`, () =>
      inWorkplace(async (place) => {
        // As it is shipped: a loader of TypeScript would end the process in another way.
        const { code } = transformSync(readFileSync(MODULE, 'utf8'), { loader: 'ts' })
        place.write('first-signal.mjs', code)
        place.write('ending.mjs', ENDING)
        const child = spawn(process.execPath, ['ending.mjs'], {
          cwd: place.path,
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        child.stdout.once('data', () => createSystemClock().after(2, () => child.kill(signal)))
        const end = await new Promise((resolve) => child.on('close', (...status) => resolve(status)))
        assert.equal(end, [3, null])
      }))
})
