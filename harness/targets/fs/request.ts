/** An operation as a driver sends it: what never changes is encoded once. */
import { HarnessError } from '../../base/errors.ts'
import { type MakeTemplate, Template, type VariableLookup } from '../../base/template.ts'
import { requireInside } from './confinement.ts'
import { encodeMessage, type Order } from './lane-protocol.ts'
import { type FsRequest, OPERATIONS, type Operation, sizeOf } from './schema.ts'

type Amount = number | Template

/** An operation of a step or of code. */
export class FileRequest {
  readonly operation: Operation
  readonly #path: Template
  readonly #to: Template
  readonly #offset: Amount
  readonly #bytes: Amount
  readonly #data: Template | null
  readonly #fsync: boolean
  readonly #verify: Template
  readonly #isConstant: boolean
  /** The constant message, without and with an answer to keep. */
  readonly #messages: [Buffer | null, Buffer | null] = [null, null]

  /** @throws HarnessError SCENARIO_INVALID for a path that leaves the root, whatever its variables are */
  constructor(request: FsRequest, make: MakeTemplate) {
    const [operation, parts] = operationOf(request)
    this.operation = operation
    this.#path = pathTemplate(parts.path, make)
    this.#to = pathTemplate(parts.to ?? '.', make)
    this.#offset = amountOf(parts.offset ?? 0, make)
    this.#bytes = amountOf(parts.bytes ?? (operation === 'truncate' ? 0 : -1), make)
    this.#data = parts.data === undefined ? null : make(parts.data)
    this.#fsync = parts.fsync ?? false
    this.#verify = make(request.verify ?? '')
    const templates = [this.#path, this.#to, this.#offset, this.#bytes, this.#data, this.#verify]
    this.#isConstant = templates.every((part) => !(part instanceof Template) || part.constant !== null)
  }

  /** Returns the message to a lane. @throws UnsetVariable, and HarnessError UNIT_INVALID for a variable that is no size */
  message(variables: VariableLookup, keep: boolean): Buffer {
    if (!this.#isConstant) return encodeMessage(this.#order(variables, keep))
    const place = keep ? 1 : 0
    this.#messages[place] ??= encodeMessage(this.#order(variables, keep))
    return this.#messages[place]
  }

  #order(variables: VariableLookup, keep: boolean): Order {
    return {
      operation: this.operation,
      path: this.#path.render(variables),
      to: this.#to.render(variables),
      offset: rendered(this.#offset, variables),
      bytes: rendered(this.#bytes, variables),
      data: this.#data?.render(variables) ?? null,
      fsync: this.#fsync,
      verify: this.#verify.render(variables),
      keep,
    }
  }
}

/** The parts that operations have, each some of them. */
interface Parts {
  readonly path: string
  readonly to?: string | undefined
  readonly offset?: number | string | undefined
  readonly bytes?: number | string | undefined
  readonly data?: string | undefined
  readonly fsync?: boolean | undefined
}

/** Returns the one operation of a request that the schema has parsed. */
export function operationOf(request: FsRequest): readonly [Operation, Parts] {
  for (const name of OPERATIONS) {
    const parts: Parts | undefined = request[name]
    if (parts !== undefined) return [name, parts]
  }
  throw new HarnessError('SCENARIO_INVALID', 'a request of a file system names no operation', {
    hint: `Write one of ${OPERATIONS.join(', ')}.`,
  })
}

function pathTemplate(path: string, make: MakeTemplate): Template {
  const template = make(path)
  if (template.constant !== null) {
    try {
      requireInside(template.constant)
    } catch (cause) {
      throw new HarnessError('SCENARIO_INVALID', (cause as Error).message, {
        cause,
        hint: 'Paths of operations are relative to root and stay inside it.',
      })
    }
  }
  return template
}

function amountOf(amount: number | string, make: MakeTemplate): Amount {
  if (typeof amount === 'number') return amount
  const template = make(amount)
  return template.constant === null ? template : sizeOf(template.constant)
}

function rendered(amount: Amount, variables: VariableLookup): number {
  return typeof amount === 'number' ? amount : sizeOf(amount.render(variables))
}
