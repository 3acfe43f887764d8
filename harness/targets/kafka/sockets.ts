/**
 * The sockets that one client of the library opens: to hosts that the target names and to no others, and watched, because the
 * library tells of a lost connection only after it has tried to open another.
 */
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ISocketFactoryArgs } from 'kafkajs'
import { isLoopback, lookupFor } from '../../base/loopback.ts'
import { type Failure, failureOf, type Stage } from '../failure.ts'
import { FrameSizes } from './frame-sizes.ts'

const KEEP_ALIVE_MS = 60_000

export class KafkaSockets {
  readonly #hosts: readonly string[]
  readonly #all = new Set<Socket>()
  readonly #open = new Set<Socket>()
  #failure: Failure | null = null
  #isOver = false
  /** Called once, when the last open one is gone. */
  onLost: (failure: Failure) => void = nothing
  /** Called when a full one takes more. */
  onDrain: () => void = nothing

  /** @param hosts those to which it may connect; all of loopback where one of them is there */
  constructor(hosts: readonly string[]) {
    this.#hosts = hosts
  }

  /** Null as long as nothing failed. */
  get failure(): Failure | null {
    return this.#failure
  }

  /** True when none is opened any more. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** True while one of them has more to write than it takes. */
  get isFull(): boolean {
    for (const socket of this.#open) if (socket.writableNeedDrain) return true
    return false
  }

  /** Opens one, for the library. @throws Error when it must not */
  readonly create = ({ host, port, ssl, onConnect }: ISocketFactoryArgs): Socket => {
    if (this.#isOver) throw new Error('the connection is closed')
    if (!this.#hosts.includes(host) && !(isLoopback(host) && this.#hosts.some(isLoopback))) {
      const text = `the cluster has a broker on ${host}:${port}, which the target does not name: add it to \`brokers\``
      this.#failure = { kind: 'connect', text }
      throw new Error(text)
    }
    const to = { host, port, lookup: lookupFor(host) }
    const socket = ssl
      ? connectTls({ ...to, ...(isIP(host) === 0 && { servername: host }), ...ssl }, onConnect)
      : connect(to, onConnect)
    socket.setNoDelay(true)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    this.#watch(socket, ssl ? 'secureConnect' : 'connect')
    return socket
  }

  /** Ends them once they have written everything; resolves when they are closed. */
  async end(): Promise<void> {
    this.#isOver = true
    await Promise.all(
      [...this.#all].map(
        (socket) =>
          new Promise<void>((resolve) => {
            socket.once('close', () => resolve())
            socket.end()
          }),
      ),
    )
  }

  /** Ends them where they are: what the library waits for on them fails. */
  destroy(failure: Failure): void {
    this.#isOver = true
    this.#failure = failure
    for (const socket of this.#all) socket.destroy(new Error(failure.text))
  }

  /** Listens before the library does, so that whoever waits is told by this, once. */
  #watch(socket: Socket, opened: 'connect' | 'secureConnect'): void {
    let stage: Stage = 'connecting'
    this.#all.add(socket)
    readOnlyFrames(socket, (text) => this.destroy({ kind: 'protocol', text }))
    socket.once('connect', () => {
      stage = opened === 'connect' ? 'open' : 'tls-handshake'
    })
    socket.once(opened, () => {
      stage = 'open'
      this.#open.add(socket)
    })
    socket.on('drain', () => this.onDrain())
    socket.on('error', (error) => this.#gone(socket, failureOf(error, stage)))
    const ended: Failure = { kind: 'closed', text: 'the broker closed the connection' }
    socket.on('end', () => this.#gone(socket, ended))
    socket.on('close', () => {
      this.#all.delete(socket)
      this.#gone(socket, ended)
    })
  }

  #gone(socket: Socket, failure: Failure): void {
    const wasOpen = this.#open.delete(socket)
    if (this.#isOver && !wasOpen) return
    if (!this.#isOver) this.#failure = failure
    if (!wasOpen || this.#open.size > 0) return
    this.#isOver = true
    this.onLost(this.#failure ?? failure)
  }
}

/** Keeps from the library what is not framed as the answers of a broker are: a size below zero would have it read for ever. */
function readOnlyFrames(socket: Socket, refuse: (problem: string) => void): void {
  const sizes = new FrameSizes()
  const emit = socket.emit.bind(socket) as (event: string, ...values: unknown[]) => boolean
  socket.emit = (event: string, ...values: unknown[]): boolean => {
    const problem = event === 'data' ? sizes.read(values[0] as Buffer) : null
    if (problem === null) return emit(event, ...values)
    refuse(problem)
    return true
  }
}

function nothing(): void {
  // Nobody listens yet.
}
