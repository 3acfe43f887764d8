import { hostname } from 'node:os'
import { type Command, InvalidArgumentError } from 'commander'
import type { HealthAddress } from '../app/worker/health-server.ts'
import { serveWorker } from '../app/worker/serve-worker.ts'
import { HarnessError } from '../base/errors.ts'
import { workerName } from '../model/cluster/hello.ts'
import type { CommandContext } from './command-context.ts'
import { addPoolOption, duration, requirePool } from './pool-options.ts'
import { wholeNumber } from './scenario-options.ts'

interface WorkerFlags {
  readonly on?: string
  readonly creds?: string
  readonly name?: string
  readonly threads?: number
  readonly allowHost: readonly string[]
  readonly maxRate?: number
  readonly maxAgents?: number
  readonly maxDuration: number
  readonly spill: string
  readonly once?: boolean
  readonly maxRuns?: number
  readonly health?: HealthAddress
  readonly quiet?: boolean
}

const EXAMPLES = `
Examples:
  proofload worker --on nats://127.0.0.1:4222/main --name eu-1
  proofload worker --on tls://broker.example/main --creds eu-1.creds --allow-host staging.example
  proofload worker --on nats://127.0.0.1:4222/main --once --health 127.0.0.1:9465 --max-rate 500 --max-duration 1h`

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
    .option('--max-rate <n>', 'most journeys a second of its share', wholeNumber(1, 1_000_000_000))
    .option('--max-agents <n>', 'most agents of its share', wholeNumber(1, 1_000_000_000))
    .option('--max-duration <duration>', 'longest run', duration, 86_400_000)
    .option('--once', 'serve one run, then end: 0 when it drove its share, 3 when its lease ended before')
    .option('--max-runs <n>', 'serve so many runs, then end', wholeNumber(1, 1_000_000))
    .option('--health <address>', 'answer GET /livez and /readyz on host:port', parseAddress)
    .option('--spill <folder>', 'folder for what is not safe elsewhere yet', '.proofload/spill')
    .option('--quiet', 'say nothing')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: WorkerFlags) => {
      const { name = nameOfHost(), threads, allowHost, spill, quiet, health = null } = flags
      requireFitting(flags)
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
          ...{ rateMax: flags.maxRate ?? null, agentsMax: flags.maxAgents ?? null },
          ...{ durationMsMax: flags.maxDuration, health },
          runsMax: flags.once === true ? 1 : (flags.maxRuns ?? null),
          note: (message) => {
            if (quiet !== true) host.stderr.write(`${message}\n`)
          },
        },
        host,
      )
    })
}

/** @throws HarnessError USAGE */
function requireFitting({ once, maxRuns }: WorkerFlags): void {
  if (once === true && maxRuns !== undefined)
    throw new HarnessError('USAGE', '--once is --max-runs 1: they cannot be combined', {
      hint: 'Give one of them.',
    })
}

function parseAddress(text: string): HealthAddress {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(text) ?? []
  if (host !== '' && Number(port) <= 65_535) return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
  throw new InvalidArgumentError(
    'an address is host:port, for example 127.0.0.1:9465; port 0 for any free one',
  )
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
