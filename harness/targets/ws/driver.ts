/** WebSocket for one shard: a session an agent, over the `ws` library with its own queues and answers to pings switched off. */
import { type MakeTemplate, Template } from '../../base/template.ts'
import { parseBytes } from '../../base/units.ts'
import type { DriverContext, DriverStats, Exchange, Perform, TargetDriver } from '../../ports/target.ts'
import { Calls } from '../calls.ts'
import { Deadlines } from '../deadlines.ts'
import { tlsSettingsOf } from '../http/settings.ts'
import { WsClient } from './client.ts'
import { Connection, type ConnectionOwner, type ConnectionSettings } from './connection.ts'
import { parseWsEndpoint } from './endpoint.ts'
import { HandshakeFactory } from './handshake.ts'
import { actionOf, type Correlation, correlationOf, type WsRequest } from './request.ts'
import type { WsConfig, WsRequestDocument } from './schema.ts'
import { Session, type SessionParts } from './session.ts'
import { Sockets } from './sockets.ts'
import { Turn, type TurnParts } from './turn.ts'

export class WsDriver implements TargetDriver {
  readonly #correlation: Correlation | null
  readonly #handshakes: HandshakeFactory
  readonly #sockets: Sockets
  readonly #deadlines: Deadlines
  readonly #connectionSettings: ConnectionSettings
  readonly #sessionParts: SessionParts
  readonly #turnParts: TurnParts
  /** By agent; only those that have begun anything have one. */
  readonly #sessions: (Session | undefined)[] = []
  readonly #turns = new Calls<Turn>()
  /** True once anything was compiled that waits for messages. */
  #awaits = false

  /** @throws HarnessError SCENARIO_INVALID when the certificate file cannot be used */
  constructor(config: WsConfig, context: DriverContext) {
    const { clock, events } = context
    const endpoint = parseWsEndpoint(config.url, config)
    const tls = tlsSettingsOf(endpoint, config.tls)
    this.#correlation = correlationOf(config)
    this.#handshakes = new HandshakeFactory(config, endpoint, context)
    this.#sockets = new Sockets(endpoint, tls)
    this.#deadlines = new Deadlines(clock, (slot) => this.#turns.get(slot)?.expire())
    this.#connectionSettings = {
      clock,
      subprotocols: config.subprotocols,
      compression: config.compression,
      messageBytesMax: parseBytes(config.maxMessage),
      connect: this.#sockets.open,
      secure: endpoint.secure,
    }
    this.#sessionParts = {
      clock,
      events,
      correlation: this.#correlation,
      inboxLimit: config.inbox,
      keepsMessages: () => this.#awaits,
      connect: (turn, path, owner) => this.#connect(turn, path, owner),
    }
    this.#turnParts = { clock, deadlines: this.#deadlines, onEnded: (turn) => this.#ended(turn) }
  }

  compile(request: Readonly<Record<string, unknown>>, step: string): WsRequest {
    return this.#requestOf(request as WsRequestDocument, step, Template.parse)
  }

  start(exchange: Exchange): void {
    const turn = this.#turns.add((slot) => new Turn(exchange, slot, this.#turnParts))
    const session = this.#sessions[exchange.agent] ?? new Session(this.#sessionParts)
    this.#sessions[exchange.agent] = session
    session.begin(turn)
    turn.isStarting = false
  }

  abort(exchange: Exchange): void {
    this.#turns.of(exchange)?.abort()
  }

  endSession(agent: number): void {
    this.#sessions[agent]?.leave()
    this.#sessions[agent] = undefined
  }

  createClient(perform: Perform): WsClient {
    return new WsClient(perform, (request, step) => this.#requestOf(request, step, Template.ofCode))
  }

  stats(): DriverStats {
    return { openConnections: this.#sockets.openCount, waiting: 0 }
  }

  close(): Promise<void> {
    this.#deadlines.stop()
    for (const session of this.#sessions) session?.leave()
    return this.#sockets.closeAll()
  }

  #requestOf(request: WsRequestDocument, step: string, make: MakeTemplate): WsRequest {
    if (request.await !== undefined) this.#awaits = true
    return { ...actionOf(request, this.#correlation, make), step }
  }

  #connect({ exchange }: Turn, path: string, owner: ConnectionOwner): Connection {
    const { url, headers } = this.#handshakes.make(exchange, path)
    return new Connection(url, headers, owner, this.#connectionSettings)
  }

  #ended(turn: Turn): void {
    this.#turns.remove(turn.slot)
    this.#sessions[turn.exchange.agent]?.forget(turn)
  }
}
