/** A connection to a SQL database that carries out requests: statement by statement, with what each of them took. */
import type { Socket } from 'node:net'
import type { Clock } from '../../base/clock.ts'
import { MEASURES } from '../../model/measures.ts'
import type { Exchange } from '../../ports/target.ts'
import type { Failure } from '../failure.ts'
import type { Session, Turn } from '../session.ts'
import type { SqlWork, WiredStatement } from './work.ts'

/** The result of a statement. */
export interface SqlResult {
  /** Rows read or changed. */
  readonly count: number
  /** Null when they were dropped. */
  readonly rows: readonly unknown[] | null
}

/** A statement that failed. */
export interface SqlFailure {
  readonly status: number
  readonly text: string
  /** The kind of a failure that is more than a status; null for none. */
  readonly failure: Failure | null
  /** False: nobody knows the state of the connection. */
  readonly isUsable: boolean
}

export type OnResult = (failed: SqlFailure | null, result: SqlResult) => void

/** One connection of a client library. */
export interface SqlWire {
  readonly socket: Socket
  /** Calls with everything that the server sends, before it is read. */
  onReceiving(received: () => void): void
  /** Sends one statement; calls back once, later, when the server is ready for the next. */
  send(statement: WiredStatement, keepRows: boolean, done: OnResult): void
  destroy(): void
}

export const NO_RESULT: SqlResult = { count: 0, rows: null }

export class SqlSession implements Session {
  readonly #wire: SqlWire
  readonly #clock: Clock
  readonly #onLost: (failure: Failure) => void
  #run: Run | null = null
  #isOver = false

  constructor(wire: SqlWire, clock: Clock, onLost: (failure: Failure) => void) {
    this.#wire = wire
    this.#clock = clock
    this.#onLost = onLost
    wire.onReceiving(() => this.#run?.received())
  }

  get isOpen(): boolean {
    return this.#wire.socket.writable && !this.#isOver
  }

  run(exchange: Exchange, turn: Turn): void {
    const work = exchange.request as SqlWork
    const statements = work.render(exchange.variables)
    const run = new Run(this.#wire, this.#clock, exchange, turn, () => {
      if (this.#run === run) this.#run = null
    })
    this.#run = run
    turn.sent()
    run.start(work, statements)
  }

  /** Called when the server or the network ended the connection. */
  lost(failure: Failure): void {
    if (this.#isOver) return
    this.#forget()
    this.#onLost(failure)
  }

  destroy(): Promise<void> {
    this.#forget()
    const { socket } = this.#wire
    if (socket.closed) return Promise.resolve()
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    this.#wire.destroy()
    socket.destroy()
    return closed
  }

  #forget(): void {
    this.#isOver = true
    this.#run?.cancel()
    this.#run = null
  }
}

/** One request under way. */
class Run {
  readonly #wire: SqlWire
  readonly #clock: Clock
  readonly #exchange: Exchange
  readonly #turn: Turn
  readonly #onEnded: () => void
  readonly #sentBefore: number
  readonly #receivedBefore: number
  readonly #shown: Record<string, unknown>[] = []
  #count = 0
  #isOver = false

  constructor(wire: SqlWire, clock: Clock, exchange: Exchange, turn: Turn, onEnded: () => void) {
    this.#wire = wire
    this.#clock = clock
    this.#exchange = exchange
    this.#turn = turn
    this.#onEnded = onEnded
    this.#sentBefore = wire.socket.bytesWritten
    this.#receivedBefore = wire.socket.bytesRead
  }

  received(): void {
    this.#turn.firstByte()
  }

  /** Ignores everything that comes from now on. */
  cancel(): void {
    this.#isOver = true
    this.#countBytes()
  }

  start(work: SqlWork, statements: readonly WiredStatement[]): void {
    const { transaction, keepsRows } = work
    const keepRows = this.#exchange.keepAnswer && keepsRows
    if (transaction !== null) this.#begin(transaction.begin, () => this.#inTransaction(statements, keepRows))
    else this.#single(statements[0] as WiredStatement, keepRows)
  }

  #single(statement: WiredStatement, keepRows: boolean): void {
    this.#wire.send(statement, keepRows, (failed, result) => {
      if (this.#isOver) return
      if (failed !== null) return this.#fail(failed)
      this.#take(result, null)
      this.#succeed(this.#shown[0])
    })
  }

  #begin(texts: readonly string[], then: () => void): void {
    const [text, ...rest] = texts
    if (text === undefined) return then()
    this.#control(text, () => this.#begin(rest, then))
  }

  #inTransaction(statements: readonly WiredStatement[], keepRows: boolean): void {
    const [statement, ...rest] = statements
    if (statement === undefined) return this.#commit()
    const sinceMs = this.#clock.nowMs()
    this.#wire.send(statement, keepRows, (failed, result) => {
      if (this.#isOver) return
      this.#exchange.addComponent(statement.component, this.#clock.nowMs() - sinceMs)
      if (failed !== null) return this.#rollBack(failed)
      this.#take(result, statement.component)
      this.#inTransaction(rest, keepRows)
    })
  }

  #commit(): void {
    const sinceMs = this.#clock.nowMs()
    this.#control('commit', () => {
      this.#exchange.addComponent('commit', this.#clock.nowMs() - sinceMs)
      this.#exchange.measure(MEASURES.transactions, 1)
      this.#succeed({ results: this.#shown })
    })
  }

  /** The connection is given back as it was; a failure of that is one of the connection. */
  #rollBack(failed: SqlFailure): void {
    if (!failed.isUsable) return this.#fail(failed)
    this.#wire.send(controlOf('rollback'), false, (second) => {
      if (!this.#isOver) this.#fail(second === null ? failed : { ...failed, isUsable: false })
    })
  }

  /** Sends BEGIN or COMMIT. */
  #control(text: string, then: () => void): void {
    this.#wire.send(controlOf(text), false, (failed) => {
      if (this.#isOver) return
      if (failed === null) then()
      else this.#rollBack(failed)
    })
  }

  #take({ count, rows }: SqlResult, name: string | null): void {
    this.#count += count
    if (!this.#exchange.keepAnswer) return
    this.#shown.push({
      ...(name === null ? {} : { name }),
      rowCount: count,
      ...(rows === null ? {} : { rows }),
    })
  }

  #succeed(shown: unknown): void {
    const exchange = this.#exchange
    exchange.items = this.#count
    exchange.measure(MEASURES.rows, this.#count)
    if (exchange.keepAnswer) exchange.body = Buffer.from(JSON.stringify(shown, withBigInts))
    this.#end(null, true)
  }

  #fail({ status, text, failure, isUsable }: SqlFailure): void {
    this.#exchange.status = status
    this.#exchange.errorText = text
    this.#end(failure, isUsable)
  }

  #end(failure: Failure | null, isUsable: boolean): void {
    this.#isOver = true
    this.#countBytes()
    this.#onEnded()
    this.#turn.end(failure, isUsable)
  }

  #countBytes(): void {
    const { socket } = this.#wire
    this.#exchange.bytesSent = socket.bytesWritten - this.#sentBefore
    this.#exchange.bytesReceived = socket.bytesRead - this.#receivedBefore
  }
}

function controlOf(text: string): WiredStatement {
  return { text, values: [], prepared: '', component: '' }
}

function withBigInts(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
