/** Requests to Redis, compiled once. */
import type { MakeTemplate, Template, VariableLookup } from '../../base/template.ts'
import type { RedisCommand, RedisRequest } from './schema.ts'

/** A command as it is sent. */
export interface Wired {
  /** In small letters, by which the client knows replies that are maps. */
  readonly name: string
  readonly args: readonly (string | Buffer)[]
}

/** The ways in which replies are read. */
export type RedisKind = 'command' | 'pipeline' | 'multi'

const MULTI: Wired = { name: 'multi', args: [] }
const EXEC: Wired = { name: 'exec', args: [] }
/** Commands that may wait for another client. */
const BLOCKING =
  /^(BLPOP|BRPOP|BLMOVE|BRPOPLPUSH|BLMPOP|BZPOPMIN|BZPOPMAX|BZMPOP|WAIT|WAITAOF|XREAD|XREADGROUP)$/i

export class RedisWork {
  readonly step: string
  readonly kind: RedisKind
  readonly isBlocking: boolean
  readonly #templates: readonly (readonly Template[])[]
  /** Set when no variable occurs in it. */
  readonly #constant: readonly Wired[] | null

  constructor(request: RedisRequest, step: string, template: MakeTemplate) {
    this.step = step
    const { command, pipeline, multi } = request
    this.kind = kindOf(request)
    const commands = pipeline ?? multi ?? [command as RedisCommand]
    this.isBlocking = commands.some(
      ([name, ...args]) =>
        BLOCKING.test(name) && (!/^XREAD/i.test(name) || args.some((arg) => /^BLOCK$/i.test(String(arg)))),
    )
    this.#templates = commands.map((parts) => parts.map((part) => template(String(part))))
    const isConstant = this.#templates.flat().every(({ constant }) => constant !== null)
    this.#constant = isConstant ? this.#fill(() => undefined) : null
  }

  /** @throws UnsetVariable */
  render(variables: VariableLookup): readonly Wired[] {
    return this.#constant ?? this.#fill(variables)
  }

  #fill(variables: VariableLookup): readonly Wired[] {
    const commands = this.#templates.map(([name, ...args]) => ({
      name: (name as Template).render(variables).toLowerCase(),
      args: args.map((arg) => arg.render(variables)),
    }))
    return this.kind === 'multi' ? [MULTI, ...commands, EXEC] : commands
  }
}

function kindOf({ command, pipeline }: RedisRequest): RedisKind {
  if (command !== undefined) return 'command'
  return pipeline === undefined ? 'multi' : 'pipeline'
}

/** Makes the name of a request that was given none. */
export function nameOfRedisRequest({ command, pipeline, multi, publish, add }: RedisRequest): string {
  if (publish !== undefined) return `publish ${publish.channel}`
  if (add !== undefined) return `add ${add.stream}`
  if (command !== undefined) return command[0].toUpperCase()
  const names = [...new Set((pipeline ?? multi ?? []).map(([name]) => name.toUpperCase()))]
  return `${multi === undefined ? 'pipeline' : 'multi'} ${names.join(' ')}`
}
