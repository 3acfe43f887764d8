/** What the code of an agent may ask of the engine, and what it is told when the run is over. */
import type { Answer } from '../ports/target.ts'
import type { RequestOp } from './program.ts'

/** Thrown into code that asks for more after the run has ended. Not a failure of the journey. */
export class RunEnded extends Error {
  override readonly name = 'RunEnded'

  constructor() {
    super('the run has ended; the journey stops here')
  }
}

/** What the code of one agent may ask of the engine. */
export interface CodePort {
  readonly agent: number
  /** @param request what the driver sends; the operation's own unless given */
  send(op: RequestOp, request?: unknown): Promise<Answer>
  think(durationMs: number): Promise<void>
  draw(): number
  identity(): number
}

/** Makes the object a journey is called with; once per agent slot and session. */
export type CreateContext = (port: CodePort) => unknown

/** A promise that code may forget to await: its rejection must not end the shard's thread. */
export function forgettable<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore)
  return promise
}

function ignore(): void {
  // Code that awaited it was told; code that did not has nothing to be told.
}

/** A promise that is rejected with {@link RunEnded}. */
export function runEnded(): Promise<never> {
  return forgettable(Promise.reject(new RunEnded()))
}
