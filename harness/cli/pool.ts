/** `proofload pool ...`: who is there, a new pool, and runs that their coordinator has left behind. */
import { type Command, InvalidArgumentError } from 'commander'
import { initPool } from '../app/pool/init-pool.ts'
import { type PoolMember, poolStatus } from '../app/pool/pool-status.ts'
import { prunePool } from '../app/pool/prune-pool.ts'
import { VERSION } from '../app/run/version.ts'
import { collectRun } from '../app/stored/collect.ts'
import { HarnessError } from '../base/errors.ts'
import { formatAmount, formatDurationMs } from '../base/units.ts'
import { workerName } from '../model/cluster/hello.ts'
import { verdictDocument } from '../model/verdict.ts'
import { renderVerdict } from '../reporters/console.ts'
import type { CommandContext } from './command-context.ts'
import { addPoolOption, duration, requirePool } from './pool-options.ts'

interface PoolRefFlags {
  readonly on?: string
  readonly creds?: string
  readonly json?: boolean
}

/** `proofload pool` */
export function addPoolCommand(command: Command, context: CommandContext): void {
  addStatus(command, context)
  addInit(command, context)
  addCollect(command, context)
  addPrune(command, context)
}

function addStatus(command: Command, { host }: CommandContext): void {
  const status = command.command('status').description('show which workers are there, and what they do')
  addPoolOption(status)
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  proofload pool status --on nats://127.0.0.1:4222/main
  proofload pool status --on nats://127.0.0.1:4222/main --json`,
    )
    .action(async (flags: PoolRefFlags) => {
      const found = await poolStatus(requirePool(flags), VERSION, host)
      if (flags.json === true) host.stdout.write(`${JSON.stringify(found)}\n`)
      else host.stdout.write(statusText(found.broker, found.workers))
    })
}

interface InitFlags {
  readonly pool: string
  readonly workers: readonly string[]
  readonly listen: string
  readonly tlsCert?: string
  readonly tlsKey?: string
}

function addInit(command: Command, { host }: CommandContext): void {
  command
    .command('init')
    .description('write the configuration of a broker for a new pool, and a key for each of its members')
    .argument('<folder>', 'folder for nats.conf, the keys, and the store of the broker')
    .option('--pool <name>', 'name of the pool', poolName, 'main')
    .option('--workers <names>', 'names of the workers, with commas', workerNames, ['w1', 'w2', 'w3'])
    .option('--listen <address>', 'host:port of the broker', address, '127.0.0.1:4222')
    .option('--tls-cert <file>', 'certificate of the broker; needed beyond loopback')
    .option('--tls-key <file>', 'private key of that certificate')
    .addHelpText(
      'after',
      `
Examples:
  proofload pool init pool/
  proofload pool init pool/ --workers eu-1,eu-2,us-1 --listen broker.example:4222 --tls-cert broker.pem --tls-key broker.key`,
    )
    .action(async (folder: string, { pool, workers, listen, tlsCert, tlsKey }: InitFlags) => {
      const tls = tlsOf(tlsCert, tlsKey)
      const made = await initPool({ folder, pool, workers, listen, tls }, host.cwd)
      const lines = Object.entries(made.workerKeys).map(
        ([name, file]) => `proofload worker --on ${made.on} --creds ${file} --name ${name}`,
      )
      const run = `proofload run SCENARIO --on ${made.on} --creds ${made.coordinatorKey} --workers ${workers.length}`
      host.stdout.write(`${[`nats-server -c ${made.config}`, ...lines, run].join('\n')}\n`)
    })
}

interface CollectFlags extends PoolRefFlags {
  readonly out: string
}

function addCollect(command: Command, { host, exit }: CommandContext): void {
  const collect = command
    .command('collect')
    .description(
      'build a record and a verdict (never GO) from the log of a run whose coordinator is gone for good',
    )
    .argument('<run>', 'id of the run')
  addPoolOption(collect)
    .option('--out <folder>', 'folder for the reports', 'reports')
    .option('--json', 'print the verdict as one JSON document')
    .addHelpText(
      'after',
      `
To go on with the run instead, start it again with its --run-id.

Example:
  proofload pool collect 20261121-093005-4f2a --on nats://127.0.0.1:4222/main`,
    )
    .action(async (runId: string, flags: CollectFlags) => {
      const note = (message: string) => host.stderr.write(`${message}\n`)
      const request = { ...requirePool(flags), runId, outDir: flags.out, note }
      const { verdict, files, failures } = await collectRun(request, host)
      host.stdout.write(
        flags.json === true
          ? `${JSON.stringify(verdictDocument(verdict, files))}\n`
          : renderVerdict({ verdict, files, failures }, host.stdout.hasColours),
      )
      exit(verdict.exitCode)
    })
}

interface PruneFlags extends PoolRefFlags {
  readonly olderThan: number
}

function addPrune(command: Command, { host }: CommandContext): void {
  const prune = command
    .command('prune')
    .description('drop the logs of runs that nobody has written to for a while')
  addPoolOption(prune)
    .option('--older-than <duration>', 'time without an entry', duration, 3_600_000)
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
What was dropped can be neither gone on with nor collected.

Example:
  proofload pool prune --on nats://127.0.0.1:4222/main --older-than 1d`,
    )
    .action(async (flags: PruneFlags) => {
      const pruned = await prunePool(requirePool(flags), flags.olderThan, host)
      const lines = pruned.map(
        ({ run, silentMs }) => `dropped ${run}, silent for ${formatDurationMs(silentMs)}\n`,
      )
      if (flags.json === true) host.stdout.write(`${JSON.stringify({ pruned })}\n`)
      else host.stdout.write(lines.length === 0 ? 'nothing to drop\n' : lines.join(''))
    })
}

/** @throws HarnessError USAGE for one without the other */
function tlsOf(cert: string | undefined, key: string | undefined) {
  if (cert === undefined && key === undefined) return null
  if (cert !== undefined && key !== undefined) return { cert, key }
  throw new HarnessError('USAGE', '--tls-cert and --tls-key belong together', {
    hint: 'Give the certificate and its private key.',
  })
}

function poolName(text: string): string {
  if (/^[A-Za-z0-9-]{1,40}$/.test(text)) return text
  throw new InvalidArgumentError('a pool is 1 to 40 letters, digits and -')
}

function workerNames(text: string): string[] {
  const names = text.split(',')
  const problem = names.map((name) => workerName.safeParse(name).error?.issues[0]?.message).find(Boolean)
  if (problem !== undefined) throw new InvalidArgumentError(problem)
  if (new Set(names).size < names.length || names.includes('coordinator'))
    throw new InvalidArgumentError('each name is given once, and none is coordinator')
  return names
}

function address(text: string): string {
  if (/^[^/\s]+:\d{1,5}$/.test(text)) return text
  throw new InvalidArgumentError('an address is host:port, for example 127.0.0.1:4222')
}

function statusText(broker: string, workers: readonly PoolMember[]): string {
  const lines = workers.map(
    ({ worker, state, threads, cores, proofload, unusable }) =>
      `  ${worker.padEnd(24)} ${state.padEnd(10)} ${formatAmount(threads, 'thread')} of ${formatAmount(cores, 'core')}, proofload ${proofload}${unusable === null ? '' : `: not usable, it ${unusable}`}`,
  )
  return `${[`${broker}: ${formatAmount(workers.length, 'worker')}`, ...lines].join('\n')}\n`
}
