import type { Command } from 'commander'
import { type PoolMember, poolStatus } from '../app/pool/pool-status.ts'
import { VERSION } from '../app/run/version.ts'
import { formatAmount } from '../base/units.ts'
import type { CommandContext } from './command-context.ts'
import { addPoolOption, requirePool } from './pool-options.ts'

interface StatusFlags {
  readonly on?: string
  readonly creds?: string
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  proofload pool status --on nats://127.0.0.1:4222/main
  proofload pool status --on nats://127.0.0.1:4222/main --json`

/** `proofload pool` */
export function addPoolCommand(command: Command, { host }: CommandContext): void {
  const status = command.command('status').description('show which workers are there, and what they do')
  addPoolOption(status)
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: StatusFlags) => {
      const found = await poolStatus(requirePool(flags), VERSION, host)
      if (flags.json === true) host.stdout.write(`${JSON.stringify(found)}\n`)
      else host.stdout.write(statusText(found.broker, found.workers))
    })
}

function statusText(broker: string, workers: readonly PoolMember[]): string {
  const lines = workers.map(
    ({ worker, state, threads, cores, proofload, unusable }) =>
      `  ${worker.padEnd(24)} ${state.padEnd(10)} ${formatAmount(threads, 'thread')} of ${formatAmount(cores, 'core')}, proofload ${proofload}${unusable === null ? '' : `: not usable, it ${unusable}`}`,
  )
  return `${[`${broker}: ${formatAmount(workers.length, 'worker')}`, ...lines].join('\n')}\n`
}
