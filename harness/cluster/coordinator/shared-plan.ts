/** The part of a plan that one worker gets, and what of a plan cannot be shared over hosts. */
import { HarnessError } from '../../base/errors.ts'
import { beyondLoopback } from '../../base/loopback.ts'
import { formatAmount } from '../../base/units.ts'
import type { FeederPlan, RunPlan } from '../../model/plan.ts'
import { targetsOf } from '../../targets/outside/targets-of.ts'
import { countersOf } from '../placed-calls.ts'
import type { Placed } from './placing.ts'

/** Feeders whose rows the threads of one host take in turn: over hosts each gets rows of its own. */
const IN_TURN: readonly FeederPlan['mode'][] = ['unique', 'circular', 'shuffle']

/** Returns the plan for the shards `first` to `first + count - 1` of `of`: a row r is of shard r mod `of`. */
export function sharedPlan(
  plan: RunPlan,
  { first, count, of }: { first: number; count: number; of: number },
): RunPlan {
  const isMine = (row: number) => row % of >= first && row % of < first + count
  const feeders = Object.entries(plan.feeders).map(([name, feeder]) => {
    const rows = IN_TURN.includes(feeder.mode) ? feeder.rows.filter((_, row) => isMine(row)) : feeder.rows
    return [name, { ...feeder, rows }] as const
  })
  return { ...plan, feeders: Object.fromEntries(feeders) }
}

/** @throws HarnessError LOAD_NOT_SHARED for a plan of which every host would need all */
export function requireShareable(plan: RunPlan, threads: number): void {
  const { targets, plugins = [], feeders } = plan
  const [outside] = plugins
  if (outside !== undefined)
    throw notShared(`plugin ${outside.name} is from outside, and its code does not travel to workers yet`)
  for (const [name, { channel }] of Object.entries(targets))
    if (channel !== undefined)
      throw notShared(`target ${name} accounts for its messages, which is counted on one machine only so far`)
  if ((countersOf(plan) ?? []).length > 0)
    throw notShared('its templates hold counter(), which would begin anew on every worker')
  for (const [name, { mode, rows, generate }] of Object.entries(feeders)) {
    if (generate !== undefined && Object.values(generate).some(({ law }) => law === 'sequence'))
      throw notShared(`feeder ${name} makes a sequence, which would begin anew on every worker`)
    if (generate === undefined && IN_TURN.includes(mode) && rows.length < threads)
      throw notShared(
        `feeder ${name} has ${formatAmount(rows.length, 'row')} for ${formatAmount(threads, 'thread')}: each needs one of its own`,
      )
  }
}

function notShared(why: string): HarnessError {
  return new HarnessError('LOAD_NOT_SHARED', `this load cannot be shared over workers: ${why}`, {
    hint: 'Run it on one machine, without --on; or take that part out of the scenario.',
  })
}

/** @throws HarnessError LOOPBACK_TARGET when a worker on another machine would load itself */
export async function requireReachable(
  plan: RunPlan,
  placed: readonly Placed[],
  bootId: string | null,
): Promise<void> {
  const elsewhere = placed.find(({ hello }) => hello.environment.bootId !== bootId)
  if (elsewhere === undefined) return
  for (const [name, { plugin, config }] of Object.entries(plan.targets))
    for (const host of targetsOf(plan).get(plugin).hostsOf(config)) {
      const beyond = await beyondLoopback(host).catch(() => [host])
      if (beyond.length > 0) continue
      throw new HarnessError(
        'LOOPBACK_TARGET',
        `target ${name} is on ${host}, and worker ${elsewhere.hello.worker} is on another machine: there ${host} is that machine`,
        { hint: 'Give the target an address that all workers reach.' },
      )
    }
}
