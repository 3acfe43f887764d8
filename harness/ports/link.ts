/** The contract of a broker between hosts: all that the protocol of a pool needs of it. Bodies are text. */

/** Ends a subscription. Safe to repeat. */
export type Unlisten = () => void

export interface Link {
  /** Asks whoever answers on a subject. Rejects when nobody has answered in time. */
  ask(subject: string, body: string, timeoutMs: number): Promise<string>
  /** Asks everybody; resolves with what came within the time. */
  askAll(subject: string, body: string, waitMs: number): Promise<readonly string[]>
  /** Answers what is asked on a subject, `*` for any word of it; null: no answer. */
  answer(subject: string, handler: (body: string, subject: string) => Promise<string | null>): Unlisten
  /** Sends without knowing whether anybody listens. */
  tell(subject: string, body: string): void
  listen(subject: string, handler: (body: string) => void): Unlisten
  /** Resolves when it is stored; `id` makes repeats harmless. */
  put(subject: string, body: string, id: string): Promise<void>
  log(settings: LogSettings): Log
  /** All logs at the broker, each with the time since its last entry. */
  logs(): Promise<readonly { readonly name: string; readonly silentMs: number }[]>
  dropLog(name: string): Promise<void>
  /** Calls back when the broker is lost, and when it is back. */
  onChange(listener: (isUp: boolean) => void): Unlisten
  /** The broker, for people: `NATS 2.10.22`. */
  readonly broker: string
  close(): Promise<void>
}

export interface LogSettings {
  readonly name: string
  /** The subject whose messages it stores, `*` for any word of it. */
  readonly subject: string
  readonly bytesMax: number
}

/** Messages that the broker stores in one order. */
export interface Log {
  /** Makes sure that it is there; resolves with the number of its last entry, 0 for none. */
  ensure(): Promise<number>
  /**
   * Stores an entry behind the given one and resolves with its number. A repeat with the same `id` is harmless.
   * @throws LogMoved when another one is last
   */
  append(body: string, id: string, after: number): Promise<number>
  /** Calls back for each entry from this number on, in order, until the returned function is called. After a loss of the store entries come again. */
  read(from: number, onEntry: (body: string, subject: string, at: number) => void): Unlisten
  drop(): Promise<void>
}

/** Somebody else has appended to the log: whoever gets this writes to it no more. */
export class LogMoved extends Error {
  override readonly name = 'LogMoved'
}
