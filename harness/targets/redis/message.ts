/** Messages published on a channel or added to a stream, compiled. */
import type { MakeTemplate, Template, VariableLookup } from '../../base/template.ts'
import { compileBody, type MakeBody } from '../payload.ts'
import type { RedisRequest } from './schema.ts'
import type { Wired } from './work.ts'

/** The field of an entry that carries the body. */
const BODY_FIELD = 'payload'
/** The field of an entry that carries the header of the ledger. */
export const HEADER_FIELD = 'x-proofload'

/** The channel or the stream that is consumed. */
export interface Consumed {
  readonly channel?: string | undefined
  readonly stream?: string | undefined
}

type MessageRequest = Pick<RedisRequest, 'publish' | 'add'>

export class RedisMessage {
  readonly step: string
  /** Its reply is read as that of any command. */
  readonly kind = 'command'
  readonly isBlocking = false
  readonly #isEntry: boolean
  readonly #place: Template
  readonly #body: MakeBody
  /** Arguments of XADD between the stream and the fields. */
  readonly #options: readonly string[]

  constructor({ publish, add }: MessageRequest, step: string, template: MakeTemplate) {
    this.step = step
    this.#isEntry = add !== undefined
    this.#place = template(add?.stream ?? publish?.channel ?? '')
    this.#body = compileBody(add ?? publish ?? {}, template)
    this.#options = [...(add?.maxLength === undefined ? [] : ['MAXLEN', '~', `${add.maxLength}`]), '*']
  }

  /** @throws UnsetVariable */
  render(variables: VariableLookup): readonly Wired[] {
    const place = this.#place.render(variables)
    const body = this.#body(variables)
    return [
      this.#isEntry
        ? { name: 'xadd', args: [place, ...this.#options, BODY_FIELD, body] }
        : { name: 'publish', args: [place, body] },
    ]
  }

  /** Tells whether a rendered message goes to a channel or stream. */
  goesTo({ args: [place] }: Wired, { channel, stream }: Consumed): boolean {
    return place === (this.#isEntry ? stream : channel)
  }

  /** Returns the rendered message with a header: in front of the body, or in a field of its own. */
  withHeader({ name, args }: Wired, header: Uint8Array): Wired {
    const copy = Buffer.from(header)
    const before = args.slice(0, -1)
    const body = args.at(-1) as Buffer
    return this.#isEntry
      ? { name, args: [...args, HEADER_FIELD, copy] }
      : { name, args: [...before, Buffer.concat([copy, body])] }
  }
}
