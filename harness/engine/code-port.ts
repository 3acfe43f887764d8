/** The interface between the code of an agent and the engine, and the error by which code learns that the run is over. */
import { formatCount } from '../base/units.ts'
import type { Answer } from '../ports/target.ts'
import type { RequestOp } from './program.ts'

/** Thrown into code that asks for more after the run has ended. Not a failure of the journey. */
export class RunEnded extends Error {
  override readonly name = 'RunEnded'

  constructor() {
    super('the run has ended; the journey stops here')
  }
}

/** Thrown into code that sends more requests at once than may be under way. */
export class TooManyRequests extends Error {
  override readonly name = 'TooManyRequests'

  /** @param who is meant: `the agent has` */
  constructor(who: string, limit: number) {
    super(
      `${who} ${formatCount(limit)} requests under way at once, and may have no more: await them, or send them in parts`,
    )
  }
}

/** The requests that the code of one agent can make to the engine. */
export interface CodePort {
  readonly agent: number
  /** @param request passed to the driver. Default: the request of the operation. */
  send(op: RequestOp, request?: unknown): Promise<Answer>
  think(durationMs: number): Promise<void>
  /** Counts a named check of the agent's journey. */
  check(name: string, hasPassed: boolean): void
  draw(): number
  identity(): number
}

/** A request from its first attempt to the answer that its code is given. */
export interface CodeRequest {
  readonly agent: number
  readonly op: RequestOp
  /** Passed to the driver. */
  readonly request: unknown
  /** Given the answer to the last attempt, the instant at which the agent has it, and whether the harness itself gave it up. */
  readonly resolve: (answer: Answer, atMs: number, wasAborted: boolean) => void
}

/** Creates the object that a journey is called with, once per agent slot and session. */
export type CreateContext = (port: CodePort) => unknown

/** Marks a promise that code may forget to await, so that its rejection does not end the shard's thread. */
export function forgettable<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore)
  return promise
}

function ignore(): void {
  // Code that awaited it has the error; for code that did not, it is of no interest.
}

/** A promise that is rejected with {@link RunEnded}. */
export function runEnded(): Promise<never> {
  return forgettable(Promise.reject(new RunEnded()))
}
