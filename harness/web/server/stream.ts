/**
 * Tells pages what happens, as server-sent events. Whoever connects, or comes back, is told everything; after that what
 * has changed. A page that is slow gets the latest when it has taken the one before: one message waits for it, not many.
 */
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { type Clock, sleep } from '../../base/clock.ts'
import type { LiveBoard, Told } from './live-board.ts'

/** Pages that look at the same time. */
const VIEWERS_MAX = 32
/** Many things that happen at once are told at once. */
const GAP_MS = 200
/** Proxies end what is silent for a minute. */
const KEEP_ALIVE_MS = 15_000
const RECONNECT_MS = 1_000

type SseStream = Parameters<Parameters<typeof streamSSE>[1]>[0]

/** The pages that look at a board. */
export class Viewers {
  readonly #board: LiveBoard
  readonly #clock: Clock
  readonly #streams = new Set<SseStream>()
  #onLast: () => void = () => undefined

  constructor(board: LiveBoard, clock: Clock) {
    this.#board = board
    this.#clock = clock
  }

  get count(): number {
    return this.#streams.size
  }

  /** One more page; told to come back later when there are too many. */
  add(context: Context): Response {
    if (this.#streams.size >= VIEWERS_MAX)
      return context.text(`${VIEWERS_MAX} pages are already connected to this dashboard\n`, 503, {
        'Retry-After': '10',
      })
    return streamSSE(
      context,
      async (stream) => {
        const leave = () => this.#leave(stream)
        this.#streams.add(stream)
        stream.onAbort(leave)
        try {
          await this.#tell(stream)
        } finally {
          leave()
        }
      },
      () => Promise.resolve(),
    )
  }

  /** Resolves when every page has been told that all is over, at the latest after `withinMs`. */
  allTold(withinMs: number): Promise<void> {
    if (this.#streams.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const cancel = this.#clock.after(withinMs, resolve)
      this.#onLast = () => {
        cancel()
        resolve()
      }
    })
  }

  async #tell(stream: SseStream): Promise<void> {
    let told: Told | null = null
    while (!stream.aborted) {
      const { isOver, version } = this.#board
      if (told === null || told.version < version) {
        const next = this.#board.tell(told)
        told = next.told
        const message = JSON.stringify(next.message)
        await stream.writeSSE({ event: 'live', data: message, id: `${told.version}`, retry: RECONNECT_MS })
        await sleep(this.#clock, GAP_MS)
      } else if (isOver) {
        await stream.writeSSE({ event: 'over', data: '' })
        return
      } else await stream.write(': still here\n\n')
      await this.#board.newerThan(told.version, KEEP_ALIVE_MS)
    }
  }

  #leave(stream: SseStream): void {
    this.#streams.delete(stream)
    if (this.#streams.size === 0) this.#onLast()
  }
}
