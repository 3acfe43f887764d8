/** The modules of k6: what their names mean, and the requests that their calls send. */
import type { CallExpression, ImportDeclaration } from 'acorn'
import { lookUp } from '../../../base/names.ts'
import type { FeederDocument } from '../../feeder-schema.ts'
import type { ImportedRequest, ImportedStep } from '../imported.ts'
import type { ImportReport } from '../report.ts'
import { Extractions } from '../script/extractions.ts'
import { isPlain } from '../script/members.ts'
import {
  AnswerValue,
  FileText,
  JsonText,
  RangeValue,
  RowsValue,
  type Scope,
  UNKNOWN,
} from '../script/values.ts'
import type { ImportSource } from '../source.ts'
import { expectationsOf } from './checks.ts'
import { requestOfCall } from './requests.ts'
import { ScriptData } from './script-data.ts'

const METHODS = /^(?:get|head|options|post|put|patch|del|request)$/

/** The services of a walk to its world. */
export interface Walking {
  inline(code: unknown, args: readonly unknown[]): unknown
  isFunction(value: unknown): boolean
}

export class ScriptWorld {
  readonly #report: ImportReport
  readonly #walking: Walking
  readonly #data: ScriptData
  readonly #modules = new Map<string, string>()
  #steps: ImportedStep[] = []
  #extractions = new Extractions(this.#steps)
  scope: Scope = new Map()

  constructor(source: ImportSource, report: ImportReport, walking: Walking) {
    this.#data = new ScriptData(source, report)
    this.#report = report
    this.#walking = walking
  }

  get feeders(): Readonly<Record<string, FeederDocument>> {
    return this.#data.feeders
  }

  /** Steps that were met so far. */
  get count(): number {
    return this.#steps.length
  }

  /** Begins the steps of a function. */
  begin(): readonly ImportedStep[] {
    this.#steps = []
    this.#extractions = new Extractions(this.#steps)
    return this.#steps
  }

  learnImport({ source, specifiers }: ImportDeclaration): void {
    const from = String(source.value)
    for (const { local } of specifiers) this.#modules.set(local.name, from)
    if (from.startsWith('.')) this.#report.lost('modules of the script: what they do is not known', from)
    if (
      /^k6\/(?:ws|websockets|net\/grpc|experimental\/(?:websockets|grpc|redis|browser)|browser)/.test(from) ||
      /^k6\/x\//.test(from)
    )
      this.#report.lost('protocols beside HTTP', from)
  }

  nameOf(name: string): unknown {
    if (name === '__VU') return '{{agent.id}}'
    if (name === '__ITER') return '{{agent.iteration}}'
    if (/^(?:exec|execution)\.(?:vu|scenario)\.(?:idInTest|idInInstance)$/.test(name)) return '{{agent.id}}'
    if (/\.iterationIn(?:Test|Scenario|Instance)$/.test(name)) return '{{agent.iteration}}'
    return UNKNOWN
  }

  environment(name: string): unknown {
    return new EnvironmentValue(name)
  }

  textOf(value: unknown): string | null {
    if (typeof value === 'string') return value
    if (typeof value === 'number' || typeof value === 'boolean') return String(value)
    if (value instanceof AnswerValue) return this.#extractions.reference(value)
    if (value instanceof RangeValue) return this.#data.drawnNumber(value)
    if (value instanceof JsonText) return JSON.stringify(value.value)
    if (!(value instanceof EnvironmentValue)) return null
    this.#report.secret(value.name, 'a variable of the environment')
    return `{{secret.${value.name}}}`
  }

  memberOf(value: unknown, key: string): unknown {
    if (value instanceof RowsValue) return value.isRow ? `{{${value.feeder}.${key}}}` : UNKNOWN
    if (value instanceof AnswerValue && value.path !== null)
      return new AnswerValue(value.step, [...value.path, key])
    return isPlain(value) ? (lookUp(value, key) ?? UNKNOWN) : UNKNOWN
  }

