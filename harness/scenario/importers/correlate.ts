/**
 * Correlation: a value in an answer that a later request sends is taken out of the answer, instead of being sent as it was when the
 * requests were recorded. A value that the client itself sent before is its own, whoever repeats it.
 */

import { type FoundValue, findValue, type RecordedAnswer } from './found-value.ts'
import { type ImportedRequest, type ImportedStep, mapRequest } from './imported.ts'
import { singular, VariableNames } from './names.ts'

/** A step and the answer that it got; null where none was recorded, and for pauses. */
export interface RecordedStep {
  readonly step: ImportedStep
  readonly answer: RecordedAnswer | null
}

/** An extraction that was found. */
export interface Correlation {
  readonly variable: string
  /** Places in the list of steps. */
  readonly from: number
  readonly to: number
}

/** Shorter values may be alike by chance, except for those that are called an id. */
const CHARS_MIN = 6
const WORDS =
  /^(?:true|false|null|undefined|none|default|active|enabled|disabled|utf-?8|application\/[\w.+-]+|text\/\w+|\w{2}[-_]\w{2}|https?)$/i

/** Makes extractions of the values that answers hold and later requests send. */
export function correlate(recorded: readonly RecordedStep[]): {
  readonly steps: readonly ImportedStep[]
  readonly found: readonly Correlation[]
} {
  const steps = recorded.map(({ step }) => step)
  const names = new VariableNames()
  const found: Correlation[] = []
  const known = new Map<string, string>()
  const sent = new Set<string>()
  recorded.forEach(({ step }, to) => {
    if (step.kind !== 'request') return
    for (const candidate of valuesSentBy(step)) {
      const { value } = candidate
      if (known.has(value) || sent.has(value) || !isTelling(candidate)) continue
      const origin = originOf(recorded, to, candidate)
      if (origin === null) continue
      const variable = names.of(variableName(origin.value, candidate, steps[origin.at] as ImportedRequest))
      known.set(value, variable)
      const asked = steps[origin.at] as ImportedRequest
      steps[origin.at] = { ...asked, extract: { ...asked.extract, [variable]: origin.value.source } }
      found.push({ variable, from: origin.at, to })
    }
    steps[to] = withVariables(steps[to] as ImportedRequest, known)
    for (const { value } of valuesSentBy(step)) sent.add(value)
  })
  return { steps, found }
}

/** A value that a request sends, and what it is called there. */
export interface SentValue {
  readonly value: string
  /** Name of the field, the header or the segment before it. */
  readonly name: string
}

/** Values that a request sends: segments of its path, its query, fields and headers. */
export function valuesSentBy({ path, headers, body }: ImportedRequest): readonly SentValue[] {
  const [bare = '', query = ''] = path.split('?')
  const segments = bare.split('/').filter((segment) => segment !== '')
  return [
    ...segments.map((segment, i) => ({ value: decoded(segment), name: singular(segments[i - 1] ?? '') })),
    ...pairsIn(query),
    ...Object.entries(headers).map(([name, value]) => ({ value: value.replace(/^Bearer +/i, ''), name })),
    ...(body === null ? [] : valuesInBody(body)),
  ].filter(({ value }) => value !== '' && !value.includes('{{'))
}

function valuesInBody(body: NonNullable<ImportedRequest['body']>): readonly SentValue[] {
  if ('form' in body) return Object.entries(body.form).map(([name, value]) => ({ name, value }))
  if ('json' in body) return leavesOf(body.json, '')
  return /^[^\s{}<>"]+=[^\s{}<>"]*$/.test(body.body) ? pairsIn(body.body) : []
}

function leavesOf(value: unknown, name: string): readonly SentValue[] {
  if (Array.isArray(value)) return value.flatMap((entry) => leavesOf(entry, singular(name)))
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, entry]) => leavesOf(entry, key))
  // A variable in JSON is text: a number that came from it would not be the number that was sent.
  return typeof value === 'string' ? [{ value, name }] : []
}

function pairsIn(text: string): readonly SentValue[] {
  return [...new URLSearchParams(text)].map(([name, value]) => ({ name, value }))
}

function isTelling({ value, name }: SentValue): boolean {
  if (WORDS.test(value)) return false
  if (value.length >= CHARS_MIN && (/\d/.test(value) || value.length >= 2 * CHARS_MIN)) return true
  return isNameOfId(name) ? /\d/.test(value) : /^\d+$/.test(value) && name !== ''
}

function isNameOfId(name: string): boolean {
  return /(?:^|[a-z_-])(?:id|ref|token|csrf|nonce|key|number|code|uuid|guid|sid)$/i.test(name)
}

/** The answer nearest before the request that holds the value. */
function originOf(
  recorded: readonly RecordedStep[],
  to: number,
  { value, name }: SentValue,
): { readonly at: number; readonly value: FoundValue } | null {
  for (let at = to - 1; at >= 0; at--) {
    const answer = recorded[at]?.answer ?? null
    if (answer === null || recorded[at]?.step.kind !== 'request') continue
    const found = findValue(answer, value)
    // A short number is an id only where the answer calls it one.
    if (found !== null && (value.length >= CHARS_MIN || isNameOfId(found.name) || isNameOfId(name)))
      return { at, value: found }
  }
  return null
}

/** `cart.id` is the cartId; an id of nothing is that of what was asked for. */
function variableName(found: FoundValue, sent: SentValue, asked: ImportedRequest): string {
  const name = found.name || sent.name || 'value'
  if (!/^_?(?:id|uuid|guid|key|token|number|code|value|self)$/i.test(name)) return name
  const nouns = (asked.path.split('?')[0] ?? '')
    .split('/')
    .filter((segment) => /^[a-z][a-z_-]*$/i.test(segment))
  const owner = found.parent || singular(nouns.at(-1) ?? '')
  const bare = name.replace(/^_/, '')
  return owner === '' || owner === bare
    ? bare
    : `${singular(owner)} ${bare[0]?.toUpperCase()}${bare.slice(1)}`
}

/** Puts variables in the place of whole values that are known. */
function withVariables(request: ImportedRequest, known: ReadonlyMap<string, string>): ImportedRequest {
  if (known.size === 0) return request
  const reference = (value: string) => {
    const variable = known.get(value)
    return variable === undefined ? null : `{{${variable}}}`
  }
  const [bare = '', ...query] = request.path.split('?')
  const path = bare
    .split('/')
    .map((segment) => reference(decoded(segment)) ?? segment)
    .join('/')
  const asked = query
    .join('?')
    .replace(/(^|&)([^=&]*)=([^&]*)/g, (whole, before: string, name: string, value: string) => {
      const variable = reference(formDecoded(value))
      return variable === null ? whole : `${before}${name}=${variable}`
    })
  const whole = (text: string) => reference(text) ?? text
  const changed = mapRequest({ ...request, headers: {} }, whole)
  return {
    ...changed,
    path: query.length === 0 ? path : `${path}?${asked}`,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => {
        const [, scheme = ''] = /^(Bearer +)/i.exec(value) ?? []
        const variable = reference(value.slice(scheme.length))
        return [name, variable === null ? value : `${scheme}${variable}`]
      }),
    ),
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // No percent-encoding: it is the value itself.
    return text
  }
}

function formDecoded(text: string): string {
  return decoded(text.replaceAll('+', ' '))
}
