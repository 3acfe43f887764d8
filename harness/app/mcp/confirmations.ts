/** Tokens by which a caller says yes to exactly what it was shown: for ten minutes, once, in this process. */
import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import { HarnessError } from '../../base/errors.ts'

const VALID_MS = 600_000
/** A caller that only asks cannot fill the memory. */
const OPEN_MAX = 100

/** A question that waits for its yes. */
interface Asked {
  /** Hash of what was shown. */
  readonly of: string
  readonly seed: number
  readonly atMs: number
}

export class Confirmations {
  readonly #clock: Pick<Clock, 'nowMs'>
  readonly #open = new Map<string, Asked>()

  constructor(clock: Pick<Clock, 'nowMs'>) {
    this.#clock = clock
  }

  /** @param shown everything that the yes is about @param seed of its plan, which makes its hash the same again */
  ask(shown: unknown, seed: number): string {
    const [oldest] = this.#open.keys()
    if (this.#open.size >= OPEN_MAX && oldest !== undefined) this.#open.delete(oldest)
    const token = randomBytes(18).toString('base64url')
    this.#open.set(token, { of: hashOf(shown), seed, atMs: this.#clock.nowMs() })
    return token
  }

  /** Uses the token up, whatever comes of it. @throws HarnessError CONFIRMATION_INVALID */
  take(token: string): TakenConfirmation {
    const asked = this.#open.get(token)
    this.#open.delete(token)
    if (asked === undefined) throw invalid('the token is unknown, was used before, or is of another server')
    if (this.#clock.nowMs() - asked.atMs > VALID_MS) throw invalid('the token is older than 10 minutes')
    return {
      seed: asked.seed,
      require(shown) {
        if (hashOf(shown) !== asked.of) throw invalid('the token was given for another plan')
      },
    }
  }
}

/** A token that was taken. */
export interface TakenConfirmation {
  readonly seed: number
  /** @throws HarnessError CONFIRMATION_INVALID for anything but what was shown */
  require(shown: unknown): void
}

function hashOf(shown: unknown): string {
  return createHash('sha256').update(JSON.stringify(shown)).digest('hex')
}

function invalid(message: string): HarnessError {
  return new HarnessError('CONFIRMATION_INVALID', message, {
    hint: 'Call the tool again without confirm, look at the plan, and confirm with the token that comes with it.',
  })
}
