import { type MakeTemplate, Template } from '../../base/template.ts'
import type { DriverContext, Exchange, Perform, SentAs } from '../../ports/target.ts'
import { addressOf, type ServerAddress, type ServerSettings, shownAddress } from '../server-config.ts'
import type { Opening, Session } from '../session.ts'
import type { SessionProtocol } from '../session-driver.ts'
import { SqlClient } from './client.ts'
import type { SqlWork } from './work.ts'

/** The parts that a database brings. */
export interface SqlDatabase {
  readonly name: string
  readonly port: number
  /** @throws HarnessError SCENARIO_INVALID */
  compile(request: Readonly<Record<string, unknown>>, step: string, template: MakeTemplate): SqlWork
  /** Checks a request of code. @throws ZodError */
  parse(request: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
  nameOf(request: Readonly<Record<string, unknown>>): string
  open(address: ServerAddress, context: DriverContext, opening: Opening): Promise<Session>
  createClient?(perform: Perform, prepare: ConstructorParameters<typeof SqlClient>[1]): SqlClient
}

/** A SQL database for a `SessionDriver`. */
export class SqlProtocol implements SessionProtocol {
  readonly #database: SqlDatabase
  readonly #context: DriverContext
  readonly #config: ServerSettings

  constructor(database: SqlDatabase, config: ServerSettings, context: DriverContext) {
    this.#database = database
    this.#context = context
    this.#config = config
    addressOf(config, context.secrets, database.port)
  }

  /** With secrets as they are now: a connection is opened with the newest. */
  get #address(): ServerAddress {
    return addressOf(this.#config, this.#context.secrets, this.#database.port)
  }

  compile(request: Readonly<Record<string, unknown>>, step: string): SqlWork {
    return this.#database.compile(request, step, Template.parse)
  }

  open(opening: Opening): Promise<Session> {
    return this.#database.open(this.#address, this.#context, opening)
  }

  describe({ request, variables }: Exchange): SentAs | null {
    const work = request as SqlWork
    const text = work
      .render(variables)
      .map((statement) => statement.text)
      .join('; ')
    const { name } = this.#database
    return {
      method: work.transaction === null ? 'query' : 'transaction',
      url: `${name}://${shownAddress(this.#address)}/${this.#address.database} ${text}`.trim(),
    }
  }

  createClient(perform: Perform): SqlClient {
    const { parse, nameOf, compile, createClient } = this.#database
    const prepare = (written: Readonly<Record<string, unknown>>, step: string | undefined) => {
      const request = parse(written)
      return compile(request, step ?? nameOf(request), Template.ofCode)
    }
    return createClient?.(perform, prepare) ?? new SqlClient(perform, prepare)
  }
}
