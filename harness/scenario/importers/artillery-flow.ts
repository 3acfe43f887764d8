/** The flow of a scenario of Artillery as steps. */
import { lookUp, putAt } from '../../base/names.ts'
import { isObject, type Json } from '../environments.ts'
import {
  type ImportedBody,
  type ImportedExpect,
  type ImportedRequest,
  type ImportedStep,
  requestOf,
} from './imported.ts'
import { pathOf } from './json-path-text.ts'
import { translated, translatedJson } from './moustache.ts'
import { isHeaderName, isOwnHeader, placeOf } from './place.ts'
import type { ImportReport } from './report.ts'

const METHODS = /^(?:get|head|options|post|put|patch|delete)$/
const MS_PER_UNIT = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
])
/** Rounds of a loop that are written out. */
const ROUNDS_MAX = 10
const DEPTH_MAX = 10

export class FlowReader {
  readonly #report: ImportReport
  readonly #fields: Readonly<Record<string, string>>
  readonly #target: string
  readonly #headers: Json
  readonly #captured = new Set<string>()

  /** @param fields references to data by the name that the script uses @param defaults of all requests */
  constructor(
    report: ImportReport,
    fields: Readonly<Record<string, string>>,
    target: string,
    defaults: unknown,
    http: unknown,
  ) {
    this.#report = report
    this.#fields = fields
    this.#target = this.#text(target)
    const all = isObject(defaults) ? defaults : {}
    const headers = isObject(all['http']) ? all['http']['headers'] : all['headers']
    this.#headers = isObject(headers) ? headers : {}
    if (isObject(http)) for (const key of Object.keys(http)) this.#report.lost('settings of HTTP', key)
  }

