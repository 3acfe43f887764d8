/** One session of HTTP/2 from its socket on: the streams it carries, how many it may, and when it takes no more. */
import { type ClientHttp2Session, connect, constants, type Settings } from 'node:http2'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Clock } from '../../base/clock.ts'
import { type Failure, failureOf, type Stage } from '../failure.ts'
import type { Endpoint } from './endpoint.ts'
import { failureOfGoaway, SessionAbuse } from './http2-failure.ts'
import type { RenderedRequest } from './http2-request.ts'
import { Http2Stream, type StreamOwner, type StreamParent } from './http2-stream.ts'
import { HEAD_BYTES_MAX } from './response-parser.ts'

/** Streams one session may carry at once; the server's own bound comes on top. */
const STREAMS_MAX = 1000
/** Streams until a server has said its bound: RFC 9113 section 6.5.2 advises servers to allow as many. */
const STREAMS_UNTOLD = 100
/** Bytes a server may send ahead of what was read, as browsers allow: the window must not be what bounds an answer. */
const STREAM_WINDOW_BYTES = 6 * 1024 * 1024
const SESSION_WINDOW_BYTES = 15 * 1024 * 1024
/** Beyond this node resets the stream by itself; so much of a head that is too large is read as to say so. */
const HEAD_LIST_BYTES_MAX = 4 * HEAD_BYTES_MAX
/** RFC 9113 section 6.5.2 counts 32 bytes for each field beside its text. */
const HEAD_FIELDS_MAX = HEAD_LIST_BYTES_MAX / 32
/** PING and SETTINGS frames a second beyond which a server does nothing but keep its client busy. */
const CONTROL_FRAMES_MAX = 1000
const SECOND_MS = 1000

const SETTINGS: Settings = {
  enablePush: false,
  initialWindowSize: STREAM_WINDOW_BYTES,
  maxHeaderListSize: HEAD_LIST_BYTES_MAX,
}

/** The number of streams that the server allows per session, as last announced. Sessions of one endpoint share it. */
export class StreamBound {
  count = STREAMS_UNTOLD
}

/** Whom a session tells. After `leave`, `failed` and `ended` it tells nothing more. */
export interface SessionOwner {
  /** It is connected. */
  opened(): void
  /** A stream has ended, or the server allows more of them. */
  hasRoom(): void
  /** It could not be opened. */
  failed(failure: Failure): void
  /** It takes no more requests; streams it carries may go on. @param failure null when the server ended it in order */
  ended(failure: Failure | null): void
}

/** The settings that the sessions of one endpoint share. */
export interface SessionParts {
  readonly endpoint: Endpoint
  readonly clock: Clock
  readonly bound: StreamBound
}

export class Http2Session implements StreamParent {
  readonly #socket: Socket
  readonly #parts: SessionParts
  #owner: SessionOwner | null
  /** Null until it is connected. */
  #session: ClientHttp2Session | null = null
  #streamCount = 0
  /** The limit announced to another session, valid until the server announces one to this session. */
  #streamsMax: number
  /** The failure for which the harness ended it. */
  #broken: Failure | null = null
  #controlFrameCount = 0
  #controlFramesSinceMs = 0
  answerCount = 0
  isCut = false
  isEnding = false

