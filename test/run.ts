/**
 * Runs the test files in lanes, each a long-lived process. `npm test` has four: three begin with runs of whole commands (`e2e/`),
 * which wait more than they compute, one with the rest. `npm run test:slow` runs `slow/`: three lanes take what only takes long
 * (`slow/side-by-side/`), then one lane what judges times, or has a browser open beside a run.
 * Ends with `N passed, N failed`, and what was skipped. A file that runs no test, crashes, hangs, or leaves something behind
 * counts as failed. `npm test -- engine` runs the files whose path holds `engine`.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SharedBrowser } from './runner/shared-browser.ts'
import { type FileOutcome, TestProcess } from './runner/test-process.ts'

const FOLDER = new URL('.', import.meta.url).pathname
const SLOW = 'slow/'
const wantsSlow = process.argv.includes('--slow')
const filters = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))

const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.test.ts') && file.startsWith(SLOW) === wantsSlow)
  .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
  .sort()

const opensBrowser = (file: string) =>
  /playwright-core|kit\/(browser|page-)/.test(readFileSync(join(FOLDER, file), 'utf8'))
/** A lane takes from the first of its queues that holds a file. */
type Lane = readonly string[][]
const stages: readonly (readonly Lane[])[] = wantsSlow ? slowStages() : [quickLanes()]

function quickLanes(): readonly Lane[] {
  const [commands, others] = split('e2e/')
  return [
    [commands, others],
    [commands, others],
    [commands, others],
    [others, commands],
  ]
}

function slowStages(): readonly (readonly Lane[])[] {
  const [sideBySide, alone] = split(`${SLOW}side-by-side/`)
  return [[[sideBySide], [sideBySide], [sideBySide]], [[alone]]]
}

/** The files of a folder, and the rest. */
function split(folder: string): [string[], string[]] {
  return [files.filter((file) => file.startsWith(folder)), files.filter((file) => !file.startsWith(folder))]
}

/** Node 20 aborts now and then when it collects a session of HTTP/2 that ended within a block of headers (DECISIONS 104). */
const NODE_ABORT = /~Http2Session\(\)[\s\S]*current_nghttp2_memory_/

const browser = new SharedBrowser()

/** A signal meant for this run ends what it started: a process group of its own does not hear ctrl-C. */
const processes = new Set<TestProcess>()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    for (const each of processes) each.kill()
    void browser.kill()
    process.exit(1)
  })

async function runLane(queues: Lane): Promise<FileOutcome[]> {
  const testProcess = new TestProcess()
  processes.add(testProcess)
  const outcomes: FileOutcome[] = []
  for (;;) {
    const file = queues.find(({ length }) => length > 0)?.shift()
    if (file === undefined) break
    const address = opensBrowser(file) ? await browser.address() : undefined
    let outcome = await testProcess.run(file, address)
    if (NODE_ABORT.test(outcome.output)) {
      process.stdout.write(
        `     node aborted in ~Http2Session, which is a defect of node: test/${file} once more\n`,
      )
      outcome = await testProcess.run(file, address)
    }
    outcomes.push(outcome)
    show(outcome)
  }
  await testProcess.end()
  return outcomes
}

function show({ file, passed, failed, skipped, output, seconds, cpuSeconds }: FileOutcome): void {
  process.stdout.write(
    `${failed > 0 ? 'FAIL' : 'ok  '} test/${file} (${passed} passed, ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} CPU s)\n`,
  )
  if (failed > 0) process.stdout.write(`${output}\n`)
  for (const line of skipped) process.stdout.write(`     ${line}\n`)
}

const outcomes: FileOutcome[] = []
for (const lanes of stages) outcomes.push(...(await Promise.all(lanes.map(runLane))).flat())
await browser.close()
const total = (pick: (outcome: FileOutcome) => number) =>
  outcomes.reduce((sum, outcome) => sum + pick(outcome), 0)
const failed = total((outcome) => outcome.failed) + (files.length === 0 ? 1 : 0)
const skipped = total((outcome) => outcome.skipped.length)
process.stdout.write(
  `${total((outcome) => outcome.passed)} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
)
process.exitCode = failed > 0 ? 1 : 0
