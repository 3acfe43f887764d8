/** `proofload rollback ...`: shows the state of a rollback, and resumes or aborts one whose process was killed. */
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import pc from 'picocolors'
import { describeHolder, readLastRelease, readLine, releaseDeadLine } from '../app/rollback/deploy-lock.ts'
import { followInterruption } from '../app/rollback/interruption.ts'
import { userAtHost } from '../app/rollback/process-identity.ts'
import { publishResumed } from '../app/rollback/publish-resumed.ts'
import type { RollbackSurroundings } from '../app/rollback/request.ts'
import { abortRollback, isRunning, readStanding, resumeRollback } from '../app/rollback/resume.ts'
import { createResumeHooks } from '../app/rollback/resume-hooks.ts'
import type { RollbackStanding } from '../app/rollback/standing.ts'
import { withState } from '../app/run/emergency.ts'
import { isoOf } from '../base/clock.ts'
import { ERROR_EXIT_STATUS } from '../base/errors.ts'
import type { StopRequest } from '../base/stop-request.ts'
import { formatDurationMs } from '../base/units.ts'
import { rollbackStepLine } from '../live/rollback-step-line.ts'
import { describeOwner, type LineOwner } from '../model/line.ts'
import { ROLLBACK_STEPS, type RollbackRecord } from '../model/rollback.ts'
import type { Host } from '../ports/host.ts'
import type { StateStore } from '../ports/state-store.ts'
import { renderTextTable } from '../reporters/text-table.ts'
import { replaceFile } from '../system/replace-file.ts'
import { openEventBus } from '../telemetry/bus/open-event-bus.ts'
import { stateOption } from './emergency.ts'
import type { Interrupts } from './interrupts.ts'

interface StateFlags {
  readonly state: string
  readonly json?: boolean
}

/** `proofload rollback` */
export function addRollbackCommand(
  program: Command,
  host: Host,
  exit: (status: number) => void,
  interrupts: Interrupts,
): void {
  const rollback = program
    .command('rollback')
    .description('show rollbacks, and resume or abort one whose process was killed')
  addStatus(rollback, host)
  addResume(rollback, host, exit, interrupts)
  addAbort(rollback, host)
  addRelease(rollback, host)
}

function addStatus(rollback: Command, host: Host): void {
  subcommand(rollback, 'status', 'show the state of a rollback, and who holds the deploy lock')
    .argument('[run]', 'folder of a run (default: show only the deploy lock)')
    .addHelpText(
      'after',
      '\nExamples:\n  proofload rollback status\n  proofload rollback status reports/checkout/20261121-093005-4f2a --json',
    )
    .action(async (run: string | undefined, flags: StateFlags) => {
      const text = await withState(flags.state, host, (store) =>
        run === undefined ? lineStatus(store, flags) : runStatus(resolve(host.cwd, run), run, store, flags),
      )
      host.stdout.write(text)
    })
}

function addResume(
  rollback: Command,
  host: Host,
  exit: (status: number) => void,
  interrupts: Interrupts,
): void {
  subcommand(rollback, 'resume', 'resume a rollback whose process was killed; repeats no finished step')
    .argument('<run>', 'folder of the run')
    .option('--repeat-undo', 'run an undo again whose result is unknown')
    .addHelpText(
      'after',
      '\nExamples:\n  proofload rollback resume reports/checkout/20261121-093005-4f2a\n  proofload rollback resume reports/checkout/20261121-093005-4f2a --repeat-undo\n\nExit status: 0 when the system is healthy, 5 when it is not known to be.',
    )
    .action(async (run: string, flags: StateFlags & { readonly repeatUndo?: boolean }) => {
      const stop = interrupts.take()
      const record = await withState(flags.state, host, (store) =>
        resume(resolve(host.cwd, run), flags.repeatUndo === true, store, flags, host, stop),
      )
      host.stdout.write(flags.json === true ? `${JSON.stringify(record)}\n` : recordText(record))
      exit(record.outcome === 'succeeded' ? 0 : ERROR_EXIT_STATUS.ROLLBACK_FAILED)
    })
}

function addAbort(rollback: Command, host: Host): void {
  subcommand(rollback, 'abort', 'abort a rollback whose process was killed, and release the deploy lock')
    .argument('<run>', 'folder of the run')
    .requiredOption('--reason <text>', 'why; stored together with who and when')
    .addHelpText(
      'after',
      "\nExample:\n  proofload rollback abort reports/checkout/20261121-093005-4f2a --reason 'put back by hand'",
    )
    .action(async (run: string, flags: StateFlags & { readonly reason: string }) => {
      const path = resolve(host.cwd, run)
      const line = await withState(flags.state, host, async (store) => {
        await abortRollback({ folder: path, store, clock: host.clock, reason: flags.reason })
        return await readLine(store)
      })
      host.stdout.write(
        flags.json === true ? `${JSON.stringify({ aborted: true, line })}\n` : `aborted; ${lineText(line)}`,
      )
    })
}