  stepsOf(flow: unknown, place: string, depth = 0): readonly ImportedStep[] {
    if (!Array.isArray(flow) || depth > DEPTH_MAX) return []
    return flow.filter(isObject).flatMap((step) => this.#step(step, place, depth))
  }

  #step(step: Json, place: string, depth: number): readonly ImportedStep[] {
    const [kind = ''] = Object.keys(step).filter(
      (key) => METHODS.test(key) || /^(?:think|loop|parallel|log|function|emit|send|connect)$/.test(key),
    )
    const given = lookUp(step, kind)
    if (METHODS.test(kind) && isObject(given)) return [this.#request(kind, given, place)]
    if (kind === 'think') return this.#think(given)
    if (kind === 'loop') return this.#loop(step, place, depth)
    if (kind === 'parallel') {
      this.#report.lost('requests at once (parallel): they are sent one after the other', place)
      return this.stepsOf(step[kind], place, depth + 1)
    }
    if (kind !== 'log')
      this.#report.lost('steps of a flow', `${kind || Object.keys(step).join(', ')}, ${place}`)
    return []
  }

  #request(method: string, settings: Json, place: string): ImportedRequest {
    const url = this.#text(String(settings['url'] ?? '/'))
    const absolute = /^https?:\/\//.test(url)
      ? url
      : `${this.#target.replace(/\/+$/, '')}${url.startsWith('/') ? '' : '/'}${url}`
    const { server, path } = placeOf(absolute)
    const body = this.#body(settings, place)
    for (const hook of ['beforeRequest', 'afterResponse', 'ifTrue', 'gzip', 'formData', 'auth', 'cookie'])
      if (lookUp(settings, hook) !== undefined)
        this.#report.lost(`settings of requests (${hook})`, `${method} ${String(settings['url'])}`)
    const request = requestOf({
      method: method.toUpperCase(),
      server: server === null || server.includes('{{') ? null : server,
      path: this.#withQuery(path, settings['qs']),
      headers: this.#headersOf(
        { ...this.#headers, ...(isObject(settings['headers']) ? settings['headers'] : {}) },
        body,
      ),
      body,
      step: typeof settings['name'] === 'string' ? settings['name'] : null,
      followRedirects: settings['followRedirect'] === false ? 0 : 10,
      expect: this.#expect(settings['expect']),
    })
    // Captures are read last: a request does not use what it brings.
    return {
      ...request,
      extract: this.#captures(settings['capture'], place),
      expect: { ...request.expect, ...this.#matches(settings) },
    }
  }

  #text(text: string): string {
    return translated(text, (expression) => this.#variable(expression))
  }

  #variable(expression: string): string {
    const name = expression.trim()
    const field = lookUp(this.#fields, name)
    if (field !== undefined) return field
    if (this.#captured.has(name)) return `{{${name}}}`
    const [, variable] = /^\$(?:env|processEnvironment)\.(\w+)$/.exec(name) ?? []
    if (variable !== undefined) {
      this.#report.secret(variable, 'a variable of the environment')
      return `{{secret.${variable}}}`
    }
    if (/^\$uuid|^\$testId|vu\.id/.test(name)) return '{{agent.id}}'
    this.#report.lost('variables that a function sets: fill them in', name)
    return `fill-in-${name.replace(/\W+/g, '-')}`
  }

  #body({ json, body, form }: Json, place: string): ImportedBody | null {
    if (json !== undefined) return { json: translatedJson(json, (name) => this.#variable(name)) }
    if (isObject(form)) {
      const fields: Record<string, string> = {}
      for (const [name, value] of Object.entries(form)) putAt(fields, name, this.#text(String(value)))
      return { form: fields }
    }
    if (body === undefined) return null
    if (typeof body !== 'string') this.#report.lost('bodies that are no text', place)
    return typeof body === 'string' ? { body: this.#text(body) } : null
  }

  #headersOf(given: Json, body: ImportedBody | null): Record<string, string> {
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(given)) {
      const isOfBody = /^content-type$/i.test(name) && (body === null || !('body' in body))
      if (isHeaderName(name) && !isOwnHeader(name) && !isOfBody)
        putAt(headers, name.toLowerCase(), this.#text(String(value)))
    }
    return headers
  }

  #withQuery(path: string, qs: unknown): string {
    if (!isObject(qs)) return path
    const pairs = Object.entries(qs).map(([name, value]) => {
      const text = this.#text(String(value))
      return `${encodeURIComponent(name)}=${text.includes('{{') ? text : encodeURIComponent(text)}`
    })
    return pairs.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${pairs.join('&')}`
  }

  #captures(given: unknown, place: string): Record<string, string> {
    const extract: Record<string, string> = {}
    for (const capture of [given].flat().filter(isObject)) {
      const name = String(capture['as'] ?? '')
      const source = sourceOf(capture)
      if (source === null || !/^[\w-]+$/.test(name)) {
        this.#report.lost('captures', `${name}, ${place}`)
        if (name !== '') this.#captured.delete(name)
        continue
      }
      if (/\[\*\]|\.\./.test(String(capture['json'])))
        this.#report.lost('captures of many values: the first one is taken', `${name}, ${place}`)
      this.#captured.add(name)
      putAt(extract, name, source)
    }
    return extract
  }

  #matches({ match }: Json): ImportedExpect {
    const json: Record<string, unknown> = {}
    for (const one of [match].flat().filter(isObject)) {
      const path = typeof one['json'] === 'string' ? pathOf(one['json']) : null
      if (path === null) this.#report.lost('matches that are none of JSON')
      else
        putAt(
          json,
          path,
          translatedJson(one['value'], (name) => this.#variable(name)),
        )
    }
    return Object.keys(json).length === 0 ? {} : { body: { json } }
  }

  #expect(given: unknown): ImportedExpect {
    let expect: ImportedExpect = {}
    for (const one of [given]
      .flat()
      .filter(isObject)
      .flatMap((entry) => Object.entries(entry))) {
      const [kind, value] = one
      const codes = [value].flat().map(Number)
      if (kind === 'statusCode' && codes.every(Number.isInteger))
        expect = { ...expect, status: codes.length === 1 ? (codes[0] as number) : codes }
      else if (kind === 'contentType' && typeof value === 'string')
        expect = { ...expect, header: { 'content-type': value } }
      else this.#report.lost('expectations', kind)
    }
    return expect
  }

  #think(value: unknown): readonly ImportedStep[] {
    const [, amount, unit = 's'] =
      /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|seconds?|minutes?)?$/.exec(String(value).trim()) ?? []
    if (amount === undefined) {
      this.#report.lost('pauses whose length is computed', String(value))
      return []
    }
    const ms = Number(amount) * (MS_PER_UNIT.get(unit.slice(0, 2) === 'ms' ? 'ms' : (unit[0] ?? 's')) ?? 1000)
    return ms > 0 ? [{ kind: 'think', minMs: ms, maxMs: ms }] : []
  }

  #loop(step: Json, place: string, depth: number): readonly ImportedStep[] {
    const steps = this.stepsOf(step['loop'], place, depth + 1)
    const rounds = Number(step['count'])
    if (Number.isInteger(rounds) && rounds > 0 && rounds <= ROUNDS_MAX)
      return Array.from({ length: rounds }, () => steps).flat()
    this.#report.lost('loops: they are walked once', place)
    return steps
  }
}

/** `json`, `header` and `regexp` of a capture; null for what has no extraction here. */
function sourceOf({ json, header, regexp, group, selector }: Json): string | null {
  if (selector !== undefined) return null
  if (typeof header === 'string') return `header:${header.toLowerCase()}`
  if (typeof regexp === 'string') return (group ?? 1) === 1 || group === 0 ? regexOrNull(regexp) : null
  const path = typeof json === 'string' ? pathOf(json) : null
  return path === null ? null : `json:${path}`
}

function regexOrNull(pattern: string): string | null {
  try {
    new RegExp(pattern)
    return `regex:${pattern}`
  } catch {
    // Of another dialect: it is lost.
    return null
  }
}
