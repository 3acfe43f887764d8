/** A way to end a run as a signal does: from a key, or from a page. */
import type { Host, SignalName } from '../ports/host.ts'

export interface StopButton {
  /** The same process, whose signals the button gives too. */
  readonly host: Host
  /** Once: no new work, requests in flight may finish. Again: give up at once. Without a run it does nothing. */
  press(): void
  /** Whether a run would hear it. */
  readonly isHeard: boolean
}

/** Puts a stop button on a host. */
export function withStopButton(host: Host): StopButton {
  const listeners = new Set<(signal: SignalName) => void>()
  return {
    host: {
      ...host,
      onSignal(listener) {
        const forget = host.onSignal(listener)
        listeners.add(listener)
        return () => {
          listeners.delete(listener)
          forget()
        }
      },
    },
    get isHeard() {
      return listeners.size > 0
    },
    press() {
      for (const listener of listeners) listener('SIGINT')
    },
  }
}
