/**
 * The driver of a load that workers of a pool send: it holds them, lets them look at their machines, gets their shards ready, starts
 * all at one instant and lets them go when everything they counted is in the log. A load that another coordinator has begun and
 * left is gone on with.
 */
import { randomBytes } from 'node:crypto'
import { deserialize } from 'node:v8'
import { HarnessError } from '../../base/errors.ts'
import type { RunPlan } from '../../model/plan.ts'
import type {
  BegunLoad,
  HeldLoad,
  LoadDriver,
  LoadEnd,
  LoadToHold,
  RunningLoad,
  RunToDrive,
} from '../../ports/load-driver.ts'
import type { PreflightFinding } from '../../ports/preflight.ts'
import { Blobs } from '../blobs.ts'
import * as limits from '../limits.ts'
import { answerWorkers } from './answer-workers.ts'
import { beginLoad, goOn } from './begin-load.ts'
import { type EarlierLoad, earlierLoad } from './earlier-load.ts'
import { groupFindings } from './group-findings.ts'
import type { Held, PoolParts } from './held-load.ts'
import { askWho, HeldWorkers } from './held-workers.ts'
import { hostsOf } from './hosts-of.ts'
import { liveHosts } from './live-hosts.ts'
import { type Placed, placeLoad } from './placing.ts'
import { RemoteLoad } from './remote-load.ts'
import { replaced } from './run-log.ts'
import { openRunLogs, type RunLogs } from './run-logs.ts'
import { requireReachable, requireShareable } from './shared-plan.ts'
import { requireDone } from './start-together.ts'
import { whenThere } from './when-there.ts'

export class PoolDriver implements LoadDriver {
  readonly #parts: PoolParts
  #logs: RunLogs | null = null
  #held: Held | null = null

  constructor(parts: PoolParts) {
    this.#parts = parts
  }

