/** A long-lived process that runs one test file after the other, as `test/run.ts` tells it. */
import fc from 'fast-check'
// Listens to signals once it is loaded, which no test file must be blamed for that makes a command load it.
import 'proper-lockfile'
import type { RunFile, TestProcessMessage } from './protocol.ts'
import { SHARED_BROWSER } from './shared-browser.ts'
import { SurroundingsCheck } from './surroundings.ts'

/** The queue of suites that uvu runs, and a flag that keeps it from starting by itself. */
const uvuGlobals = globalThis as { UVU_DEFER?: 1; UVU_QUEUE?: unknown[][]; UVU_INDEX?: number }
uvuGlobals.UVU_DEFER = 1
uvuGlobals.UVU_QUEUE = []
uvuGlobals.UVU_INDEX = 0
const { exec } = await import('uvu')

// The same draws in every run: a red test means a change. A file run by itself draws anew.
fc.configureGlobal({ seed: 1 })

const OPTIONS_OF_NODE = [...process.execArgv]
const TESTS = new URL('../', import.meta.url)
const tell = (message: TestProcessMessage) => process.send?.(message)
let output = ''

for (const stream of [process.stdout, process.stderr])
  stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    output += text
    tell({ kind: 'output', text })
    const done = rest.find((each) => typeof each === 'function') as (() => void) | undefined
    done?.()
    return true
  }) as typeof stream.write

async function runFile(file: string): Promise<void> {
  output = ''
  uvuGlobals.UVU_QUEUE = [[null]]
  process.execArgv.splice(0, process.execArgv.length, ...OPTIONS_OF_NODE)
  const check = new SurroundingsCheck()
  const complaints: string[] = []
  try {
    await import(new URL(file, TESTS).href)
    check.loaded()
    await exec()
  } catch (error) {
    complaints.push(`threw outside its tests: ${error instanceof Error ? error.stack : String(error)}`)
  }
  // uvu's way to say that a test failed.
  process.exitCode = undefined
  complaints.push(...(await check.complaints()))
  tell({ kind: 'ended', total: sumOf(/Total:\s+(\d+)/g), passed: sumOf(/Passed:\s+(\d+)/g), complaints })
}

/** Adds up the numbers of uvu's summary. */
function sumOf(pattern: RegExp): number {
  return [...output.matchAll(pattern)].reduce((total, [, n]) => total + Number(n), 0)
}

process.on('message', ({ file, browser }: RunFile) => {
  if (browser !== undefined) process.env[SHARED_BROWSER] = browser
  void runFile(file)
})
process.on('disconnect', () => process.exit())
tell({ kind: 'ready' })
