/** The beginning of a load: everybody gets ready, the log tells that it begins, and all start at one instant; or how it is gone on with. */
import { serialize } from 'node:v8'
import { interrupted } from '../../base/stop-request.ts'
import type { BlobRef, ClockDistance } from '../../model/cluster/orders.ts'
import type { RunToDrive } from '../../ports/load-driver.ts'
import type { Blobs } from '../blobs.ts'
import * as limits from '../limits.ts'
import type { EarlierLoad } from './earlier-load.ts'
import type { Held, OnLost, PoolParts } from './held-load.ts'
import type { Placed } from './placing.ts'
import { replaced } from './run-log.ts'
import { sharedPlan } from './shared-plan.ts'
import { armTogether, clockOf, requireDone, startLeadMs } from './start-together.ts'

/** Gets everybody ready, writes to the log that the load begins, and starts it. */
export async function beginLoad(
  held: Held,
  load: RunToDrive,
  parts: PoolParts,
): Promise<readonly ClockDistance[]> {
  const { workers, logs } = held
  const values = serialize({ setupValue: load.setupValue, provisioned: load.provisioned }).toString('base64')
  const orders = await loadOrders(load, values, { ...held, portable: parts.portable })
  const loaded = await workers.orderAll(orders, limits.LOAD_LIMIT_MS)
  requireDone(loaded, 'could not get ready')
  const clocks = loaded.map(({ placed, answer }) => clockOf(placed, answer.clock))
  if (load.giveUp.aborted) throw interrupted('before the load began')
  const leadMs = startLeadMs(clocks)
  const begun = {
    ...{ identity: load.identity, startedAt: load.startedAt, values },
    workers: workers.placed.map((placed, i) => ({
      ...{ ...placed, token: held.tokens[i] as string, clock: clocks[i] as ClockDistance },
    })),
  }
  const startWallMs = parts.clock.wallMs() + leadMs
  // Whoever goes on with the run has to know that somebody may have begun.
  if (!(await logs.log.append({ kind: 'begin', startWallMs, load: begun }))) throw replaced()
  try {
    held.load.begins(await armTogether(workers, leadMs, parts))
  } catch (error) {
    held.load.want('abort', 'not everybody could start')
    throw error
  }
  return clocks
}

/** Takes in what the log tells of the load; one that was being ended is no whole load any more. */
export function goOn({ load, order }: Held, earlier: EarlierLoad, onLost: OnLost): void {
  load.goesOn(earlier)
  const atMs = 1000 * (earlier.seconds.at(-1)?.second ?? 0)
  for (const { place, why } of earlier.lost) {
    const worker = earlier.begun.workers.find((each) => each.place === place)?.hello.worker
    const reason = `worker ${worker} was lost: ${why}`
    order?.onLoss({ reason, atMs, endsLoad: onLost === 'abort' })
  }
  if (earlier.want === 'run') return
  order?.onLoss({ reason: 'the coordinator that was ending the load was lost', atMs, endsLoad: true })
}

/** Makes the order to get ready, for each worker its own. @throws HarnessError SCENARIO_NOT_PORTABLE */
async function loadOrders(
  { module, correlationId, plan }: RunToDrive,
  values: string,
  {
    blobs,
    tokens,
    threads,
    portable,
  }: {
    readonly blobs: Blobs
    readonly tokens: readonly string[]
    readonly threads: number
    readonly portable: (path: string) => Promise<string>
  },
) {
  const code: BlobRef | null = module === null ? null : blobs.add(await portable(module.path))
  const given = { module: code, values: blobs.add(values), correlationId, epoch: 0 }
  return ({ place, first, count }: Placed) => {
    const stripe = { first, count, of: threads }
    const share = blobs.add(JSON.stringify(sharedPlan(plan, stripe)))
    return { do: 'load', place, token: tokens[place] as string, plan: share, stripe, ...given } as const
  }
}
