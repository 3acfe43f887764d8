/** Writes an imported scenario as a TypeScript module, with the builders that authors use. */
import { lookUp } from '../../base/names.ts'
import { withoutGaps } from '../../base/without-gaps.ts'
import { isObject } from '../environments.ts'
import { durationText } from './to-document.ts'

const WIDTH = 100
const SECRET = /\{\{secret\.([\w-]+)\}\}/g
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']
const PATTERNS: Readonly<Record<string, string>> = {
  'constant-agents': 'constantAgents',
  'constant-rate': 'constantRate',
  curve: 'curve',
}

type Json = Readonly<Record<string, unknown>>

/** @param comments lines for the top of the file */
export function typescriptOf(document: Json, comments: readonly string[]): string {
  const writer = new ModuleWriter()
  const scenario = writer.scenario(document)
  const imports = [...writer.imports].sort((a, b) => a.localeCompare(b)).join(', ')
  const top = comments.map((line) => (line === '' ? '//' : `// ${line}`)).join('\n')
  return `${top}\nimport { ${imports} } from 'proofload'\n\nexport default defineScenario(${scenario})\n`
}

/** Text of TypeScript that stands for itself. */
class Code {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

class ModuleWriter {
  readonly imports = new Set(['defineScenario'])

  scenario(document: Json): string {
    const changed = Object.entries(document).map(([key, value]) => [key, this.#part(key, value)] as const)
    return this.#value(Object.fromEntries(changed), 0, true)
  }

  #part(key: string, value: unknown): unknown {
    if (!isObject(value)) return value
    if (key === 'target') return this.#target(value)
    if (key === 'targets') return mapValues(value, (target) => this.#target(target as Json))
    if (key === 'workload') return this.#workload(value)
    if (key === 'workloads') return mapValues(value, (part) => this.#workloadPart(part as Json))
    if (key === 'data') return mapValues(value, (feeder) => this.#feeder(feeder as Json))
    if (key === 'login') return this.#journey(value)
    return key === 'journeys' ? mapValues(value, (journey) => this.#journey(journey as Json)) : value
  }

  #target({ config }: Json): Code {
    return this.#call('http', [config], 1)
  }

  #workload({ pattern, curve, ...settings }: Json): Code {
    const builder = lookUp(PATTERNS, String(pattern)) ?? 'curve'
    return this.#call(
      builder,
      [curve === undefined ? settings : { ...settings, curve: this.#curve(curve as Json) }],
      1,
    )
  }

  /** A builder makes the load; when it begins, and what is walked, stand beside it. */
  #workloadPart({ start, journeys, ...load }: Json): Code {
    const rest = Object.entries(withoutGaps({ start, journeys })).map(
      ([key, value]) => `${key}: ${this.#value(value, 3)}`,
    )
    return new Code(`{ ${[`...${this.#workload(load).text}`, ...rest].join(', ')} }`)
  }

  #curve({ kind, ...shape }: Json): Code {
    const duration = (ms: unknown) => durationText(Number(ms))
    switch (kind) {
      case 'sequence':
        return this.#call(
          'sequence',
          (shape['parts'] as readonly Json[]).map((part) => this.#curve(part)),
          2,
        )
      case 'ramp':
        return this.#call('ramp', [shape['from'], shape['to'], duration(shape['durationMs'])], 2)
      case 'steps':
        return this.#call('steps', [shape['values'], duration(shape['stepMs'])], 2)
      default:
        return this.#call('constant', [shape['value'], duration(shape['durationMs'])], 2)
    }
  }

  #feeder(feeder: Json): Code {
    const { rows, csv, json, generate, ...options } = feeder
    this.imports.add('feeder')
    const [kind, source] = Object.entries({ rows, csv, json, generate }).find(
      ([, value]) => value !== undefined,
    ) ?? ['rows', []]
    return this.#call(`feeder.${kind}`, [source, ...(Object.keys(options).length === 0 ? [] : [options])], 2)
  }

  #journey({ steps, ...rest }: Json): Json {
    return { ...rest, steps: (steps as readonly Json[]).map((step) => this.#step(step)) }
  }

  #step({ think, request, ...shared }: Json): Code {
    if (think !== undefined) return this.#call('think', [think], 4)
    const { method, path, ...parts } = request as Json
    const options = { ...shared, ...parts }
    const last = Object.keys(options).length === 0 ? [] : [options]
    const isUsual = METHODS.includes(String(method))
    return isUsual
      ? this.#call(`http.${String(method).toLowerCase()}`, [path, ...last], 4)
      : this.#call('http.request', [method, path, ...last], 4)
  }

  #call(builder: string, args: readonly unknown[], depth: number): Code {
    this.imports.add(builder.split('.')[0] as string)
    return new Code(`${builder}(${args.map((arg) => this.#value(arg, depth)).join(', ')})`)
  }

  #value(value: unknown, depth: number, isBroken = false): string {
    if (value instanceof Code) return value.text
    if (typeof value === 'string') return this.#text(value)
    if (Array.isArray(value)) {
      const items = value.map((item) => this.#value(item, depth + 1))
      return enclosed('[', items, ']', depth, isBroken)
    }
    if (!isObject(value)) return JSON.stringify(value) ?? 'undefined'
    const entries = Object.entries(value).map(
      ([key, entry]) => `${this.#key(key)}: ${this.#value(entry, depth + 1)}`,
    )
    return enclosed('{', entries, '}', depth, isBroken)
  }

  #key(key: string): string {
    // `__proto__` as a key of a literal would be something else.
    if (key === '__proto__') return "['__proto__']"
    const text = this.#text(key)
    if (text.includes('secret(')) return `[${text}]`
    return /^[A-Za-z_$][\w$]*$/.test(key) ? key : text
  }

  /** A text with its secrets as calls. */
  #text(text: string): string {
    const [, only] = /^\{\{secret\.([\w-]+)\}\}$/.exec(text) ?? []
    if (only !== undefined) {
      this.imports.add('secret')
      return `secret('${only}')`
    }
    if (text.search(SECRET) === -1) return quoted(text)
    this.imports.add('secret')
    const parts = text.split(SECRET)
    return `\`${parts.map((part, i) => (i % 2 === 1 ? `\${secret('${part}')}` : inTemplate(part))).join('')}\``
  }
}

function mapValues(object: Json, change: (value: unknown) => unknown): Json {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]))
}

function enclosed(
  open: string,
  parts: readonly string[],
  close: string,
  depth: number,
  isBroken: boolean,
): string {
  if (parts.length === 0) return `${open}${close}`
  const flat = open === '{' ? `{ ${parts.join(', ')} }` : `[${parts.join(', ')}]`
  if (!isBroken && flat.length + depth * 2 <= WIDTH && !flat.includes('\n')) return flat
  const indent = '  '.repeat(depth + 1)
  return `${open}\n${parts.map((part) => `${indent}${part},`).join('\n')}\n${'  '.repeat(depth)}${close}`
}

function quoted(text: string): string {
  const json = JSON.stringify(text).slice(1, -1).replace(/\\"/g, '"').replaceAll("'", "\\'")
  return `'${json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`
}

function inTemplate(text: string): string {
  return text.replace(/[\\`]|\$(?=\{)/g, '\\$&').replace(/\r/g, '\\r')
}
