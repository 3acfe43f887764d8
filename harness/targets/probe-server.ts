import type { ProbeResult } from '../ports/target-plugin.ts'
import type { LoneRequest } from './ask-once.ts'
import { probeOnce } from './probe-once.ts'

/** A request to a server whose good status is 0. */
export interface ServerProbe extends Omit<LoneRequest, 'timeouts'> {
  /** Names the server, for people: `redis 127.0.0.1:6379`. */
  readonly server: string
}

/** Logs in and sends one request. Never throws. */
export function probeServer({ server, ...lone }: ServerProbe): Promise<ProbeResult> {
  return probeOnce(server, lone, ({ status, errorText }) =>
    status === 0
      ? { reachable: true, text: `${server} answered` }
      : { reachable: false, text: `${server} answered ${errorText}` },
  )
}
