/** A way to end a run as a signal does: from a key, or from a page. */
import type { Host, SignalName } from '../ports/host.ts'

export interface StopButton {
  /** The same process, whose signals the button gives too. */
  readonly host: Host
  /** Once: no new work, requests in flight may finish. Again: give up at once. Without a run it does nothing. */
  press(): void
  /** Whether a run would hear it. */
  readonly isHeard: boolean
  /** Told whenever a run hears a signal, whoever gave it; does not itself keep a signal from ending the process. */
  onRing(watcher: (signal: SignalName) => void): () => void
}

/** Puts a stop button on a host. */
export function withStopButton(host: Host): StopButton {
  const listeners = new Set<(signal: SignalName) => void>()
  const watchers = new Set<(signal: SignalName) => void>()
  let forgetSignals: () => void = () => undefined
  const ring = (signal: SignalName) => {
    for (const watcher of watchers) watcher(signal)
    for (const listener of [...listeners]) listener(signal)
  }
  return {
    host: {
      ...host,
      onSignal(listener) {
        if (listeners.size === 0) forgetSignals = host.onSignal(ring)
        listeners.add(listener)
        return () => {
          if (listeners.delete(listener) && listeners.size === 0) forgetSignals()
        }
      },
    },
    get isHeard() {
      return listeners.size > 0
    },
    press() {
      if (listeners.size > 0) ring('SIGINT')
    },
    onRing(watcher) {
      watchers.add(watcher)
      return () => {
        watchers.delete(watcher)
      }
    },
  }
}
