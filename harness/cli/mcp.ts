import type { Command } from 'commander'
import { READ_ONLY } from '../app/mcp/grants.ts'
import { parseDurationMs, parseRatePerSec } from '../base/units.ts'
import type { CommandContext } from './command-context.ts'
import { addFolderOptions, type FolderFlags } from './folder-options.ts'
import { collected, wholeNumber, withUnit } from './scenario-options.ts'

interface McpFlags extends FolderFlags {
  readonly allowRun?: boolean
  readonly allowWrite?: boolean
  readonly halt: boolean
  readonly allowCode?: boolean
  readonly allowHost?: readonly string[]
  readonly maxRate: string
  readonly maxAgents: number
  readonly maxDuration: string
  readonly maxSearch: string
  readonly maxRunsPerHour: number
}

const HELP = `
The client starts this command and speaks the Model Context Protocol with it over standard input and output.
Without flags it reads: scenarios, plans, verdicts, history. No tool changes what the flags say.
Every call is written to .proofload/mcp-audit.ndjson.

Examples:
  proofload mcp
  proofload mcp --allow-run --max-rate 100/s --max-duration 60s
  proofload mcp --allow-run --allow-host staging.example --allow-write`

/** `proofload mcp` */
export function addMcpCommand(command: Command, { host, exit, interrupts }: CommandContext): void {
  addFolderOptions(addLimitOptions(addGrantOptions(command)), 'folder of the scenarios, in this project')
    .addHelpText('after', HELP)
    .action(async (flags: McpFlags) => {
      const { scenarios, out: outDir, store, baselines, state } = flags
      const places = { scenarios, outDir, store, baselines, state }
      const { serveMcp } = await import('../app/mcp/serve-mcp.ts')
      await serveMcp({ grants: grantsOf(flags), places, stop: interrupts.take() }, host)
      exit(0)
    })
}

function addGrantOptions(command: Command): Command {
  return command
    .option('--allow-run', 'start load, each time after a confirmation')
    .option('--allow-write', 'write scenario files into the folder')
    .option('--no-halt', 'neither end load nor halt it (default: both are allowed)')
    .option('--allow-code', 'run code of the folder: TypeScript, pinned plugins, commands')
    .option('--allow-host <host>', 'host beyond loopback that may be loaded (repeatable)', collected)
}

function addLimitOptions(command: Command): Command {
  const { agents, loadsPerHour } = READ_ONLY.limits
  return command
    .option(
      '--max-rate <rate>',
      'requests a second of a run, all targets together',
      withUnit('/s', parseRatePerSec),
      '200/s',
    )
    .option('--max-agents <n>', 'agents of a closed load', wholeNumber(1, 1_000_000), agents)
    .option('--max-duration <time>', 'length of a run', withUnit('s', parseDurationMs), '2m')
    .option('--max-search <time>', 'length of a search for a capacity', withUnit('s', parseDurationMs), '15m')
    .option(
      '--max-runs-per-hour <n>',
      'runs and searches that are started in an hour',
      wholeNumber(1, 1_000),
      loadsPerHour,
    )
}

function grantsOf(flags: McpFlags) {
  return {
    run: flags.allowRun === true,
    write: flags.allowWrite === true,
    halt: flags.halt,
    code: flags.allowCode === true,
    hosts: flags.allowHost ?? [],
    limits: {
      ratePerSec: parseRatePerSec(flags.maxRate),
      agents: flags.maxAgents,
      durationMs: parseDurationMs(flags.maxDuration),
      searchMs: parseDurationMs(flags.maxSearch),
      loadsPerHour: flags.maxRunsPerHour,
    },
  }
}
