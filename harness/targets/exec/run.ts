/** One exchange: a command from its start to its end. */
import type { Clock } from '../../base/clock.ts'
import { messageOf, systemCodeOf } from '../../base/errors.ts'
import { formatBytes, formatDurationMs } from '../../base/units.ts'
import { MEASURES } from '../../model/measures.ts'
import type { ErrorKind } from '../../model/outcome.ts'
import type { Timeouts } from '../../model/plan.ts'
import { putError } from '../../ports/exchange-error.ts'
import type { Exchange } from '../../ports/target.ts'
import type { Deadlines } from '../deadlines.ts'
import { Child } from './child.ts'
import type { CommandLine } from './command.ts'
import { statusOf } from './status.ts'

const OUT_OF_DESCRIPTORS = new Set(['EMFILE', 'ENFILE'])

/** Parts that the runs of a driver share. */
export interface RunParts {
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly outputBytesMax: number
  /** The run has settled and its process is gone. */
  readonly onGone: (run: Run) => void
}

export class Run {
  readonly slot: number
  readonly #line: CommandLine
  readonly #parts: RunParts
  readonly #timeouts: Timeouts
  readonly #totalDueMs: number
  /** Null once it has settled; its process may still be ending. */
  #exchange: Exchange | null
  #child: Child | null = null
  #isByFirstByte = false
  #hasBegun = false

  constructor(exchange: Exchange, line: CommandLine, slot: number, parts: RunParts) {
    this.#exchange = exchange
    this.#timeouts = exchange.timeouts
    this.#line = line
    this.#parts = parts
    this.slot = slot
    this.#totalDueMs = parts.clock.nowMs() + this.#timeouts.totalMs
    parts.deadlines.set(slot, this.#totalDueMs)
  }

  get exchange(): Exchange | null {
    return this.#exchange
  }

  /** True from its start on: it takes one of the places for processes. */
  get hasBegun(): boolean {
    return this.#hasBegun
  }

  /** Starts the command. */
  begin(): void {
    const exchange = this.#exchange
    if (exchange === null) return
    this.#hasBegun = true
    const { clock, deadlines } = this.#parts
    exchange.sentMs = clock.nowMs()
    const firstDueMs = exchange.sentMs + this.#timeouts.firstByteMs
    this.#isByFirstByte = firstDueMs < this.#totalDueMs
    deadlines.set(this.slot, Math.min(firstDueMs, this.#totalDueMs))
    exchange.bytesSent = Buffer.byteLength(this.#line.stdin ?? '')
    try {
      this.#child = this.#createChild(exchange.keepAnswer)
    } catch (thrown) {
      // A folder or an argument that no process can have.
      clock.soon(() => this.#fail(thrown))
    }
  }

  #createChild(keepsOutput: boolean): Child {
    const { clock, outputBytesMax } = this.#parts
    return new Child(this.#line, { outputBytesMax, keepsOutput }, clock, {
      firstByte: () => this.#noteFirstByte(),
      tooMuch: () => this.giveUp('too-large', `it wrote more than ${formatBytes(outputBytesMax)}`),
      notStarted: (error) => this.#fail(error),
      ended: (end) => this.#finish(end),
    })
  }

  expire(): void {
    const { firstByteMs, totalMs } = this.#timeouts
    if (!this.#hasBegun)
      return this.giveUp('timeout-total', `it could not be started within ${formatDurationMs(totalMs)}`)
    if (this.#isByFirstByte)
      return this.giveUp('timeout-first-byte', `it wrote nothing within ${formatDurationMs(firstByteMs)}`)
    this.giveUp('timeout-total', `it did not end within ${formatDurationMs(totalMs)}`)
  }

  /** Gives it up; the exchange ends soon. */
  abort(): void {
    const exchange = this.#exchange
    this.#parts.clock.soon(() => {
      if (this.#exchange === exchange) this.giveUp('aborted', 'aborted by the harness')
    })
  }

  /** Settles at once; the process group is told to end. */
  giveUp(kind: ErrorKind, text: string): void {
    if (this.#exchange === null) return
    this.#child?.end()
    if (!this.#hasBegun) this.#parts.onGone(this)
    this.#settle(kind, text)
  }

  #noteFirstByte(): void {
    if (this.#exchange === null) return
    this.#exchange.firstByteMs = this.#parts.clock.nowMs()
    this.#isByFirstByte = false
    this.#parts.deadlines.set(this.slot, this.#totalDueMs)
  }

  #finish(end: number | string): void {
    this.#parts.onGone(this)
    const exchange = this.#exchange
    const child = this.#child
    if (exchange === null || child === null) return
    const { clock, deadlines } = this.#parts
    if (deadlines.isPast(this.slot, clock.nowMs())) return this.expire()
    exchange.status = statusOf(end)
    exchange.firstByteMs ||= clock.nowMs()
    if (child.cpuMs !== null) exchange.measure(MEASURES.child_cpu, child.cpuMs)
    if (exchange.keepAnswer) {
      const { stderr } = child
      exchange.body = child.stdout
      exchange.header = (name) => (name === 'stderr' ? stderr : undefined)
    }
    this.#settle('none', '')
  }

  #fail(error: unknown): void {
    this.#parts.onGone(this)
    const isFull = OUT_OF_DESCRIPTORS.has(systemCodeOf(error) ?? '')
    this.#settle(isFull ? 'no-descriptor' : 'code', messageOf(error))
  }

  /** Once: what comes later finds it settled. */
  #settle(kind: ErrorKind, text: string): void {
    const exchange = this.#exchange
    if (exchange === null) return
    this.#exchange = null
    this.#parts.deadlines.clear(this.slot)
    exchange.bytesReceived = this.#child?.bytes ?? 0
    putError(exchange, kind, text)
    exchange.doneMs = this.#parts.clock.nowMs()
    exchange.settle()
  }
}
