/**
 * The driver of a load that workers of a pool send: it holds them, lets them look at their machines, gets their shards ready, starts
 * all at one instant and lets them go when everything they counted is in the log.
 */
import { randomBytes } from 'node:crypto'
import { serialize } from 'node:v8'
import { HarnessError } from '../../base/errors.ts'
import { interrupted } from '../../base/stop-request.ts'
import type { BlobRef, ClockDistance } from '../../model/cluster/orders.ts'
import type { RunPlan } from '../../model/plan.ts'
import type { Environment } from '../../model/run-record.ts'
import type { LoadDriver, LoadToDrive, LoadToHold, RunningLoad } from '../../ports/load-driver.ts'
import type { PreflightFinding } from '../../ports/preflight.ts'
import { Blobs } from '../blobs.ts'
import * as limits from '../limits.ts'
import { answerWorkers } from './answer-workers.ts'
import { groupFindings } from './group-findings.ts'
import { type Answered, askWho, HeldWorkers, type PoolAccess } from './held-workers.ts'
import { hostsOf } from './hosts-of.ts'
import { type Placed, placeLoad } from './placing.ts'
import { RemoteLoad } from './remote-load.ts'
import { requireReachable, requireShareable, sharedPlan } from './shared-plan.ts'

export interface PoolParts extends PoolAccess {
  /** Null: all that are there. */
  readonly workers: number | null
  readonly leaseMs: number
  /** The environment of this process: workers have to be of the same version. */
  readonly environment: Environment
  /** Makes the text of a scenario's code that runs on any host. @throws HarnessError SCENARIO_NOT_PORTABLE */
  readonly portable: (path: string) => Promise<string>
  readonly note: (message: string) => void
}

/** The workers of one load and what they are told. */
interface Held {
  readonly runId: string
  readonly workers: HeldWorkers
  readonly blobs: Blobs
  readonly threads: number
  readonly load: RemoteLoad
  readonly tokens: readonly string[]
  readonly unlisten: () => void
  order: { onSecond: LoadToDrive['onSecond']; onLoss: LoadToDrive['onLoss'] } | null
}

export class PoolDriver implements LoadDriver {
  readonly #parts: PoolParts
  #held: Held | null = null

  constructor(parts: PoolParts) {
    this.#parts = parts
  }

