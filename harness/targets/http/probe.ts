/** One look at an HTTP target before any load. */
import type { Clock } from '../../base/clock.ts'
import type { ProbeResult } from '../../ports/target-plugin.ts'
import type { LoneRequest } from '../ask-once.ts'
import { probeOnce } from '../probe-once.ts'

/** Statuses with which a gateway says that the service behind it is not there. */
export const NOBODY_THERE: ReadonlySet<number> = new Set([502, 503, 504])

/** GETs the URL of the target once. Never throws. */
export function probe(
  url: string,
  createDriver: LoneRequest['createDriver'],
  clock: Clock,
): Promise<ProbeResult> {
  const request = { method: 'GET', path: '/' }
  return probeOnce(url, { createDriver, request, clock }, ({ status }) => ({
    reachable: !NOBODY_THERE.has(status),
    text: `GET ${url} answered ${status}`,
  }))
}
