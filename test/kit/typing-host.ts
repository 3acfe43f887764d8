import type { Host, SignalName } from '../../harness/ports/host.ts'
import { VirtualClock } from './virtual-clock.ts'

/** A process with somebody at its terminal: what they see, and what they do. */
export class TypingHost {
  readonly clock = new VirtualClock()
  written = ''
  columns = 100
  rows = 30
  readonly #keys = new Set<(typed: string) => void>()
  readonly #crashes = new Set<() => void>()
  readonly #signals = new Set<(signal: SignalName) => void>()
  readonly #resizes = new Set<() => void>()

  /** @param env of the process */
  host(env: Host['env'] = {}, hasKeyboard = true): Host {
    const size = { columns: () => this.columns, rows: () => this.rows }
    const stderr = {
      isTerminal: true,
      hasColours: false,
      get columns() {
        return size.columns()
      },
      get rows() {
        return size.rows()
      },
      write: (text: string) => {
        this.written += text
      },
      onResize: (listener: () => void) => added(this.#resizes, listener),
    }
    const keyboard = {
      onKey: (listener: (typed: string) => void) => added(this.#keys, listener),
      onCrash: (listener: () => void) => added(this.#crashes, listener),
    }
    return {
      args: [],
      env,
      cwd: '/',
      stdout: stderr,
      stderr,
      clock: this.clock,
      cores: 2,
      ...(hasKeyboard ? { keyboard } : {}),
      readStdin: () => Promise.resolve(''),
      onSignal: (listener) => added(this.#signals, listener),
    }
  }

  type(keys: string): void {
    for (const listener of this.#keys) listener(keys)
  }

  crash(): void {
    for (const listener of this.#crashes) listener()
  }

  signal(name: SignalName): void {
    for (const listener of [...this.#signals]) listener(name)
  }

  resize(columns: number, rows: number): void {
    Object.assign(this, { columns, rows })
    for (const listener of this.#resizes) listener()
  }

  /** Listeners that are left, and timers. */
  get listenerCount(): number {
    const listeners = [this.#keys, this.#crashes, this.#signals, this.#resizes]
    return listeners.reduce((sum, { size }) => sum + size, this.clock.pendingCount)
  }

  /** What was written since this was asked last. */
  get news(): string {
    const { written } = this
    this.written = ''
    return written
  }
}

function added<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}
