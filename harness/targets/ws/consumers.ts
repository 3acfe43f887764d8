/** Standing sessions of a target, to which the server hands on what agents broadcast. */
import { formatDurationMs } from '../../base/units.ts'
import type { DeliveryChannel, DriverContext } from '../../ports/target.ts'
import { ConsumerMembers, type Consuming } from '../consumer-members.ts'
import { SessionRefused } from '../session.ts'
import { headerOf } from './broadcast.ts'
import { Connection, type ConnectionSettings } from './connection.ts'
import type { HandshakeFactory } from './handshake.ts'
import { literalContentOf } from './request.ts'
import type { WsConfig } from './schema.ts'
import { StandingSession } from './standing-session.ts'

/** The parts of a driver that its standing sessions need. */
export interface StandingParts {
  readonly handshakes: HandshakeFactory
  readonly settings: ConnectionSettings
}

type Settings = NonNullable<WsConfig['consume']>

/** Returns the standing sessions of a shard; null where the target has none. */
export function standingSessions(
  { consume }: WsConfig,
  context: DriverContext,
  parts: StandingParts,
): ConsumerMembers<StandingSession> | null {
  const { channel } = context
  if (consume === undefined || channel === null) return null
  return new ConsumerMembers(new WsConsuming(consume, { ...context, channel }, parts), context)
}

class WsConsuming implements Consuming<StandingSession> {
  readonly members: number
  readonly source: string
  readonly #join: string | Buffer | null
  readonly #context: DriverContext & { readonly channel: DeliveryChannel }
  readonly #parts: StandingParts

  constructor(
    { members, path, join }: Settings,
    context: DriverContext & { readonly channel: DeliveryChannel },
    parts: StandingParts,
  ) {
    this.members = members
    this.source = path === '' ? '/' : path
    this.#join = join === undefined ? null : literalContentOf(join)
    this.#context = context
    this.#parts = parts
  }

  readonly kindOf = (error: unknown) => (error instanceof SessionRefused ? error.failure.kind : 'connect')

  async connect(member: number): Promise<StandingSession> {
    const { clock, channel, defaultTimeouts } = this.#context
    const { handshakes, settings } = this.#parts
    const { url, headers } = handshakes.standing(this.source)
    const session = new StandingSession(
      (owner) => new Connection(url, headers, owner, settings),
      ({ data, arrival }) => channel.deliver(headerOf(data), member, arrival.lastByteMs),
    )
    const { connectMs } = defaultTimeouts
    const text = `not open within ${formatDurationMs(connectMs)}`
    const cancel = clock.after(connectMs, () =>
      session.giveUp(new SessionRefused({ kind: 'timeout-connect', text })),
    )
    try {
      await Promise.race([session.whenOpen, session.whenOver])
    } finally {
      cancel()
    }
    return session
  }

  watch(session: StandingSession, lost: (error: unknown) => void): void {
    session.whenOver.catch(lost)
  }

  consume(session: StandingSession): Promise<void> {
    return session.join(this.#join)
  }

  end(session: StandingSession): Promise<unknown> {
    session.leave()
    return Promise.resolve()
  }
}
