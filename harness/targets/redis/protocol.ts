import { type MakeTemplate, Template } from '../../base/template.ts'
import type { DriverContext, Exchange, Perform, SentAs } from '../../ports/target.ts'
import { ConsumerMembers } from '../consumer-members.ts'
import { addressOf, type ServerAddress, shownAddress } from '../server-config.ts'
import type { Opening, Session } from '../session.ts'
import type { SessionProtocol } from '../session-driver.ts'
import { RedisClient } from './client.ts'
import { connectRedis } from './connect.ts'
import { RedisConsuming, type RedisMember } from './consumers.ts'
import { RedisMessage } from './message.ts'
import { RedisNumbers } from './numbers.ts'
import { REDIS_PORT, type RedisConfig, type RedisRequest } from './schema.ts'
import { RedisSession } from './session.ts'
import { RedisWork } from './work.ts'

/** Redis for a `SessionDriver`. */
export class RedisProtocol implements SessionProtocol {
  readonly consumers: ConsumerMembers<RedisMember> | null
  readonly #config: RedisConfig
  readonly #context: DriverContext
  readonly #numbers: RedisNumbers
  #openedCount = 0

  /** @throws HarnessError SECRET_MISSING, SCENARIO_INVALID */
  constructor(config: RedisConfig, context: DriverContext) {
    this.#config = config
    this.#context = context
    addressOf(config, context.secrets, REDIS_PORT)
    this.#numbers = new RedisNumbers(context.channel, config)
    this.consumers = this.#createConsumers()
  }

  /** With secrets as they are now: a connection is opened with the newest. */
  get #address(): ServerAddress {
    return addressOf(this.#config, this.#context.secrets, REDIS_PORT)
  }

  compile(request: Readonly<Record<string, unknown>>, step: string): RedisWork | RedisMessage {
    return compileRequest(request as RedisRequest, step, Template.parse)
  }

  async open({ signal, onLost }: Opening): Promise<Session> {
    const redis = await connectRedis(this.#address, signal)
    const parts = { clock: this.#context.clock, numbers: this.#numbers }
    return new RedisSession(redis, this.#openedCount++, parts, onLost)
  }

  isBlocking(work: unknown): boolean {
    return (work as RedisWork | RedisMessage).isBlocking
  }

  ended(exchange: Exchange): void {
    this.#numbers.ended(exchange)
  }

  describe({ request, variables }: Exchange): SentAs | null {
    const work = request as RedisWork | RedisMessage
    const text = work
      .render(variables)
      .map(({ name, args }) => [name, ...args].join(' '))
      .join('; ')
    return { method: work.kind, url: `redis://${shownAddress(this.#address)} ${text}` }
  }

  createClient(perform: Perform): RedisClient {
    return new RedisClient(perform, (request, step) => compileRequest(request, step, Template.ofCode))
  }

  #createConsumers(): ConsumerMembers<RedisMember> | null {
    const { consume } = this.#config
    const { channel } = this.#context
    if (consume === undefined || channel === null) return null
    const open = () => connectRedis(this.#address, new AbortController().signal)
    return new ConsumerMembers(
      new RedisConsuming(consume, { ...this.#context, channel }, open),
      this.#context,
    )
  }
}

function compileRequest(
  request: RedisRequest,
  step: string,
  template: MakeTemplate,
): RedisWork | RedisMessage {
  const isMessage = request.publish !== undefined || request.add !== undefined
  return isMessage ? new RedisMessage(request, step, template) : new RedisWork(request, step, template)
}
