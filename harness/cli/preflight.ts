import type { Command } from 'commander'
import pc from 'picocolors'
import { readLine } from '../app/rollback/deploy-lock.ts'
import { readEmergency, withState } from '../app/run/emergency.ts'
import {
  defaultThreads,
  launchTargets,
  lookBeforeLoad,
  preparePlan,
  requireClear,
} from '../app/run/prepare.ts'
import { unlessStopped } from '../base/stop-request.ts'
import type { Host } from '../ports/host.ts'
import type { PreflightFinding } from '../ports/preflight.ts'
import { stateOption } from './emergency.ts'
import type { Interrupts } from './interrupts.ts'
import { addScenarioOptions, overridesOf, type ScenarioFlags } from './scenario-options.ts'

const MARKS = { ok: pc.green('ok     '), advice: pc.yellow('advice '), blocked: pc.red('blocked') } as const

interface PreflightFlags extends ScenarioFlags {
  readonly out: string
  readonly state: string
}

/** `proofload preflight` */
export function addPreflightCommand(
  program: Command,
  host: Host,
  exit: (status: number) => void,
  interrupts: Interrupts,
): void {
  const command = addScenarioOptions(
    program.command('preflight').argument('<scenario>', 'scenario file or URL'),
  )
  command
    .addOption(stateOption())
    .description('run only the preflight checks; send no load')
    .option('--out <folder>', 'folder for the reports; must be writable', 'reports')
    .addHelpText('after', '\nExample:\n  proofload preflight scenarios/checkout.ts --agents 5000')
    .action(async (source: string, flags: PreflightFlags) => {
      const { signal } = interrupts.take()
      const prepared = await unlessStopped(signal, 'while the scenario was loaded', () =>
        preparePlan(source, overridesOf(flags), host),
      )
      const targets = await launchTargets(prepared.plan, host, signal)
      try {
        const findings = await unlessStopped(signal, 'during preflight', () =>
          lookBeforeLoad(
            targets.plan,
            defaultThreads(prepared.plan, host),
            flags.out,
            host,
            () => withState(flags.state, host, readEmergency),
            () => withState(flags.state, host, readLine),
          ),
        )
        host.stdout.write(findings.map(lineOf).join(''))
        requireClear(findings)
        exit(0)
      } finally {
        await targets.stop()
      }
    })
}

function lineOf({ level, check, message }: PreflightFinding): string {
  return `${MARKS[level]} ${check}: ${message}\n`
}
