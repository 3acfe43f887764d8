/** Secrets in what is imported: they are replaced by names of the environment, and no value of theirs is written. */
import { putAt } from '../../base/names.ts'
import { isSecretName } from '../../telemetry/secret-names.ts'
import {
  type ImportedBody,
  type ImportedJourney,
  type ImportedRequest,
  type ImportedStep,
  mapRequest,
} from './imported.ts'
import type { ImportReport } from './report.ts'

/** Headers whose values are secrets. */
const SECRET_HEADER = /auth|cookie|token|secret|key|session|passw/i
/** Headers that only sound like it. */
const HARMLESS_HEADER = /^(?:idempotency-key|sec-.*|cache-key|x-idempotency-key|:authority)$/i
/** Query and form fields that logins use, besides the names that logs hide. */
const SECRET_FIELD = /^(?:key|sig|signature|code|otp|pin|auth|session|sid|jwt|client_secret|pass)$/i
/** Texts that are secrets wherever they stand: JSON web tokens, and keys that say so themselves. */
const SECRET_TEXT =
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|\b(?:ghp|gho|ghs|github_pat|sk|rk|pk|xox[abpr]|glpat)[-_][\w-]{16,}|\bAKIA[A-Z\d]{16}\b/g
/** Shorter values may stand elsewhere by chance. */
const VALUE_CHARS_MIN = 8

/** Replaces secrets, the same value always by the same name. */
export class SecretValues {
  readonly #names = new Map<string, string>()
  readonly #report: ImportReport

  constructor(report: ImportReport) {
    this.#report = report
  }

  /** Replaces the secrets in all requests. */
  hideIn(journeys: readonly ImportedJourney[]): readonly ImportedJourney[] {
    const named = journeys.map((journey) => ({ ...journey, steps: this.hideInSteps(journey.steps) }))
    return named.map((journey) => ({
      ...journey,
      steps: journey.steps.map((step) =>
        step.kind === 'request' ? mapRequest(step, (text) => this.#withoutKnown(text)) : step,
      ),
    }))
  }

  hideInSteps(steps: readonly ImportedStep[]): readonly ImportedStep[] {
    return steps.map((step) => (step.kind === 'request' ? this.#hideInRequest(step) : step))
  }

  /** Returns the text that stands for a secret. @param hint words for its name @param what it is, for people */
  reference(value: string, hint: string, what: string): string {
    const known = this.#names.get(value)
    if (known !== undefined) return `{{secret.${known}}}`
    const plain = environmentName(hint)
    const taken = new Set(this.#names.values())
    let name = plain
    for (let n = 2; taken.has(name); n++) name = `${plain}_${n}`
    this.#names.set(value, name)
    this.#report.secret(name, what)
    return `{{secret.${name}}}`
  }

  #hideInRequest(request: ImportedRequest): ImportedRequest {
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(request.headers))
      putAt(headers, name, this.#header(name, value))
    const { body } = request
    return mapRequest(
      {
        ...request,
        headers,
        path: this.#pairs(request.path, /([?&])([^=&#]+)=([^&#]*)/g, 'query'),
        body: body === null ? null : this.#body(body),
      },
      (text) => text.replace(SECRET_TEXT, (value) => this.reference(value, 'TOKEN', 'a token in a request')),
    )
  }

  #header(name: string, value: string): string {
    if (!isSecretHeader(name) || value === '' || hasVariable(value)) return value
    const [, scheme = '', rest = value] = /^((?:Bearer|Basic|Token|ApiKey) +)(\S[\s\S]*)$/i.exec(value) ?? []
    const what = `the header ${name.toLowerCase()}${scheme === '' ? '' : `, after ${scheme.trim()}`}`
    return `${scheme}${this.reference(rest, hintOf(name, scheme), what)}`
  }

  #body(body: ImportedBody): ImportedBody {
    if ('form' in body)
      return {
        form: Object.fromEntries(
          Object.entries(body.form).map(([name, value]) => [name, this.#field(name, value, 'form field')]),
        ),
      }
    if ('json' in body) return { json: this.#json(body.json) }
    return { body: this.#pairs(body.body, /(^|&)([^=&\s{}"<]+)=([^&\s<]*)/g, 'form field') }
  }

  #json(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((entry) => this.#json(entry))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [
        key,
        typeof entry === 'string' ? this.#field(key, entry, 'JSON field') : this.#json(entry),
      ]),
    )
  }

  #pairs(text: string, pattern: RegExp, kind: string): string {
    return text.replace(pattern, (whole, before: string, name: string, value: string) => {
      const hidden = this.#field(name, value, kind)
      return hidden === value ? whole : `${before}${name}=${hidden}`
    })
  }

  #field(name: string, value: string, kind: string): string {
    if (value === '' || hasVariable(value) || !isSecretField(name)) return value
    return this.reference(kind === 'JSON field' ? value : decoded(value), name, `the ${kind} ${name}`)
  }

  /** Replaces values that were recognized elsewhere by the name of their place. */
  #withoutKnown(text: string): string {
    let changed = text
    for (const [value, name] of this.#names)
      if (value.length >= VALUE_CHARS_MIN) changed = changed.replaceAll(value, `{{secret.${name}}}`)
    return changed
  }
}

/** Tells a header whose value is nobody else's business. */
export function isSecretHeader(name: string): boolean {
  return SECRET_HEADER.test(name) && !HARMLESS_HEADER.test(name)
}

/** Tells a field whose value is nobody else's business. */
export function isSecretField(name: string): boolean {
  return isSecretName(name) || SECRET_FIELD.test(name)
}

/** The name of a variable of the environment for a field or a header: `x-api-key` -> `X_API_KEY`. */
export function environmentName(text: string): string {
  const name = text
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .replace(/[^A-Z\d]+/g, '_')
    .replace(/^_+|_+$/g, '')
  return /^[A-Z]/.test(name) ? name : `SECRET_${name}`
}

function hasVariable(text: string): boolean {
  return /(?<!\\)\{\{/.test(text)
}

function hintOf(header: string, scheme: string): string {
  if (!/^authorization$/i.test(header)) return header
  if (/^basic/i.test(scheme)) return 'BASIC_CREDENTIALS'
  return scheme === '' ? 'AUTHORIZATION' : 'API_TOKEN'
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // No percent-encoding: it is the value itself.
    return text
  }
}

/** The value of a header for basic authentication; where it is made of variables, its base64 comes from the environment. */
export function basicAuth(user: string, password: string, report: ImportReport): string {
  if (!hasVariable(user) && !hasVariable(password))
    return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  report.secret('BASIC_CREDENTIALS', 'the base64 of name:password')
  return 'Basic {{secret.BASIC_CREDENTIALS}}'
}
