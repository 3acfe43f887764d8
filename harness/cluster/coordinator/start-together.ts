/** The common start of the workers of a load: everybody ready, clocks known, one instant confirmed by all. */
import { HarnessError } from '../../base/errors.ts'
import type { ClockDistance } from '../../model/cluster/orders.ts'
import * as limits from '../limits.ts'
import type { Answered, HeldWorkers, PoolAccess } from './held-workers.ts'
import type { Placed } from './placing.ts'

/** The time from the telling of the start to the start. */
export function startLeadMs(clocks: readonly ClockDistance[]): number {
  const worstMs = Math.max(...clocks.map(({ boundMs }) => boundMs))
  return Math.max(limits.ARM_LEAD_MS, 4 * worstMs + 500)
}

/**
 * Tells everybody the instant of run start and resolves to it, in machine milliseconds of this host.
 * @throws HarnessError START_FAILED when somebody did not confirm it in time: then it must not happen
 */
export async function armTogether(
  workers: HeldWorkers,
  leadMs: number,
  { clock }: Pick<PoolAccess, 'clock'>,
): Promise<number> {
  const startAt = clock.nowMs() + clock.epochMs + leadMs
  const answers = await workers.orderAll(
    () => ({ do: 'arm', epoch: 0, startAt }),
    leadMs - limits.ARM_CONFIRM_MS,
  )
  const failed = answers.filter(({ answer }) => answer.refused !== null)
  if (failed.length === 0) return startAt
  throw new HarnessError('START_FAILED', 'not every worker could start; no load was sent', {
    problems: problemsOf(failed),
    hint: 'See the log of that worker, and start the run again.',
  })
}

/** @throws HarnessError with what one of them refused */
export function requireDone(answers: readonly Answered[], what: string): void {
  const failed = answers.filter(({ answer }) => answer.refused !== null)
  const [first] = failed
  if (first === undefined) return
  throw new HarnessError(
    'WORKER_FAILED',
    `worker ${first.placed.hello.worker} ${what}: ${first.answer.refused}`,
    { problems: problemsOf(failed), hint: 'Fix it on that host, and start the run again; no load was sent.' },
  )
}

/** @throws HarnessError CLOCK_UNSURE */
export function clockOf({ hello: { worker } }: Placed, clock: ClockDistance | null): ClockDistance {
  if (clock !== null && clock.boundMs <= limits.CLOCK_BOUND_MAX_MS) return clock
  const known = clock === null ? 'not at all' : `to ${Math.round(clock.boundMs)} ms`
  throw new HarnessError(
    'CLOCK_UNSURE',
    `the clock of worker ${worker} is known ${known}: there is no common start`,
    { hint: `Use workers that a message reaches within ${2 * limits.CLOCK_BOUND_MAX_MS} ms.` },
  )
}

function problemsOf(failed: readonly Answered[]) {
  return failed.map(({ placed, answer }) => ({
    path: placed.hello.worker,
    message: answer.refused ?? '',
  }))
}
