import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../../base/clock.ts'
import { HarnessError, messageOf, systemCodeOf } from '../../base/errors.ts'
import { Bridge } from './bridge.ts'
import { FaultInjector } from './fault-injector.ts'
import { FaultTimeline, type LoadPhase } from './fault-timeline.ts'
import type { SandboxOptions } from './launch-protocol.ts'
import { createListener } from './listener.ts'
import { ScriptedModel } from './model.ts'
import { createPages } from './pages.ts'
import { createRouteTable } from './routes.ts'
import { openStores } from './stores.ts'
import { Truth } from './truth.ts'

const HOST = '127.0.0.1'
/** Connections that may wait to be accepted: a scale test opens over a thousand at once. */
const BACKLOG = 4096
/** Operations under way when the sandbox is closed may take this long to end. */
const CLOSE_GRACE_MS = 1000
const CLOSE_LOOK_MS = 20

/** A sandbox that listens. */
export interface SandboxServer {
  readonly url: string
  readonly eventLogPath: string
  /** Begins the time line of the faults. */
  beginLoad(phases: readonly LoadPhase[]): void
  /** Lets operations under way end (at most 1 s), closes every connection, removes the files. May be called twice. */
  close(): Promise<void>
}

/** Starts the sandbox in this process, on loopback only. @throws HarnessError TARGET_LAUNCH_FAILED */
export async function startSandboxServer(options: SandboxOptions, clock: Clock): Promise<SandboxServer> {
  const stores = await openStores(options.scratchDir)
  const faults = new FaultInjector(clock, options.seed)
  const truth = new Truth()
  const routes = createRouteTable()
  const bridge = new Bridge({ clock, seed: options.seed, stores, faults })
  const pages = createPages(routes, options.seed)
  const model = options.llm === undefined ? null : new ScriptedModel(options.llm, { clock, faults })
  // No time limits of its own: a load generator's idle connection must not be closed between two thoughts of an agent.
  const limits = { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 }
  const server = createServer(limits, createListener({ clock, truth, faults, bridge, routes, pages, model }))
  try {
    await listen(server, options.port)
  } catch (thrown) {
    await stores.close()
    throw thrown
  }
  const isTimed = Array.isArray(options.faults)
  const timeline = new FaultTimeline(clock, faults, isTimed ? options.faults : [])
  if (!isTimed) faults.replace(options.faults)
  let closed: Promise<void> | null = null
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${HOST}:${port}`,
    eventLogPath: stores.eventLogPath,
    beginLoad: (phases) => timeline.begin(phases),
    close() {
      timeline.stop()
      closed ??= closeServer(server, clock, faults).then(() => stores.close())
      return closed
    },
  }
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen({ port, host: HOST, backlog: BACKLOG })
  try {
    await once(server, 'listening')
  } catch (cause) {
    const why = systemCodeOf(cause) === 'EADDRINUSE' ? 'another program listens there' : messageOf(cause)
    throw new HarnessError('TARGET_LAUNCH_FAILED', `the sandbox cannot listen on ${HOST}:${port}: ${why}`, {
      cause,
      hint: 'Choose another port, or 0 for any free one.',
    })
  }
}

async function closeServer(server: Server, clock: Clock, faults: FaultInjector): Promise<void> {
  faults.stop()
  const closed = once(server, 'close')
  server.close()
  // A connection that answers its last request turns idle only after close(), and would then stay open.
  const cancelLook = clock.every(CLOSE_LOOK_MS, () => server.closeIdleConnections())
  const cancelGrace = clock.after(CLOSE_GRACE_MS, () => server.closeAllConnections())
  await closed
  cancelLook()
  cancelGrace()
}