  /** @param socket on its way to the endpoint */
  constructor(socket: Socket, parts: SessionParts, owner: SessionOwner) {
    const { endpoint, bound } = parts
    this.#socket = socket
    this.#parts = parts
    this.#owner = owner
    this.#streamsMax = bound.count
    let stage: Stage = 'connecting'
    socket.on('error', (error) => this.#cut(failureOf(error, stage)))
    socket.once('connect', () => {
      stage = 'tls-handshake'
    })
    socket.once(endpoint.secure ? 'secureConnect' : 'connect', () => {
      stage = 'open'
      this.#begin()
    })
    for (const event of ['end', 'close'] as const) socket.once(event, () => this.#cut(null))
    // Once its own side is closed, nothing is left to wait for, whatever the server does about its own.
    socket.once('finish', () => socket.destroy())
  }

  /** Connected, whether it still takes requests or not. */
  get isConnected(): boolean {
    return this.#session !== null
  }

  /** Connected, and takes requests. */
  get isOpen(): boolean {
    return this.isConnected && !this.isOver
  }

  /** True when it accepts no more requests, or soon will not. */
  get isOver(): boolean {
    return this.#owner === null || this.#session?.destroyed === true || this.#session?.closed === true
  }

  /** True when it can carry another stream now. */
  get canSend(): boolean {
    return this.isOpen && this.#streamCount < this.#streamsMax
  }

  /** Sends a request. Only when it can. @throws Error when node refuses the header fields */
  open({ headers, body }: RenderedRequest, owner: StreamOwner): Http2Stream {
    const session = this.#session as ClientHttp2Session
    const stream = session.request(headers, { endStream: body === null })
    this.#streamCount++
    if (body !== null) stream.end(body)
    return new Http2Stream(stream, this, owner)
  }

  /** Lets its streams end, and takes no more; the owner hears nothing more. A session without streams closes. */
  leave(): void {
    this.#owner = null
    if (this.#session === null) this.#socket.destroy()
    else if (this.#streamCount === 0) this.#session.destroy()
    else this.#session.close()
  }

  /**
   * Looks whether it has broken down, and says what broke it, a little later; null when nothing did. What breaks the
   * protocol nghttp2 answers with GOAWAY, and then waits for the server to close the connection, unseen by node: frames
   * are taken, but never written. A PING is written at once.
   */
  check(judged: (broken: Failure | null) => void): void {
    if (!this.isOver) this.#session?.ping(() => undefined)
    this.#parts.clock.soon(() => {
      if (!this.isOver && this.#isStuck)
        this.#breakOff(new SessionAbuse('the server broke HTTP/2, and left the connection open'))
      judged(this.#broken)
    })
  }

  /** Closes it at once, with its streams. */
  destroy(): void {
    this.#owner = null
    this.#session?.destroy()
    this.#socket.destroy()
  }

  // --- StreamParent -----------------------------------------------------------------------------------------------

  noteAnswer(): void {
    this.answerCount++
  }

  closed(): void {
    this.#streamCount--
    if (!this.isOver) this.#owner?.hasRoom()
    else if (this.#streamCount === 0) this.#session?.destroy()
  }

  // --- inside -----------------------------------------------------------------------------------------------------

  /** HTTP/2 and nothing else: without TLS by prior knowledge, with it by ALPN. */
  #begin(): void {
    const { origin, secure } = this.#parts.endpoint
    if (secure && (this.#socket as TLSSocket).alpnProtocol !== 'h2') {
      this.#fail({ kind: 'protocol', text: 'the server does not speak HTTP/2' })
      return void this.#socket.destroy()
    }
    const session = connect(origin, {
      createConnection: () => this.#socket,
      peerMaxConcurrentStreams: STREAMS_MAX,
      maxHeaderListPairs: HEAD_FIELDS_MAX,
      settings: SETTINGS,
    })
    this.#session = session
    session.setLocalWindowSize(SESSION_WINDOW_BYTES)
    // Its streams say what broke it.
    session.on('error', () => undefined)
    session.on('goaway', (code) => {
      this.isEnding = true
      this.#end(code === constants.NGHTTP2_NO_ERROR ? null : failureOfGoaway(code))
    })
    session.on('remoteSettings', ({ maxConcurrentStreams = STREAMS_MAX }) => {
      this.#streamsMax = Math.min(maxConcurrentStreams, STREAMS_MAX)
      this.#parts.bound.count = this.#streamsMax
      this.#noteControlFrame()
      this.#owner?.hasRoom()
    })
    session.on('ping', () => this.#noteControlFrame())
    this.#owner?.opened()
  }

  #noteControlFrame(): void {
    const nowMs = this.#parts.clock.nowMs()
    if (nowMs - this.#controlFramesSinceMs >= SECOND_MS) {
      this.#controlFramesSinceMs = nowMs
      this.#controlFrameCount = 0
    }
    if (++this.#controlFrameCount <= CONTROL_FRAMES_MAX) return
    this.#breakOff(
      new SessionAbuse(`the server sent ${CONTROL_FRAMES_MAX} PING and SETTINGS frames in a second`),
    )
  }

  /** Node has no public word for what the kernel has not taken yet: frames behind that wait as they should. */
  get #isStuck(): boolean {
    const { _handle: handle } = this.#socket as { readonly _handle?: { readonly writeQueueSize?: number } }
    return (this.#session?.state.outboundQueueSize ?? 0) > 0 && handle?.writeQueueSize === 0
  }

  #breakOff(abuse: SessionAbuse): void {
    this.#broken = { kind: 'protocol', text: abuse.message }
    this.#session?.destroy(abuse, constants.NGHTTP2_ENHANCE_YOUR_CALM)
    this.#end(this.#broken)
  }

  #cut(failure: Failure | null): void {
    this.isCut = true
    if (this.#session !== null) return this.#end(failure)
    this.#fail(failure ?? { kind: 'reset', text: 'the connection was closed before it was open' })
  }

  #fail(failure: Failure): void {
    const owner = this.#owner
    this.#owner = null
    owner?.failed(failure)
  }

  #end(failure: Failure | null): void {
    const owner = this.#owner
    this.#owner = null
    owner?.ended(failure)
  }
}
