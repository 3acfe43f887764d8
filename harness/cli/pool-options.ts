/** The options that say which workers send the load. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { LOCAL_POOL, type PoolRequest } from '../app/run/open-driver.ts'
import { HarnessError, messageOf } from '../base/errors.ts'
import { parseDurationMs } from '../base/units.ts'
import { wholeNumber } from './scenario-options.ts'

export interface PoolFlags {
  readonly on?: string
  readonly workers?: number
  readonly lease: number
  readonly waitWorkers: number
  readonly onLost: PoolRequest['onLost']
  readonly creds?: string
  readonly threads?: number
  readonly runId?: string
  readonly confirm?: boolean
  readonly rerun?: boolean
  readonly retries: number
}

const LEASE_MIN_MS = 5_000
const LEASE_MAX_MS = 60_000

/** The pool that a command works with; its address may be in the environment, because it may hold a password. */
export function addPoolOption(command: Command): Command {
  return command
    .addOption(
      new Option('--on <pool>', 'pool of workers: nats://host[:port]/pool, tls://...').env('PROOFLOAD_POOL'),
    )
    .addOption(
      new Option('--creds <file>', 'NATS credentials, or the seed of an nkey').env('PROOFLOAD_CREDS'),
    )
}

export function addPoolOptions(command: Command): Command {
  return command
    .option(
      '--on <pool>',
      'workers send the load: nats://host[:port]/pool, tls://..., or local (started for this run)',
    )
    .option(
      '--workers <n>',
      'exactly so many workers (default: all of the pool; local: 2)',
      wholeNumber(1, 5_000),
    )
    .option(
      '--run-id <id>',
      'id of the run; one that has lost its coordinator is gone on with (default: a new one)',
      runId,
    )
    .option('--lease <duration>', 'longest load without a living coordinator, 5s to 60s', lease, 10_000)
    .option('--wait-workers <duration>', 'wait so long for workers that are missing or busy', duration, 0)
    .addOption(
      new Option(
        '--on-lost <what>',
        'when a worker is lost: abort ends the load; degrade lets the others go on, GO only if next to nothing is missing',
      )
        .choices(['abort', 'degrade'])
        .default('abort'),
    )
    .addOption(
      new Option('--creds <file>', 'NATS credentials of the pool, or the seed of an nkey').env(
        'PROOFLOAD_CREDS',
      ),
    )
}

/** @throws HarnessError USAGE for options that need one another or exclude one another */
export function requireFittingPool({ on, workers, runId, confirm, rerun, retries }: PoolFlags): void {
  if (runId !== undefined && (on === undefined || retries > 0))
    throw new HarnessError('USAGE', '--run-id needs --on, and is of one run: not with --retries', {
      hint: 'Add --on nats://host:4222/pool and leave out --retries; without --run-id every run has a new id.',
    })
  if (on === undefined && workers !== undefined)
    throw new HarnessError('USAGE', '--workers needs --on: the load of this machine is sent by its threads', {
      hint: 'Add --on local, or --on nats://host:4222/pool; or use --threads.',
    })
  if (on !== undefined && (confirm === true || rerun === true))
    throw new HarnessError('USAGE', '--confirm and --rerun make runs of this machine: not with --on', {
      hint: 'Leave out --on, or confirm the regression by another run with --on.',
    })
}

/** Null: threads of this process. */
export function poolOf({
  on,
  workers,
  lease,
  onLost,
  waitWorkers,
  creds,
  threads,
}: PoolFlags): PoolRequest | null {
  if (on === undefined) return null
  return {
    ...{ on, workers: workers ?? null, leaseMs: lease, onLost, waitMs: waitWorkers },
    ...{ creds: creds ?? null, threads: threads ?? null },
  }
}

/** @throws HarnessError USAGE when no pool is named */
export function requirePool({ on, creds }: Pick<PoolFlags, 'on' | 'creds'>): {
  on: string
  creds: string | null
} {
  if (on !== undefined && on !== LOCAL_POOL) return { on, creds: creds ?? null }
  throw new HarnessError('USAGE', 'no pool is named', {
    hint: 'Give it with --on nats://host:4222/pool, or in PROOFLOAD_POOL.',
  })
}

function runId(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(text)) return text
  throw new InvalidArgumentError(
    'an id is 1 to 64 letters, digits, _ and -, and begins with a letter or digit',
  )
}

function lease(text: string): number {
  const leaseMs = duration(text)
  if (leaseMs >= LEASE_MIN_MS && leaseMs <= LEASE_MAX_MS) return leaseMs
  throw new InvalidArgumentError('a lease is 5s to 60s long')
}

/** Reads a duration of an option, ms. */
export function duration(text: string): number {
  try {
    return parseDurationMs(text)
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error))
  }
}
