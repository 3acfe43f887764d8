/** A worker of a pool: waits for runs and drives its share of each, until it is asked to end. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { sleep } from '../../base/clock.ts'
import { HarnessError } from '../../base/errors.ts'
import type { StopRequest } from '../../base/stop-request.ts'
import { HostAgent } from '../../cluster/host/host-agent.ts'
import type { RunEnd } from '../../cluster/host/host-parts.ts'
import { PROTOCOL_VERSION } from '../../model/cluster/hello.ts'
import type { Host } from '../../ports/host.ts'
import { openSpill } from '../../store/spill.ts'
import { joinPool, type PoolRef } from '../pool/join-pool.ts'
import { describeEnvironment } from '../run/environment.ts'
import type { HostLimits } from './check-on-worker.ts'
import { deliverLeft } from './deliver-left.ts'
import { type HealthAddress, serveHealth } from './health-server.ts'
import { threadHost } from './thread-host.ts'

export interface WorkerRequest extends PoolRef, HostLimits {
  readonly name: string
  readonly threads: number
  /** Folder for intervals that are not safe elsewhere yet. */
  readonly spill: string
  /** The number of runs after which it ends; null: it goes on. */
  readonly runsMax: number | null
  /** Null: nobody asks. */
  readonly health: HealthAddress | null
  readonly stop: StopRequest
  readonly note: (message: string) => void
}

const LOOK_MS = 100

/** @throws HarnessError USAGE, POOL_NOT_SAFE, POOL_UNREACHABLE; RUN_INVALID when the last run it was for was lost to it */
export async function serveWorker(request: WorkerRequest, host: Host): Promise<void> {
  const { name, threads, spill, stop, note } = request
  const { link, subjects } = await joinPool(request, name, host)
  let isUp = true
  const forget = link.onChange((up) => {
    isUp = up
    note(up ? 'the broker is back' : 'the broker is away')
  })
  const served = new ServedRuns(request.runsMax)
  const agent = new HostAgent({
    ...{ link, subjects, clock: host.clock, note },
    hello: {
      ...{ v: PROTOCOL_VERSION, worker: name, instance: randomUUID(), threads },
      environment: describeEnvironment(host.env),
    },
    drive: threadHost(host, request),
    openSpill: (run) => openSpill(spill, `${run}-${name}`),
    onRunOver: (end) => served.add(end),
  })
  const readiness = () => {
    if (!isUp) return 'no broker'
    return agent.hello().state === 'idle' ? 'idle' : 'busy'
  }
  try {
    const health = request.health === null ? null : await serveHealth(request.health, readiness)
    await deliverLeft({ link, subjects, worker: name, folder: spill, note })
    note(`worker ${name} waits at ${link.broker}: ${threads} threads`)
    try {
      if (!stop.signal.aborted) await Promise.race([once(stop.signal, 'abort'), served.all])
      agent.leave('it was asked to end')
      // What it has counted is delivered first; whoever asks again does not want to wait.
      while (agent.hello().state !== 'idle' && !stop.abortSignal.aborted) await sleep(host.clock, LOOK_MS)
    } finally {
      await health?.close()
    }
  } finally {
    forget()
    await agent.close()
    await link.close()
  }
  served.requireWell()
}

/** The runs that a worker has driven, up to as many as it is there for. */
class ServedRuns {
  readonly all: Promise<void>
  #left: number
  #last: RunEnd | null = null
  #resolve: () => void = () => undefined

  constructor(most: number | null) {
    this.#left = most ?? Number.POSITIVE_INFINITY
    this.all = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  /** One that was let go before its load began does not count. */
  add(end: RunEnd): void {
    if (end === 'not-begun') return
    this.#last = end
    if (--this.#left <= 0) this.#resolve()
  }

  /** @throws HarnessError RUN_INVALID for whoever is there for some runs alone, and lost the last */
  requireWell(): void {
    if (this.#left > 0 || this.#last === 'finished') return
    throw new HarnessError('RUN_INVALID', 'its lease ended before the load did: the run went on without it', {
      hint: 'See the record of the run, and what kept this host from its broker or from turning its loop.',
    })
  }
}
