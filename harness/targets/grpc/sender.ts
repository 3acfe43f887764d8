/** Sends the messages of a stream: one after the other as fast as the server takes them, or each at an instant of its own. */
import type { CancelTimer, Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { VariableLookup } from '../../base/template.ts'
import type { GrpcRequest, Outgoing } from './request.ts'

/** The writing side of a call. */
export interface Sink {
  write(bytes: Buffer): boolean
  end(): void
  once(event: 'drain', listener: () => void): unknown
}

export interface SenderOptions {
  readonly request: GrpcRequest
  readonly variables: VariableLookup
  readonly clock: Clock
  readonly sink: Sink
  /** Called before each message is handed over. @param intendedMs when it should have been */
  readonly onSend: (message: Outgoing, intendedMs: number) => void
  /** Called when the last message was handed over. */
  readonly onAllSent: () => void
  /** Called when a message cannot be put together. */
  readonly onFailed: (text: string) => void
}

export class Sender {
  readonly #options: SenderOptions
  readonly #startMs: number
  #sent = 0
  #cancel: CancelTimer | null = null
  #isStopped = false

  constructor(options: SenderOptions, startMs: number) {
    this.#options = options
    this.#startMs = startMs
  }

  /** Sends what is due, and goes on by itself. */
  readonly run = (): void => {
    const { request, clock, sink, onAllSent } = this.#options
    this.#cancel = null
    while (this.#sent < request.count && !this.#isStopped) {
      const nowMs = clock.nowMs()
      const dueMs = request.everyMs === 0 ? nowMs : this.#startMs + this.#sent * request.everyMs
      if (dueMs > nowMs) {
        this.#cancel = clock.after(Math.ceil(dueMs - nowMs), this.run)
        return
      }
      if (!this.#send(dueMs)) return
    }
    if (this.#isStopped) return
    sink.end()
    onAllSent()
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel?.()
  }

  /** Returns false when it has to wait: for the server to read, or for nothing more. */
  #send(dueMs: number): boolean {
    const { request, variables, sink, onSend, onFailed } = this.#options
    let message: Outgoing
    try {
      message = request.message(variables, this.#sent)
    } catch (error) {
      this.stop()
      onFailed(messageOf(error))
      return false
    }
    this.#sent++
    onSend(message, dueMs)
    if (sink.write(message.bytes) || this.#sent === request.count) return true
    sink.once('drain', this.run)
    return false
  }
}
