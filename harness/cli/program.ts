/** The command line: registers the commands and turns every error into a message and an exit status. */
import { Command, CommanderError } from 'commander'
import { VERSION } from '../app/run/environment.ts'
import { ERROR_EXIT_STATUS, HarnessError } from '../base/errors.ts'
import type { Host } from '../ports/host.ts'
import { addAbCommand } from './ab.ts'
import { addBaselineCommand } from './baseline.ts'
import { addCalibrateCommand } from './calibrate.ts'
import { addCheckCommand } from './check.ts'
import { addCompareCommand } from './compare.ts'
import { addEmergencyCommand } from './emergency.ts'
import { exitCodesText } from './exit-codes.ts'
import { addHistoryCommand } from './history.ts'
import { addInitCommand } from './init.ts'
import { Interrupts } from './interrupts.ts'
import { addJudgeCommand } from './judge.ts'
import { addPlanSamplesCommand } from './plan-samples.ts'
import { addPreflightCommand } from './preflight.ts'
import { addRecoverCommand } from './recover.ts'
import { renderError } from './render-error.ts'
import { addReportCommand } from './report.ts'
import { addRollbackCommand } from './rollback.ts'
import { addRunCommand } from './run.ts'
import { addSandboxCommand } from './sandbox.ts'
import { addSchemaCommand } from './schema.ts'
import { addServeCommand } from './serve.ts'
import { addTrendCommand } from './trend.ts'
import { addTriageCommand } from './triage.ts'
import { addVisualCommand } from './visual.ts'

/** Runs one command line; resolves with the exit status. After 130, the abandoned command may still be running. */
export async function runCommandLine(host: Host): Promise<number> {
  const interrupts = new Interrupts(host)
  const forced = interrupts.forced.then((line) => {
    host.stderr.write(`${line}\n`)
    return ERROR_EXIT_STATUS.INTERRUPTED
  })
  try {
    return await Promise.race([runCommand(host, interrupts), forced])
  } finally {
    interrupts.close()
  }
}

async function runCommand(host: Host, interrupts: Interrupts): Promise<number> {
  let status = 0
  const exit = (code: number) => {
    status = code
  }
  try {
    await createProgram(host, exit, interrupts).parseAsync([...host.args], { from: 'user' })
    return status
  } catch (error) {
    // Commander has printed its own message by now; help and version end with 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : ERROR_EXIT_STATUS.USAGE
    host.stderr.write(renderError(error))
    return error instanceof HarnessError ? error.exitCode : ERROR_EXIT_STATUS.INTERNAL
  }
}

function createProgram(host: Host, exit: (status: number) => void, interrupts: Interrupts): Command {
  const output = {
    writeOut: (text: string) => host.stdout.write(text),
    writeErr: (text: string) => host.stderr.write(text),
  }
  const program = new Command('proofload')
    .description('Load testing that ends in a verdict: GO, NO-GO or INCONCLUSIVE.')
    .version(VERSION)
    .showSuggestionAfterError()
    .addHelpText('after', `\n${exitCodesText()}`)
    .exitOverride()
    .configureOutput(output)
  addRunCommand(program, host, exit, interrupts)
  addCheckCommand(program, host, exit)
  addPlanSamplesCommand(program, host)
  addPreflightCommand(program, host, exit, interrupts)
  addJudgeCommand(program, host, exit)
  addReportCommand(program, host)
  addBaselineCommand(program, host)
  addAbCommand(program, host, exit, interrupts)
  addCompareCommand(program, host)
  addHistoryCommand(program, host, interrupts)
  addTrendCommand(program, host)
  addEmergencyCommand(program, host, exit)
  addRollbackCommand(program, host, exit, interrupts)
  addCalibrateCommand(program, host, interrupts)
  addTriageCommand(program, host, exit, interrupts)
  addVisualCommand(program, host, exit)
  addRecoverCommand(program, host, exit)
  addSandboxCommand(program, host, exit, interrupts)
  addServeCommand(program, host, exit, interrupts)
  addInitCommand(program, host, exit)
  addSchemaCommand(program, host, exit)
  for (const command of program.commands.flatMap((each) => [each, ...each.commands]))
    command.exitOverride().configureOutput(output).showHelpAfterError('(--help shows examples)')
  return program
}
