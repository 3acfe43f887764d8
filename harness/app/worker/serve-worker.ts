/** A worker of a pool: waits for runs and drives its share of each, until it is asked to end. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { sleep } from '../../base/clock.ts'
import type { StopRequest } from '../../base/stop-request.ts'
import { HostAgent } from '../../cluster/host/host-agent.ts'
import { PROTOCOL_VERSION } from '../../model/cluster/hello.ts'
import type { Host } from '../../ports/host.ts'
import { openSpill } from '../../store/spill.ts'
import { joinPool, type PoolRef } from '../pool/join-pool.ts'
import { describeEnvironment } from '../run/environment.ts'
import type { HostLimits } from './check-on-worker.ts'
import { threadHost } from './thread-host.ts'

export interface WorkerRequest extends PoolRef, HostLimits {
  readonly name: string
  readonly threads: number
  /** Folder for intervals that are not safe elsewhere yet. */
  readonly spill: string
  readonly stop: StopRequest
  readonly note: (message: string) => void
}

const LOOK_MS = 100

/** @throws HarnessError USAGE, POOL_NOT_SAFE, POOL_UNREACHABLE */
export async function serveWorker(request: WorkerRequest, host: Host): Promise<void> {
  const { name, threads, spill, stop, note } = request
  const { link, subjects } = await joinPool(request, name, host)
  const forget = link.onChange((isUp) => note(isUp ? 'the broker is back' : 'the broker is away'))
  const agent = new HostAgent({
    ...{ link, subjects, clock: host.clock, note },
    hello: {
      ...{ v: PROTOCOL_VERSION, worker: name, instance: randomUUID(), threads },
      environment: describeEnvironment(host.env),
    },
    drive: threadHost(host, request),
    openSpill: (run) => openSpill(spill, `${run}-${name}`),
  })
  note(`worker ${name} waits at ${link.broker}: ${threads} threads`)
  try {
    if (!stop.signal.aborted) await once(stop.signal, 'abort')
    agent.leave('it was asked to end')
    // What it has counted is delivered first; whoever asks again does not want to wait.
    while (agent.hello().state !== 'idle' && !stop.abortSignal.aborted) await sleep(host.clock, LOOK_MS)
  } finally {
    forget()
    await agent.close()
    await link.close()
  }
}
