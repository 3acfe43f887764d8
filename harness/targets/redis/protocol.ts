import { Template } from '../../base/template.ts'
import type { DriverContext, Exchange, Perform, SentAs } from '../../ports/target.ts'
import { addressOf, type ServerAddress, shownAddress } from '../server-config.ts'
import type { Opening, Session } from '../session.ts'
import type { SessionProtocol } from '../session-driver.ts'
import { RedisClient } from './client.ts'
import { REDIS_PORT, type RedisConfig, type RedisRequest } from './schema.ts'
import { openRedis } from './session.ts'
import { RedisWork } from './work.ts'

/** Redis for a `SessionDriver`. */
export class RedisProtocol implements SessionProtocol {
  readonly #config: RedisConfig
  readonly #context: DriverContext

  /** @throws HarnessError SECRET_MISSING, SCENARIO_INVALID */
  constructor(config: RedisConfig, context: DriverContext) {
    this.#config = config
    this.#context = context
    addressOf(config, context.secrets, REDIS_PORT)
  }

  /** With secrets as they are now: a connection is opened with the newest. */
  get #address(): ServerAddress {
    return addressOf(this.#config, this.#context.secrets, REDIS_PORT)
  }

  compile(request: Readonly<Record<string, unknown>>, step: string): RedisWork {
    return new RedisWork(request as RedisRequest, step, Template.parse)
  }

  open(opening: Opening): Promise<Session> {
    return openRedis(this.#address, this.#context.clock, opening)
  }

  isBlocking(work: unknown): boolean {
    return (work as RedisWork).isBlocking
  }

  describe({ request, variables }: Exchange): SentAs | null {
    const commands = (request as RedisWork).render(variables)
    const text = commands.map(({ name, args }) => [name, ...args].join(' ')).join('; ')
    return { method: (request as RedisWork).kind, url: `redis://${shownAddress(this.#address)} ${text}` }
  }

  createClient(perform: Perform): RedisClient {
    return new RedisClient(perform, (request, step) => new RedisWork(request, step, Template.ofCode))
  }
}
