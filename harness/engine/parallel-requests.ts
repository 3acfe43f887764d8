/** Requests of a step that an agent has under way at once, sent as those of code are: each is tried again on its own. */
import type { CodeRequests } from './code-requests.ts'
import type { ParallelOp, Program } from './program.ts'

/** The end of the last of them. */
export interface Joined {
  readonly agent: number
  atMs: number
  /** One of them failed for good. */
  hasFailed: boolean
  /** The harness itself gave one up. */
  wasAborted: boolean
}

export class ParallelRequests {
  readonly #requests: CodeRequests
  readonly #joined: (joined: Joined) => void

  /** @param joined called when the last of the requests is over */
  constructor(requests: CodeRequests, joined: (joined: Joined) => void) {
    this.#requests = requests
    this.#joined = joined
  }

  start(agent: number, { ops }: ParallelOp, intendedMs: number): void {
    const joined: Joined = { agent, atMs: intendedMs, hasFailed: false, wasAborted: false }
    let left = ops.length
    for (const op of ops) {
      const { request } = op
      this.#requests.start(
        {
          agent,
          op,
          request,
          resolve: ({ ok }, atMs, wasAborted) => {
            joined.atMs = Math.max(joined.atMs, atMs)
            if (!ok) joined.hasFailed = true
            if (wasAborted) joined.wasAborted = true
            left--
            if (left > 0) return
            // Nobody will fail these answers: they are recorded.
            this.#requests.goesOn(agent)
            this.#joined(joined)
          },
        },
        intendedMs,
      )
    }
  }
}

/** Tells whether a program has steps that send several requests at once. */
export function sendsAtOnce({ journeys, login }: Program): boolean {
  return [...journeys, login].some((journey) => journey?.ops.some(({ kind }) => kind === 'parallel') === true)
}
