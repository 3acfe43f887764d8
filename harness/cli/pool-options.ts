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
  readonly creds?: string
  readonly threads?: number
  readonly confirm?: boolean
  readonly rerun?: boolean
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
    .option('--lease <duration>', 'longest load without a living coordinator, 5s to 60s', lease, 10_000)
    .addOption(
      new Option('--creds <file>', 'NATS credentials of the pool, or the seed of an nkey').env(
        'PROOFLOAD_CREDS',
      ),
    )
}

/** @throws HarnessError USAGE for options that need one another or exclude one another */
export function requireFittingPool({ on, workers, confirm, rerun }: PoolFlags): void {
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
export function poolOf({ on, workers, lease, creds, threads }: PoolFlags): PoolRequest | null {
  if (on === undefined) return null
  return { on, workers: workers ?? null, leaseMs: lease, creds: creds ?? null, threads: threads ?? null }
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

function lease(text: string): number {
  const leaseMs = readDuration(text)
  if (leaseMs >= LEASE_MIN_MS && leaseMs <= LEASE_MAX_MS) return leaseMs
  throw new InvalidArgumentError('a lease is 5s to 60s long')
}

function readDuration(text: string): number {
  try {
    return parseDurationMs(text)
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error))
  }
}