function addRelease(rollback: Command, host: Host): void {
  subcommand(
    rollback,
    'release',
    'release the deploy lock of a killed process when the folder of its run is gone',
  )
    .requiredOption('--reason <text>', 'why; stored together with who and when')
    .addHelpText(
      'after',
      "\nExample:\n  proofload rollback release --reason 'the runner is gone, staging was set up anew'",
    )
    .action(async (flags: StateFlags & { readonly reason: string }) => {
      const why = { by: userAtHost(), at: isoOf(host.clock.wallMs()), reason: flags.reason }
      const owner = await withState(flags.state, host, (store) => releaseDeadLine(store, why))
      const text = owner === null ? lineText(null) : `released; it was held by ${describeOwner(owner)}\n`
      host.stdout.write(flags.json === true ? `${JSON.stringify({ released: owner })}\n` : text)
    })
}

function subcommand(rollback: Command, name: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .addOption(stateOption())
    .option('--json', 'print one JSON document on stdout')
  rollback.addCommand(command)
  return command
}

async function lineStatus(store: StateStore, { json }: StateFlags): Promise<string> {
  const line = await readLine(store)
  const released = await readLastRelease(store)
  if (json === true) return `${JSON.stringify({ line, released })}\n`
  const last =
    released === null ? '' : `last released by ${released.by} at ${released.at}: ${released.reason}\n`
  return `${lineText(line)}${last}`
}

async function runStatus(folder: string, run: string, store: StateStore, flags: StateFlags): Promise<string> {
  const standing = await readStanding(folder)
  const line = await readLine(store)
  if (flags.json !== true) return standingText(standing, line, run)
  const { begun, steps, step, undos, aborted, record } = standing
  return `${JSON.stringify({
    rollbackId: begun.rollbackId,
    runId: begun.facts.runId,
    state: stateOf(standing),
    process: standing.process,
    step,
    steps: [...steps.values()],
    undos: Object.fromEntries([...undos].map(([name, { ended }]) => [name, ended])),
    aborted,
    record,
    line,
  })}\n`
}

async function resume(
  path: string,
  repeatUndo: boolean,
  store: StateStore,
  { state }: StateFlags,
  host: Host,
  stop: StopRequest,
): Promise<RollbackRecord> {
  const bus = await openEventBus(state)
  const note = (message: string) => host.stderr.write(`${pc.yellow('note')} ${message}\n`)
  const interruption = followInterruption(stop, note)
  const onStep: RollbackSurroundings['onStep'] = (name, taken) => {
    interruption.onStep(name, taken)
    if (taken !== null) host.stderr.write(`${rollbackStepLine(name, taken)}\n`)
  }
  try {
    const folder = folderAt(path)
    const record = await resumeRollback({
      folder,
      store,
      bus,
      clock: host.clock,
      env: host.env,
      interrupted: stop.signal,
      onStep,
      note,
      repeatUndo,
      createHooks: createResumeHooks({ host, store, location: state, folder: path, note, stop }),
    })
    await publishResumed(folder, record, host, note)
    return record
  } finally {
    interruption.forget()
    await bus.close()
  }
}

/** Opens the folder of a run whose process has died. */
function folderAt(path: string): RollbackSurroundings['folder'] {
  return {
    path,
    async write(name, content) {
      const file = join(path, name)
      await replaceFile(file, content)
      return file
    },
  }
}

type State = 'running' | 'died' | 'aborted' | RollbackRecord['outcome']

function stateOf(standing: RollbackStanding): State {
  if (standing.aborted !== null) return 'aborted'
  if (standing.record !== null) return standing.record.outcome
  return isRunning(standing) ? 'running' : 'died'
}

function standingText(standing: RollbackStanding, line: LineOwner | null, run: string): string {
  const { begun } = standing
  const rows = ROLLBACK_STEPS.map((name) => {
    const taken = standing.steps.get(name)
    if (name === standing.step) return [name, 'begun', '', 'its end is not known']
    if (taken === undefined) return [name, '-', '', '']
    return [name, taken.outcome, formatDurationMs(taken.durationMs), taken.message]
  })
  const table = renderTextTable({ title: '', heads: ['step', 'outcome', 'took', ''], rows })
  const heading = `rollback ${begun.rollbackId} of run ${begun.facts.runId} (${begun.facts.scenario}), begun ${begun.at}`
  return `${heading}\n${whatItDoes(standing, run)}\n${table}${lineText(line)}`
}

function whatItDoes(standing: RollbackStanding, run: string): string {
  const { process: carrier, record, aborted, undos } = standing
  if (aborted !== null) return `aborted by ${aborted.by} at ${aborted.at}: ${aborted.reason}`
  if (record !== null) return `${record.outcome}: ${record.message}`
  const who = `process ${carrier.pid} on ${carrier.host}`
  if (isRunning(standing)) return `carried out by ${who}`
  const open = [...undos].filter(([, { ended }]) => ended === null).map(([name]) => name)
  const undo = open.length === 0 ? '' : `; undo started, its end is not known: ${open.join(', ')}`
  return `its process died (${who})${undo}\nto resume: proofload rollback resume ${run}\nto abort: proofload rollback abort ${run} --reason <text>`
}

function lineText(line: LineOwner | null): string {
  return line === null ? 'the deploy lock is free\n' : `the deploy lock is held by ${describeHolder(line)}\n`
}

function recordText({ outcome, message, durationMs }: RollbackRecord): string {
  const mark = outcome === 'succeeded' ? pc.green(outcome) : pc.red(outcome)
  return `${mark} after ${formatDurationMs(durationMs)}: ${message}\n`
}