  call(path: string, args: readonly unknown[], call: CallExpression): unknown {
    const [owner = '', method = ''] = path.split('.')
    const isHttp = owner === 'http' || this.#modules.get(owner) === 'k6/http'
    if (isHttp && (METHODS.test(method) || method === 'batch')) return this.#http(method, args, call)
    if (owner === 'Math') return ofMath(method, args)
    switch (path) {
      case 'sleep':
        return this.#sleep(args[0])
      case 'check':
        return this.#check(args)
      case 'group':
      case 'describe':
        return this.#walking.inline(args[1], [])
      case 'http.url':
        return args[0]
      case 'new SharedArray':
        return this.#data.rows(String(args[0]), this.#walking.inline(args[1], []))
      case 'open':
        return typeof args[0] === 'string' ? new FileText(args[0]) : UNKNOWN
      case 'papaparse.parse':
        return args[0] instanceof FileText ? new FileText(args[0].path, 'csv') : UNKNOWN
      case 'randomIntBetween':
        return rangeOf(args)
      case 'Number':
      case 'parseInt':
        return args[0]
      case 'encoding.b64encode':
      case 'b64encode':
        return base64Of(this.textOf(args[0]))
      case 'randomItem':
        return this.#data.item(args[0])
      default:
        return this.#other(path, args, call)
    }
  }

  #http(method: string, args: readonly unknown[], call: CallExpression): unknown {
    return method === 'batch' ? this.#batch(args[0], call) : this.#request(method, args, call)
  }

  #other(path: string, args: readonly unknown[], call: CallExpression): unknown {
    const code = this.scope.get(path)
    if (this.#walking.isFunction(code)) return this.#walking.inline(code, args)
    if (/\.(?:forEach|map)$/.test(path) && Array.isArray(args)) {
      const list = this.scope.get(path.replace(/\.\w+$/, ''))
      if (Array.isArray(list) && list.length <= 10)
        return list.map((item, i) => this.#walking.inline(args[0], [item, i]))
    }
    if (/^(?:ws|grpc|client|page|browser)\./.test(path))
      this.#report.lost('calls of other protocols', `${path}, line ${call.loc?.start.line}`)
    // Handed over to somebody else, a function may be called: what it sends is kept.
    if (/^new Promise|\.then$|setTimeout/.test(path)) for (const arg of args) this.#walking.inline(arg, [])
    return UNKNOWN
  }

  #request(method: string, args: readonly unknown[], call: CallExpression): unknown {
    const line = `line ${call.loc?.start.line}`
    const request = requestOfCall(method, args, {
      textOf: (value) => this.textOf(value),
      report: this.#report,
      line,
    })
    if (request === null) {
      this.#report.lost('requests whose URL is computed', line)
      return UNKNOWN
    }
    this.#steps.push(request)
    return new AnswerValue(this.#steps.length - 1)
  }

  /** Requests at once come one after the other: steps do. */
  #batch(given: unknown, call: CallExpression): unknown {
    const requests = Array.isArray(given) ? given : Object.values(isPlain(given) ? given : {})
    if (requests.length > 1)
      this.#report.lost(
        'requests at once (batch): they are sent one after the other',
        `line ${call.loc?.start.line}`,
      )
    return requests.map((request) => {
      if (typeof request === 'string') return this.#request('get', [request], call)
      if (Array.isArray(request)) return this.#request('request', request, call)
      if (!isPlain(request)) return UNKNOWN
      return this.#request(
        'request',
        [request['method'] ?? 'GET', request['url'], request['body'], request['params']],
        call,
      )
    })
  }

  #sleep(seconds: unknown): undefined {
    const range = typeof seconds === 'number' ? new RangeValue(seconds, seconds) : seconds
    if (!(range instanceof RangeValue)) this.#report.lost('pauses whose length is computed')
    else if (range.high > 0)
      this.#steps.push({ kind: 'think', minMs: Math.max(0, range.low) * 1000, maxMs: range.high * 1000 })
    return undefined
  }

  #check([answer, checks]: readonly unknown[]): unknown {
    if (!(answer instanceof AnswerValue)) return UNKNOWN
    const asked = this.#steps[answer.step]
    if (asked?.kind === 'request')
      this.#steps[answer.step] = {
        ...asked,
        expect: { ...asked.expect, ...expectationsOf(checks, this.#report) },
      } satisfies ImportedRequest
    return true
  }
}

/** A variable of the environment, by its name. */
class EnvironmentValue {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

function base64Of(text: string | null): unknown {
  return text === null || text.includes('{{') ? UNKNOWN : Buffer.from(text).toString('base64')
}

/** A number by chance; others are what they round. */
function ofMath(method: string, args: readonly unknown[]): unknown {
  if (method === 'random') return new RangeValue(0, 1)
  return /^(?:floor|round|ceil|trunc)$/.test(method) ? args[0] : UNKNOWN
}

function rangeOf([low, high]: readonly unknown[]): unknown {
  return typeof low === 'number' && typeof high === 'number' ? new RangeValue(low, high) : UNKNOWN
}
