/**
 * Runs every test file, a few at a time, each in its own process, and ends with `N passed, N failed` (and what was
 * skipped). A file that runs no test, crashes or hangs counts as failed. `npm test -- engine` runs the files whose path
 * holds `engine`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { SKIP_MARKER } from './kit/suite.ts'

const FILE_LIMIT_MS = 240_000
/** How long what a test file started may outlive it. */
const LEFT_BEHIND_MS = 10_000
const root = new URL('..', import.meta.url).pathname
const filters = process.argv.slice(2)

const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter(
    (file) =>
      file.endsWith('.test.ts') && (filters.length === 0 || filters.some((filter) => file.includes(filter))),
  )
  .sort((a, b) => turnOf(a) - turnOf(b) || (a < b ? -1 : 1))

/** What measures comes first and among its like, then what opens a browser: that takes more of the machine than is left to measure. */
function turnOf(file: string): number {
  if (!file.startsWith('e2e')) return 2
  return /playwright-core|kit\/browser/.test(readFileSync(join(root, 'test', file), 'utf8')) ? 1 : 0
}

interface Outcome {
  readonly passed: number
  readonly failed: number
  readonly skipped: readonly string[]
}

/** A signal meant for this run ends what it started: a process group of its own does not hear ctrl-C. */
const running = new Set<() => void>()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    for (const killAll of running) killAll()
    process.exit(1)
  })

async function runFile(file: string): Promise<Outcome> {
  const child = spawn(process.execPath, ['--import', 'tsx', join('test', file)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  // With its whole process group: what a test left behind would hold the pipes, and this run, open.
  const killAll = () => {
    try {
      process.kill(-(child.pid as number), 'SIGKILL')
    } catch {
      // None of them is left.
    }
  }
  const limit = setTimeout(killAll, FILE_LIMIT_MS)
  running.add(killAll)
  const leftBehind = once(child, 'exit').then(() => setTimeout(killAll, LEFT_BEHIND_MS))
  const [status] = (await once(child, 'close')) as [number | null]
  clearTimeout(limit)
  clearTimeout(await leftBehind)
  running.delete(killAll)
  // uvu writes a summary for every suite of a file.
  const sum = (pattern: RegExp) =>
    [...output.matchAll(pattern)].reduce((total, [, n]) => total + Number(n), 0)
  const total = sum(/Total:\s+(\d+)/g)
  const passed = sum(/Passed:\s+(\d+)/g)
  const skipped = output.split('\n').filter((line) => line.startsWith(SKIP_MARKER))
  const broken = status !== 0 || (total === 0 && skipped.length === 0)
  const failed = Math.max(total - passed, broken ? 1 : 0)
  const mark = failed > 0 ? 'FAIL' : 'ok  '
  process.stdout.write(`${mark} ${relative('.', join('test', file))} (${passed} passed)\n`)
  if (failed > 0)
    process.stdout.write(`${output}\n${status === null ? `killed after ${FILE_LIMIT_MS / 1000} s\n` : ''}`)
  for (const line of skipped) process.stdout.write(`     ${line}\n`)
  return { passed, failed, skipped }
}

const outcomes: Outcome[] = []
const queue = [...files]
const runners = Array.from({ length: availableParallelism() }, async () => {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) outcomes.push(await runFile(file))
})
await Promise.all(runners)

const total = (pick: (outcome: Outcome) => number) =>
  outcomes.reduce((sum, outcome) => sum + pick(outcome), 0)
const failed = total((outcome) => outcome.failed) + (files.length === 0 ? 1 : 0)
const skipped = total((outcome) => outcome.skipped.length)
process.stdout.write(
  `${total((outcome) => outcome.passed)} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
)
process.exitCode = failed > 0 ? 1 : 0
