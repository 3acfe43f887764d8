import { hostname } from 'node:os'
import { type Command, InvalidArgumentError } from 'commander'
import { serveWorker } from '../app/worker/serve-worker.ts'
import { workerName } from '../model/cluster/hello.ts'
import type { CommandContext } from './command-context.ts'
import { addPoolOption, requirePool } from './pool-options.ts'
import { wholeNumber } from './scenario-options.ts'

interface WorkerFlags {
  readonly on?: string
  readonly creds?: string
  readonly name?: string
  readonly threads?: number
  readonly allowHost: readonly string[]
  readonly spill: string
  readonly quiet?: boolean
}

const EXAMPLES = `
Examples:
  proofload worker --on nats://127.0.0.1:4222/main --name eu-1
  proofload worker --on tls://broker.example/main --creds eu-1.creds --allow-host staging.example`

/** `proofload worker` */
export function addWorkerCommand(command: Command, { host, interrupts }: CommandContext): void {
  addPoolOption(command)
    .option('--name <name>', 'its name in the pool, a-z, 0-9 and - (default: the host name)', parseName)
    .option('--threads <n>', 'threads that it offers (default: cores - 1)', wholeNumber(1, 256))
    .option(
      '--allow-host <host>',
      'host that load from here may go to, besides loopback; repeatable',
      collect,
      [],
    )
    .option('--spill <folder>', 'folder for what is not safe elsewhere yet', '.proofload/spill')
    .option('--quiet', 'say nothing')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: WorkerFlags) => {
      const { name = nameOfHost(), threads, allowHost, spill, quiet } = flags
      const stop = interrupts.take()
      // Whoever started it as its child is gone: nobody waits for what it does.
      process.once('disconnect', () => {
        stop.press('its parent')
        stop.press('its parent')
      })
      await serveWorker(
        {
          ...requirePool(flags),
          ...{ name, threads: threads ?? Math.max(1, host.cores - 1), allowHosts: allowHost, spill, stop },
          note: (message) => {
            if (quiet !== true) host.stderr.write(`${message}\n`)
          },
        },
        host,
      )
    })
}

function parseName(text: string): string {
  const { success, data, error } = workerName.safeParse(text)
  if (success) return data
  throw new InvalidArgumentError(error.issues[0]?.message ?? 'it is no name')
}

/** The first part of the host name, as far as a name may have it. */
function nameOfHost(): string {
  const [first = ''] = hostname().toLowerCase().split('.')
  return first.replaceAll(/[^a-z0-9-]/g, '-').slice(0, 40) || 'worker'
}

function collect(value: string, values: readonly string[]): string[] {
  return [...values, value]
}
