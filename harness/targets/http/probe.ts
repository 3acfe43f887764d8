/** One look at an HTTP target before any load, through the driver that will carry the load: same errors, same words. */
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { formatDurationMs } from '../../base/units.ts'
import { ERROR_KINDS } from '../../model/outcome.ts'
import type { DriverContext, Exchange, ProbeResult, TargetDriver } from '../../ports/target.ts'

const LIMIT_MS = 5000
const TIMEOUTS = { connectMs: LIMIT_MS, firstByteMs: LIMIT_MS, totalMs: LIMIT_MS }

/** Statuses with which a gateway says that the service behind it is not there. */
const NOBODY_THERE = new Set([502, 503, 504])

/** Makes the driver of the target, for one agent. */
export type CreateDriver = (context: DriverContext) => TargetDriver

/** GETs the URL of the target once. Never throws. */
export async function probe(url: string, createDriver: CreateDriver, clock: Clock): Promise<ProbeResult> {
  const startMs = clock.nowMs()
  try {
    const seen = await getOnce(createDriver, clock)
    const elapsedMs = clock.nowMs() - startMs
    const took = `in ${formatDurationMs(elapsedMs)}`
    if (seen.errorKind !== 0)
      return {
        reachable: false,
        message: `${url}: ${ERROR_KINDS[seen.errorKind]}: ${seen.errorText}`,
        elapsedMs,
      }
    const reachable = !NOBODY_THERE.has(seen.status)
    return { reachable, message: `GET ${url} answered ${seen.status} ${took}`, elapsedMs }
  } catch (thrown) {
    return { reachable: false, message: `${url}: ${messageOf(thrown)}`, elapsedMs: clock.nowMs() - startMs }
  }
}

async function getOnce(createDriver: CreateDriver, clock: Clock): Promise<Exchange> {
  const driver = createDriver({
    clock,
    agents: 1,
    connections: 1,
    defaultTimeouts: TIMEOUTS,
    shared: new Map(),
    tracing: null,
    code: () => undefined,
  })
  try {
    const request = driver.compile({ method: 'GET', path: '/' })
    return await new Promise<Exchange>((resolve) => {
      const exchange: Exchange = {
        agent: 0,
        request,
        // Secrets in headers are for the run; whoever answers without them is there too.
        variables: () => '',
        timeouts: TIMEOUTS,
        keepAnswer: false,
        sentMs: 0,
        firstByteMs: 0,
        doneMs: 0,
        traceNumber: 0,
        status: 0,
        bytesSent: 0,
        bytesReceived: 0,
        errorKind: 0,
        errorText: '',
        header: null,
        body: null,
        addComponent: () => undefined,
        settle: () => resolve(exchange),
      }
      driver.start(exchange)
    })
  } finally {
    await driver.close()
  }
}