  async hold(load: LoadToHold): Promise<HeldLoad> {
    await this.close()
    const logs = await openRunLogs(this.#parts, load.runId)
    this.#logs = logs
    const earlier = earlierLoad(logs.log.earlier)
    if (earlier !== null) return this.#holdAgain(logs, load.runId, earlier)
    this.#held = await this.#holdNew(logs, load)
    return { threads: this.#held.threads, begun: null }
  }

  /** Goes on with a load that was begun; `start` follows. @throws HarnessError RECORD_NOT_FOUND, RUN_TAKEN */
  async holdBegun(runId: string): Promise<BegunLoad> {
    await this.close()
    const logs = await openRunLogs(this.#parts, runId)
    this.#logs = logs
    const earlier = earlierLoad(logs.log.earlier)
    if (earlier === null)
      throw new HarnessError(
        'RECORD_NOT_FOUND',
        `no run ${runId} has begun in this pool and waits for its end`,
        {
          hint: 'Its record is where its coordinator ran; logs of a run are kept until it is published.',
        },
      )
    return this.#holdAgain(logs, runId, earlier).begun
  }

  async look(plan: RunPlan): Promise<readonly PreflightFinding[]> {
    const { workers, blobs, threads: of } = this.#required()
    await requireReachable(plan, workers.placed, this.#parts.environment.bootId)
    const blob = blobs.add(JSON.stringify(plan))
    const answers = await workers.orderAll(
      ({ count }) => ({ do: 'look', plan: blob, threads: count, of }),
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

  async start(load: RunToDrive): Promise<RunningLoad> {
    const held = this.#required()
    const { earlier } = held
    held.order = load
    if (earlier === null) held.clocks = await beginLoad(held, load, this.#parts)
    else goOn(held, earlier, this.#parts.onLost)
    held.load.listen()
    return {
      stop: (mode) => held.load.want(mode, 'the coordinator ends the load'),
      // Workers read the secrets of their own hosts, and renew them there.
      renewSecret: () => undefined,
      ended: this.#ended(held),
    }
  }

  async close(): Promise<void> {
    const logs = this.#logs
    this.#logs = null
    await this.#letGo()
    await logs?.drop()
  }

  /** Lets the workers go; the logs stay until the run is published, or another one begins. */
  async #letGo(): Promise<void> {
    const held = this.#held
    this.#held = null
    if (held === null) return
    await held.workers.letGo()
    held.load.release()
    held.unlisten()
  }

  async #holdNew(logs: RunLogs, { runId, plan, threadsAsked, threadsMax }: LoadToHold): Promise<Held> {
    const { workers, environment, leaseMs, note, link } = this.#parts
    const wanted = {
      ...{ workers, threads: threadsAsked, threadsMax },
      ...{ version: environment.proofload, node: environment.node },
    }
    const held = await whenThere(this.#parts, async () => {
      const placed = placeLoad(await askWho(this.#parts), wanted)
      requireShareable(plan, threadsOf(placed))
      return HeldWorkers.hold(this.#parts, { run: runId, term: logs.log.term, leaseMs }, placed)
    })
    const { placed } = held
    const threads = threadsOf(placed)
    const shares = placed.map(({ hello: { worker }, count }) => `${worker} ${count}`).join(', ')
    note(`placing: ${placed.length} workers, ${threads} threads (${shares}); broker ${link.broker}`)
    const tokens = placed.map(() => randomBytes(12).toString('hex'))
    return this.#take(runId, plan, { logs, workers: held, tokens, threads, earlier: null })
  }

  #holdAgain(
    logs: RunLogs,
    runId: string,
    earlier: EarlierLoad,
  ): { readonly threads: number; readonly begun: BegunLoad } {
    const { identity, workers: placed, startedAt, values } = earlier.begun
    const workers = new HeldWorkers(this.#parts, runId, logs.log.term, placed as readonly Placed[])
    this.#parts.note(
      `run ${runId} of ${startedAt} has lost its coordinator: this one goes on with it (${placed.length} workers, ${earlier.seconds.length} entries in its log)`,
    )
    const tokens = placed.map(({ token }) => token)
    const { threads } = identity
    this.#held = this.#take(runId, identity.plan, { logs, workers, tokens, threads, earlier })
    return { threads, begun: { identity, startedAt, ...deserialize(Buffer.from(values, 'base64')) } }
  }

  #take(
    run: string,
    plan: RunPlan,
    taken: Pick<Held, 'logs' | 'workers' | 'tokens' | 'threads' | 'earlier'>,
  ): Held {
    const blobs = new Blobs()
    const load = new RemoteLoad({
      ...this.#parts,
      ...{ run, logs: taken.logs },
      workers: taken.workers.placed.map(({ place, hello: { worker, instance } }) => ({
        ...{ place, worker, instance, token: taken.tokens[place] as string },
      })),
      measuredPhases: new Set(plan.phases.filter(({ measured }) => measured).map(({ name }) => name)),
      onSecond: (second) => {
        const hosts = liveHosts(held.workers.placed, held.load.states(), held.clocks, second)
        held.order?.onSecond({ ...second, hosts })
      },
      onLoss: (worker, why, atMs) =>
        held.order?.onLoss({
          ...{ reason: `worker ${worker} was lost: ${why}`, atMs },
          endsLoad: this.#parts.onLost === 'abort',
        }),
    })
    const unlisten = answerWorkers(this.#parts, run, blobs, load)
    const clocks = taken.earlier?.begun.workers.map(({ clock }) => clock) ?? []
    const held: Held = { ...taken, blobs, load, unlisten, clocks, order: null }
    return held
  }

  async #ended(held: Held): Promise<LoadEnd> {
    const { load, workers, logs, earlier, clocks } = held
    const ends = await load.ended()
    if (load.isTakenOver) {
      load.release()
      held.unlisten()
      this.#held = null
      throw replaced()
    }
    await this.#letGo()
    return hostsOf(workers.placed, ends, clocks, {
      generator: load.usage,
      takeovers: earlier === null ? [] : [...earlier.takeovers, { at: logs.log.ledAt }],
    })
  }

  #required(): Held {
    if (this.#held === null) throw new Error('nobody is held for the load')
    return this.#held
  }
}

function threadsOf(placed: readonly Placed[]): number {
  return placed.reduce((sum, { count }) => sum + count, 0)
}
