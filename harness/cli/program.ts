/** The command line: registers the commands and turns every error into a message and an exit status. */
import { Command, CommanderError } from 'commander'
import { VERSION } from '../app/run/version.ts'
import { ERROR_EXIT_STATUS, HarnessError, refusalOf } from '../base/errors.ts'
import type { Host } from '../ports/host.ts'
import type { CommandContext } from './command-context.ts'
import { COMMANDS } from './commands.ts'
import { exitCodesText } from './exit-codes.ts'
import { Interrupts } from './interrupts.ts'
import { renderError } from './render-error.ts'

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
    const program = await createProgram({ host, exit, interrupts })
    await program.parseAsync([...host.args], { from: 'user' })
    return status
  } catch (error) {
    // Commander has printed its own message by now; help and version end with 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : ERROR_EXIT_STATUS.USAGE
    const told = refusalOf(error) ?? error
    host.stderr.write(renderError(told))
    return told instanceof HarnessError ? told.exitCode : ERROR_EXIT_STATUS.INTERNAL
  }
}

async function createProgram(context: CommandContext): Promise<Command> {
  const { host } = context
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
  // `proofload run …` and `proofload help run` name the command: the modules of the others are not needed.
  const named = host.args.slice(0, 2)
  for (const { name, description, load } of COMMANDS) {
    const command = program.command(name).description(description)
    if (named.includes(name)) (await load())(command, context)
  }
  for (const command of program.commands.flatMap((each) => [each, ...each.commands]))
    command.exitOverride().configureOutput(output).showHelpAfterError('(--help shows examples)')
  return program
}
