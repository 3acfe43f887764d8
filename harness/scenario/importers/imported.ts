/** A scenario that was brought along, between the format that it was in and the file that is written. */
import type { FeederDocument } from '../feeder-schema.ts'

/** Body of a request; its texts may hold `{{variables}}`. */
export type ImportedBody =
  | { readonly json: unknown }
  | { readonly form: Readonly<Record<string, string>> }
  | { readonly body: string }

/** Requirements on the answer, as a step writes them. */
export interface ImportedExpect {
  readonly status?: number | string | readonly (number | string)[]
  readonly body?: {
    readonly contains?: string
    readonly matches?: string
    readonly json?: Readonly<Record<string, unknown>>
  }
  readonly header?: Readonly<Record<string, string>>
}

/** One request. All texts are those of a scenario: what is no variable has its braces escaped. */
export interface ImportedRequest {
  readonly kind: 'request'
  /** In capitals. */
  readonly method: string
  /** `https://api.example`, with a base path where the format has one; null where the format does not say. */
  readonly server: string | null
  /** Path and query; begins with / or a variable. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: ImportedBody | null
  /** Name under which it is recorded; null: method and path. */
  readonly step: string | null
  readonly expect: ImportedExpect
  readonly extract: Readonly<Record<string, string>>
  /** Redirects that were followed. */
  readonly followRedirects: number
}

export interface ImportedThink {
  readonly kind: 'think'
  readonly minMs: number
  readonly maxMs: number
}

export type ImportedStep = ImportedRequest | ImportedThink

export interface ImportedJourney {
  /** For people; made a name of a journey when it is written. */
  readonly name: string
  readonly weight: number
  readonly steps: readonly ImportedStep[]
}

/** A workload as a scenario writes it; `curve` is built of `constant`, `ramp`, `steps` and `sequence`. */
export type ImportedWorkload = Readonly<Record<string, unknown>> & { readonly pattern: string }

/** One of several workloads that a format has side by side. */
export interface ImportedPart {
  /** For people; made a name of a workload when it is written. */
  readonly name: string
  readonly workload: ImportedWorkload
  /** Its begin, in the time of the run. */
  readonly startMs: number
  /** The name of the journey that its agents walk. */
  readonly journey: string
}

export interface Imported {
  /** For people; made a name of a scenario when it is written. */
  readonly name: string
  readonly journeys: readonly ImportedJourney[]
  /** Walked once an agent, before its first journey. */
  readonly login: readonly ImportedStep[]
  /** Null where the format holds no load. */
  readonly workload: ImportedWorkload | null
  /** Several in its place; empty where the format has one, or none. */
  readonly parts: readonly ImportedPart[]
  readonly data: Readonly<Record<string, FeederDocument>>
  readonly objectives: readonly string[]
}

/** Returns a scenario without anything in it, for formats that hold little. */
export function importedOf(name: string, parts: Partial<Omit<Imported, 'name'>>): Imported {
  return { name, journeys: [], login: [], workload: null, parts: [], data: {}, objectives: [], ...parts }
}

/** Returns a request with what was given; the rest is that of a plain GET. */
export function requestOf(parts: Partial<Omit<ImportedRequest, 'kind'>>): ImportedRequest {
  return {
    kind: 'request',
    method: 'GET',
    server: null,
    path: '/',
    headers: {},
    body: null,
    step: null,
    expect: {},
    extract: {},
    followRedirects: 0,
    ...parts,
  }
}

/** Writes a text of elsewhere into a scenario: its braces mean nothing. */
export function literal(text: string): string {
  return text.replaceAll('{{', '\\{{')
}

/** Writes all texts of a JSON value, keys included, so that braces mean nothing. */
export function literalJson(value: unknown): unknown {
  return mapTexts(value, literal)
}

/** Changes all texts of a JSON value, keys included. */
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((entry) => mapTexts(entry, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [change(key), mapTexts(entry, change)]),
  )
}

/** Changes all texts of a request that are sent. */
export function mapRequest(request: ImportedRequest, change: (text: string) => string): ImportedRequest {
  const { path, headers, body } = request
  return {
    ...request,
    path: change(path),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, change(value)])),
    body: body === null ? null : (mapTexts(body, change) as ImportedBody),
  }
}
