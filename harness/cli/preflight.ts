import type { Command } from 'commander'
import pc from 'picocolors'
import { autoBaseline, BASELINES_FOLDER } from '../app/compare/baselines.ts'
import { HISTORY_FILE } from '../app/history/history.ts'
import { requireClear } from '../app/run/preflight.ts'
import { preflightOnly } from '../app/run/preflight-only.ts'
import type { PreflightFinding } from '../ports/preflight.ts'
import type { CommandContext } from './command-context.ts'
import { stateOption } from './emergency.ts'
import { withPresetFlags } from './preset-options.ts'
import { addScenarioOptions, overridesOf, type ScenarioFlags } from './scenario-options.ts'

const MARKS = { ok: pc.green('ok     '), advice: pc.yellow('advice '), blocked: pc.red('blocked') } as const

interface PreflightFlags extends ScenarioFlags {
  readonly out: string
  readonly state: string
  readonly store: string
  readonly history: boolean
  readonly baselines: string
}

/** `proofload preflight` */
export function addPreflightCommand(command: Command, { host, exit, interrupts }: CommandContext): void {
  addScenarioOptions(command.argument('<scenario>', 'scenario file or URL'))
    .addOption(stateOption())
    .option('--out <folder>', 'folder for the reports; must be writable', 'reports')
    .option('--store <where>', 'history: a file, or postgres://...; must be writable', HISTORY_FILE)
    .option('--no-history', 'the run will not be added to the history')
    .option('--baselines <folder>', 'folder of the baselines', BASELINES_FOLDER)
    .addHelpText('after', '\nExample:\n  proofload preflight scenarios/checkout.ts --agents 5000')
    .action(async (source: string, written: PreflightFlags) => {
      const flags = await withPresetFlags(written, command, host)
      const { out: outDir, state } = flags
      const stop = interrupts.take()
      const request = {
        source,
        overrides: overridesOf(flags),
        threads: null,
        outDir,
        within: null,
        pool: null,
        state,
        history: flags.history ? { store: flags.store, build: null } : null,
        compare: autoBaseline({ folder: flags.baselines }, host.cwd),
        stop,
      }
      const findings = await preflightOnly(request, host)
      host.stdout.write(findings.map(lineOf).join(''))
      requireClear(findings)
      exit(0)
    })
}

function lineOf({ level, check, message }: PreflightFinding): string {
  return `${MARKS[level]} ${check}: ${message}\n`
}