  async hold({ runId, plan, threadsAsked, threadsMax }: LoadToHold): Promise<number> {
    const { workers, environment, leaseMs, note } = this.#parts
    await this.close()
    const placed = placeLoad(await askWho(this.#parts), {
      ...{ workers, threads: threadsAsked, threadsMax },
      ...{ version: environment.proofload, node: environment.node },
    })
    const threads = placed.reduce((sum, { count }) => sum + count, 0)
    requireShareable(plan, threads)
    const held = await HeldWorkers.hold(this.#parts, { run: runId, term: 1, leaseMs }, placed)
    this.#held = this.#take(runId, held, threads)
    if (!(await this.#held.load.open())) {
      await this.close()
      throw new HarnessError('RUN_TAKEN', `run ${runId} is driven by another coordinator`, {
        hint: 'Give another --run-id, or none.',
      })
    }
    const shares = placed.map(({ hello: { worker }, count }) => `${worker} ${count}`).join(', ')
    note(
      `placing: ${placed.length} workers, ${threads} threads (${shares}); broker ${this.#parts.link.broker}`,
    )
    return threads
  }

  async look(plan: RunPlan): Promise<readonly PreflightFinding[]> {
    const { workers, blobs } = this.#required()
    await requireReachable(plan, workers.placed, this.#parts.environment.bootId)
    const blob = blobs.add(JSON.stringify(plan))
    const answers = await workers.orderAll(
      ({ count }) => ({ do: 'look', plan: blob, threads: count }),
      limits.LOOK_LIMIT_MS,
    )
    requireDone(answers, 'could not look at its machine')
    return groupFindings(
      answers.map(({ placed, answer }) => ({
        worker: placed.hello.worker,
        findings: answer.findings as readonly PreflightFinding[],
      })),
    )
  }

  async start(load: LoadToDrive): Promise<RunningLoad> {
    const held = this.#required()
    held.order = load
    const { workers } = held
    const loaded = await workers.orderAll(await this.#loadOrders(held, load), limits.LOAD_LIMIT_MS)
    requireDone(loaded, 'could not get ready')
    const clocks = loaded.map(({ placed, answer }) => clockOf(placed, answer.clock))
    if (load.giveUp.aborted) throw interrupted('before the load began')
    const startMachineMs = await this.#arm(held, clocks)
    held.load.begins(startMachineMs)
    return {
      stop: (mode) => held.load.want(mode, 'the coordinator ends the load'),
      // Workers read the secrets of their own hosts, and renew them there.
      renewSecret: () => undefined,
      ended: this.#ended(held, clocks),
    }
  }

  async close(): Promise<void> {
    const held = this.#held
    this.#held = null
    if (held === null) return
    await held.workers.letGo()
    await held.load.close()
    held.unlisten()
  }

  #take(runId: string, workers: HeldWorkers, threads: number): Held {
    const { leaseMs, note } = this.#parts
    const blobs = new Blobs()
    const tokens = workers.placed.map(() => randomBytes(12).toString('hex'))
    const load = new RemoteLoad({
      ...this.#parts,
      ...{ run: runId, leaseMs, note },
      workers: workers.placed.map(({ place, hello: { worker, instance } }) => ({
        ...{ place, worker, instance, token: tokens[place] as string },
      })),
      onSecond: (second) => held.order?.onSecond(second),
      onLoss: (worker, why, atMs) =>
        held.order?.onLoss({ reason: `worker ${worker} was lost: ${why}`, atMs }),
    })
    const unlisten = answerWorkers(this.#parts, runId, blobs, load)
    const held: Held = { runId, workers, blobs, threads, load, tokens, unlisten, order: null }
    return held
  }

  async #loadOrders({ blobs, tokens, threads }: Held, load: LoadToDrive) {
    const { module, setupValue, provisioned, correlationId } = load
    const code: BlobRef | null = module === null ? null : blobs.add(await this.#parts.portable(module.path))
    const values = blobs.add(serialize({ setupValue, provisioned }).toString('base64'))
    return ({ place, first, count }: Placed) => {
      const stripe = { first, count, of: threads }
      const plan = blobs.add(JSON.stringify(sharedPlan(load.plan, stripe)))
      const token = tokens[place] as string
      return {
        do: 'load',
        place,
        epoch: 0,
        token,
        plan,
        module: code,
        stripe,
        values,
        correlationId,
      } as const
    }
  }

  /** Tells everybody the instant of run start. Whoever does not confirm it in time keeps it from happening. @throws HarnessError START_FAILED */
  async #arm({ workers, load }: Held, clocks: readonly ClockDistance[]): Promise<number> {
    const { clock } = this.#parts
    const worstMs = Math.max(...clocks.map(({ boundMs }) => boundMs))
    const leadMs = Math.max(limits.ARM_LEAD_MS, 4 * worstMs + 500)
    const startAt = clock.nowMs() + clock.epochMs + leadMs
    const answers = await workers.orderAll(
      () => ({ do: 'arm', epoch: 0, startAt }),
      leadMs - limits.ARM_CONFIRM_MS,
    )
    const failed = answers.filter(({ answer }) => answer.refused !== null)
    if (failed.length === 0) return startAt
    load.want('abort', 'not everybody could start')
    throw new HarnessError('START_FAILED', 'not every worker could start; no load was sent', {
      problems: failed.map(({ placed, answer }) => ({
        path: placed.hello.worker,
        message: answer.refused ?? '',
      })),
      hint: 'See the log of that worker, and start the run again.',
    })
  }

  async #ended({ load, workers }: Held, clocks: readonly ClockDistance[]) {
    const ends = await load.ended()
    const { isTakenOver } = load
    const generator = load.usage
    if (isTakenOver) {
      this.#held = null
      await load.close()
      throw new HarnessError('RUN_TAKEN', 'another coordinator has taken the run over', {
        hint: 'Its record comes from there.',
      })
    }
    await this.close()
    return hostsOf(workers.placed, ends, clocks, generator)
  }

  #required(): Held {
    if (this.#held === null) throw new Error('nobody is held for the load')
    return this.#held
  }
}

/** @throws HarnessError with what one of them refused */
function requireDone(answers: readonly Answered[], what: string): void {
  const failed = answers.filter(({ answer }) => answer.refused !== null)
  const [first] = failed
  if (first === undefined) return
  throw new HarnessError(
    'WORKER_FAILED',
    `worker ${first.placed.hello.worker} ${what}: ${first.answer.refused}`,
    {
      problems: failed.map(({ placed, answer }) => ({
        path: placed.hello.worker,
        message: answer.refused ?? '',
      })),
      hint: 'Fix it on that host, and start the run again; no load was sent.',
    },
  )
}

/** @throws HarnessError CLOCK_UNSURE */
function clockOf({ hello: { worker } }: Placed, clock: ClockDistance | null): ClockDistance {
  if (clock !== null && clock.boundMs <= limits.CLOCK_BOUND_MAX_MS) return clock
  const known = clock === null ? 'not at all' : `to ${Math.round(clock.boundMs)} ms`
  throw new HarnessError(
    'CLOCK_UNSURE',
    `the clock of worker ${worker} is known ${known}: there is no common start`,
    {
      hint: `Use workers that a message reaches within ${2 * limits.CLOCK_BOUND_MAX_MS} ms.`,
    },
  )
}
