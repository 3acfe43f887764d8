/** `proofload rollback ...`: shows the state of a rollback, resumes or aborts one whose process was killed, and counts those of the history. */
import { resolve } from 'node:path'
import { Command } from 'commander'
import pc from 'picocolors'
import { resumeStoredRollback } from '../app/rollback/resume-stored.ts'
import {
  abortStoredRollback,
  type LockStatus,
  type RollbackStatus,
  readLockStatus,
  readRollbackStatus,
  releaseLockByHand,
} from '../app/rollback/status.ts'
import { type RunProgress, SILENT_PROGRESS } from '../app/run/progress.ts'
import { describeHolder } from '../app/state/deploy-lock.ts'
import { ERROR_EXIT_STATUS } from '../base/errors.ts'
import { formatDurationMs } from '../base/units.ts'
import { rollbackStepLine } from '../live/rollback-step-line.ts'
import { describeOwner, type LineOwner } from '../model/line.ts'
import { ROLLBACK_STEPS, type RollbackRecord } from '../model/rollback.ts'
import type { Host } from '../ports/host.ts'
import { renderTextTable } from '../reporters/text-table.ts'
import type { CommandContext } from './command-context.ts'
import { stateOption } from './emergency.ts'
import type { Interrupts } from './interrupts.ts'
import { addRollbackStats } from './rollback-stats.ts'
import { addHistoryOptions, type HistoryFlags, historyOf, requireFittingHistory } from './verdict-options.ts'

interface StateFlags {
  readonly state: string
  readonly json?: boolean
}

interface ResumeFlags extends StateFlags, HistoryFlags {
  readonly repeatUndo?: boolean
}

/** `proofload rollback` */
export function addRollbackCommand(rollback: Command, { host, exit, interrupts }: CommandContext): void {
  addStatus(rollback, host)
  addResume(rollback, host, exit, interrupts)
  addAbort(rollback, host)
  addRelease(rollback, host)
  addRollbackStats(rollback, host)
}

function addStatus(rollback: Command, host: Host): void {
  subcommand(rollback, 'status', 'show the state of a rollback, and who holds the deploy lock')
    .argument('[run]', 'folder of a run (default: show only the deploy lock)')
    .addHelpText(
      'after',
      '\nExamples:\n  proofload rollback status\n  proofload rollback status reports/checkout/20261121-093005-4f2a --json',
    )
    .action(async (run: string | undefined, flags: StateFlags) => {
      const text =
        run === undefined
          ? lockText(await readLockStatus(flags.state, host), flags)
          : runText(await readRollbackStatus(resolve(host.cwd, run), flags.state, host), run, flags)
      host.stdout.write(text)
    })
}

function addResume(
  rollback: Command,
  host: Host,
  exit: (status: number) => void,
  interrupts: Interrupts,
): void {
  const command = subcommand(
    rollback,
    'resume',
    'resume a rollback whose process was killed; repeats no finished step',
  )
    .argument('<run>', 'folder of the run')
    .option('--repeat-undo', 'run an undo again whose result is unknown')
  addHistoryOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  proofload rollback resume reports/checkout/20261121-093005-4f2a\n  proofload rollback resume reports/checkout/20261121-093005-4f2a --repeat-undo\n\nExit status: 0 when the system is healthy, 5 when it is not known to be.',
    )
    .action(async (run: string, flags: ResumeFlags) => {
      requireFittingHistory(flags)
      const { state, repeatUndo = false } = flags
      const folder = resolve(host.cwd, run)
      const request = { folder, state, repeatUndo, history: historyOf(flags), stop: interrupts.take() }
      const record = await resumeStoredRollback(request, host, progressOf(host))
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
      const { reason, state } = flags
      const line = await abortStoredRollback(resolve(host.cwd, run), reason, state, host)
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
      const owner = await releaseLockByHand(flags.reason, flags.state, host)
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

function lockText(status: LockStatus, { json }: StateFlags): string {
  if (json === true) return `${JSON.stringify(status)}\n`
  const { line, released } = status
  const last =
    released === null ? '' : `last released by ${released.by} at ${released.at}: ${released.reason}\n`
  return `${lineText(line)}${last}`
}

function runText(found: RollbackStatus, run: string, { json }: StateFlags): string {
  if (json !== true) return statusText(found, run)
  const { rollback, status, line } = found
  const { begun, process: carrier, step, steps, undos, aborted, record } = rollback
  return `${JSON.stringify({
    rollbackId: begun.rollbackId,
    runId: begun.facts.runId,
    state: status,
    process: carrier,
    step,
    steps: [...steps.values()],
    undos: Object.fromEntries([...undos].map(([name, { ended }]) => [name, ended])),
    aborted,
    record,
    line,
  })}\n`
}

/** Steps that have ended, and notes. */
function progressOf({ stderr }: Host): RunProgress {
  return {
    ...SILENT_PROGRESS,
    onStep(name, taken) {
      if (taken !== null) stderr.write(`${rollbackStepLine(name, taken)}\n`)
    },
    onNote: (message) => stderr.write(`${pc.yellow('note')} ${message}\n`),
  }
}

function statusText(found: RollbackStatus, run: string): string {
  const { rollback, line } = found
  const { begun, step, steps } = rollback
  const rows = ROLLBACK_STEPS.map((name) => {
    const taken = steps.get(name)
    if (name === step) return [name, 'begun', '', 'its end is not known']
    if (taken === undefined) return [name, '-', '', '']
    return [name, taken.outcome, formatDurationMs(taken.durationMs), taken.message]
  })
  const table = renderTextTable({ title: '', heads: ['step', 'outcome', 'took', ''], rows })
  const heading = `rollback ${begun.rollbackId} of run ${begun.facts.runId} (${begun.facts.scenario}), begun ${begun.at}`
  return `${heading}\n${stateText(found, run)}\n${table}${lineText(line)}`
}

function stateText({ rollback, status }: RollbackStatus, run: string): string {
  const { process: carrier, record, aborted, undos } = rollback
  if (aborted !== null) return `aborted by ${aborted.by} at ${aborted.at}: ${aborted.reason}`
  if (record !== null) return `${record.outcome}: ${record.message}`
  const who = `process ${carrier.pid} on ${carrier.host}`
  if (status === 'running') return `carried out by ${who}`
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
