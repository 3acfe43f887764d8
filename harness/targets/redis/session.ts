/** One connection over which requests are carried out, one at a time. */
import type { Socket } from 'node:net'
import { Command, type Redis } from 'ioredis'
import { messageOf } from '../../base/errors.ts'
import { MEASURES } from '../../model/measures.ts'
import type { DriverContext, Exchange } from '../../ports/target.ts'
import { type Failure, failureOf } from '../failure.ts'
import type { Opening, Session, Turn } from '../session.ts'
import { CLOSED, isErrorReply } from './connect.ts'
import { RedisMessage } from './message.ts'
import type { RedisNumbers } from './numbers.ts'
import { type Reply, takeReplies } from './replies.ts'
import type { RedisKind, RedisWork, Wired } from './work.ts'

/** The parts that the connections of a driver share. */
export interface RedisSessionParts extends Pick<DriverContext, 'clock'> {
  readonly numbers: RedisNumbers | null
}

export class RedisSession implements Session {
  readonly #redis: Redis
  readonly #socket: Socket
  readonly #parts: RedisSessionParts
  /** Its number in the shard: the order of messages is judged by connection. */
  readonly #number: number
  readonly #onLost: Opening['onLost']
  #turn: Turn | null = null
  #exchange: Exchange | null = null
  #isOver = false

  /** @param redis open @param number of the connection in its shard */
  constructor(redis: Redis, number: number, parts: RedisSessionParts, onLost: Opening['onLost']) {
    this.#redis = redis
    this.#socket = redis.stream as Socket
    this.#number = number
    this.#parts = parts
    this.#onLost = onLost
    let failed: unknown = null
    redis.on('error', (error: unknown) => {
      failed ??= error
      if (/queue state/.test(messageOf(error)))
        this.#lose({ kind: 'protocol', text: 'a reply that nobody had asked for' })
    })
    redis.once('end', () =>
      this.#lose(
        failed === null
          ? { kind: 'reset', text: 'the server closed the connection' }
          : failureOf(failed, 'open'),
      ),
    )
    // In front of the reader of the client, which ends the exchange.
    this.#socket.prependListener('data', (chunk: Buffer) => {
      if (this.#exchange === null) return
      this.#exchange.bytesReceived += chunk.length
      this.#turn?.firstByte()
    })
  }

  get isOpen(): boolean {
    return this.#socket.writable && !this.#isOver
  }

  run(exchange: Exchange, turn: Turn): void {
    const work = exchange.request as RedisWork | RedisMessage
    const written = work.render(exchange.variables)
    this.#turn = turn
    this.#exchange = exchange
    const before = this.#socket.bytesWritten
    turn.sent()
    const commands = work instanceof RedisMessage ? this.#numbered(exchange, work, written) : written
    if (commands.length === 1) this.#sendOne(commands, exchange, turn)
    else this.#sendAll(work.kind, commands, exchange, turn)
    exchange.bytesSent = this.#socket.bytesWritten - before
  }

  destroy(): Promise<void> {
    this.#isOver = true
    this.#turn = null
    this.#exchange = null
    const socket = this.#socket
    if (socket.closed) return Promise.resolve()
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    this.#redis.disconnect()
    socket.destroy()
    return closed
  }

  #numbered(exchange: Exchange, message: RedisMessage, written: readonly Wired[]): readonly Wired[] {
    return this.#parts.numbers?.numbered(exchange, message, written, this.#number) ?? written
  }

  #sendOne(commands: readonly Wired[], exchange: Exchange, turn: Turn): void {
    const end = (reply: Reply) => {
      if (this.#turn === turn) this.#end(takeReplies(exchange, 'command', commands, [reply]))
    }
    this.#send(commands[0] as Wired, exchange.keepAnswer).then(end, (thrown) =>
      this.#failed(turn, thrown, end),
    )
  }

  #sendAll(kind: RedisKind, commands: readonly Wired[], exchange: Exchange, turn: Turn): void {
    const replies: Reply[] = Array(commands.length)
    let left = commands.length
    const socket = this.#socket
    socket.cork()
    for (let i = 0; i < commands.length; i++) {
      const take = (reply: Reply) => {
        if (this.#turn !== turn) return
        replies[i] = reply
        if (kind === 'pipeline')
          exchange.measure(MEASURES.command_time, this.#parts.clock.nowMs() - exchange.sentMs)
        if (--left === 0) this.#end(takeReplies(exchange, kind, commands, replies))
      }
      this.#send(commands[i] as Wired, exchange.keepAnswer).then(take, (thrown) =>
        this.#failed(turn, thrown, take),
      )
    }
    socket.uncork()
  }

  #send({ name, args }: Wired, keepAnswer: boolean): Promise<unknown> {
    const command = new Command(name, [...args], { replyEncoding: keepAnswer ? 'utf8' : null })
    return this.#redis.sendCommand(command) as Promise<unknown>
  }

  /** An error reply is a reply; of a connection that has ended, its end tells. */
  #failed(turn: Turn, thrown: unknown, take: (reply: Reply) => void): void {
    if (this.#turn !== turn) return
    if (isErrorReply(thrown)) return take(thrown)
    const text = messageOf(thrown)
    if (text === CLOSED) return
    this.#turn = null
    this.#exchange = null
    turn.end({ kind: 'protocol', text: text.replace(/\. Please report this\.$/, '') }, false)
  }

  #end(failure: Failure | null): void {
    const turn = this.#turn
    this.#turn = null
    this.#exchange = null
    turn?.end(failure, true)
  }

  #lose(failure: Failure): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#turn = null
    this.#exchange = null
    this.#onLost(failure)
  }
}
