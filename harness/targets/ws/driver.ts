/** WebSocket for one shard: a session an agent, over the `ws` library with its own queues and answers to pings switched off. */

import { HarnessError, messageOf } from '../../base/errors.ts'
import { type MakeTemplate, Template } from '../../base/template.ts'
import { parseBytes } from '../../base/units.ts'
import type { DriverContext, DriverStats, Exchange, Perform, TargetDriver } from '../../ports/target.ts'
import { Calls } from '../calls.ts'
import type { ConsumerMembers } from '../consumer-members.ts'
import { Deadlines } from '../deadlines.ts'
import { EventAge } from '../event-age.ts'
import { tlsSettingsOf } from '../http/settings.ts'
import { WsClient } from './client.ts'
import { Connection, type ConnectionOwner, type ConnectionSettings } from './connection.ts'
import { standingSessions } from './consumers.ts'
import { parseWsEndpoint } from './endpoint.ts'
import { HandshakeFactory } from './handshake.ts'
import { actionOf, type Correlation, correlationOf, type WsRequest } from './request.ts'
import type { WsConfig, WsRequestDocument } from './schema.ts'
import { Session, type SessionParts } from './session.ts'
import { Sockets } from './sockets.ts'
import type { StandingSession } from './standing-session.ts'
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
  readonly #url: string
  readonly #channel: DriverContext['channel']
  readonly #consumers: ConsumerMembers<StandingSession> | null
  /** True once anything was compiled that waits for messages. */
  #awaits = false

  /** @throws HarnessError SCENARIO_INVALID when the certificate file cannot be used */
  constructor(config: WsConfig, context: DriverContext) {
    const { clock, events, channel } = context
    this.#url = config.url
    this.#channel = channel
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
      eventAge: EventAge.at(config.eventTime, clock),
      keepsMessages: () => this.#awaits,
      connect: (turn, path, owner) => this.#connect(turn, path, owner),
    }
    this.#turnParts = { clock, deadlines: this.#deadlines, channel, onEnded: (turn) => this.#ended(turn) }
    this.#consumers = standingSessions(config, context, {
      handshakes: this.#handshakes,
      settings: this.#connectionSettings,
    })
  }

  compile(request: Readonly<Record<string, unknown>>, step: string): WsRequest {
    return this.#requestOf(request as WsRequestDocument, step, Template.parse)
  }

  /** Opens the standing sessions; agents open their own. */
  async ready(): Promise<void> {
    try {
      await this.#consumers?.open()
    } catch (cause) {
      throw new HarnessError('TARGET_UNREACHABLE', `${this.#url}: ${messageOf(cause)}`, {
        cause,
        hint: 'Start the server, or correct `url` and what `consume` of the target says.',
      })
    }
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

  async quiesce(deadlineMs: number): Promise<void> {
    await this.#channel?.drained(deadlineMs)
  }

  async close(): Promise<void> {
    this.#deadlines.stop()
    await this.#consumers?.close()
    for (const session of this.#sessions) session?.leave()
    await this.#sockets.closeAll()
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
