/** Targets, as authors write them; a target's type is what `target` is in code journeys. */
import type { FunctionClient, FunctionHandler } from '../targets/function.ts'
import type { HttpClient } from '../targets/http/index.ts'
import type { Faults } from '../targets/sandbox/faults.ts'
import { requestStep, type StepOptions } from './step-builders.ts'
import type { StepDocument } from './step-schema.ts'

/** A target as a scenario names it; `Client` is what code journeys call. */
export interface TargetRef<Client = unknown> {
  readonly plugin: string
  readonly config: Readonly<Record<string, unknown>>
  /** Never set: carries the type. */
  readonly client?: Client
}

/** Settings of an HTTP target. */
export interface HttpConfig {
  /** `http://host:port` */
  readonly url: string
  /** HTTP version, 1 unless said. */
  readonly version?: 1 | 2
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** Largest answer, `'64MiB'` unless said. */
  readonly maxBody?: string
  /** Redirects followed within the origin, 0 unless said. */
  readonly followRedirects?: number
  /** Each agent keeps the cookies it is given, unless false. */
  readonly cookies?: boolean
  readonly tls?: { readonly verify?: boolean; readonly ca?: string }
  /** Process of the target on this machine, to record its CPU and memory. */
  readonly pid?: number
}

/** What an HTTP step takes besides method and path. */
export interface HttpStepOptions extends StepOptions {
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON; at most one of json, body and form. */
  readonly json?: unknown
  readonly body?: string
  readonly form?: Readonly<Record<string, string>>
  /** Redirects to follow; the target's setting unless said. */
  readonly followRedirects?: number
}

function httpStep(method: string, path: string, options: HttpStepOptions = {}): StepDocument {
  const { headers, json, body, form, followRedirects, ...shared } = options
  const parts = Object.entries({ headers, json, body, form, followRedirects }).filter(
    ([, value]) => value !== undefined,
  )
  return requestStep({ method, path, ...Object.fromEntries(parts) }, shared)
}

const withMethod = (method: string) => (path: string, options?: HttpStepOptions) =>
  httpStep(method, path, options)

/** An HTTP target, and its steps: `http({ url })`, `http.get('/items')`. */
export const http = Object.assign(
  (config: HttpConfig): TargetRef<HttpClient> => ({ plugin: 'http', config: { ...config } }),
  {
    get: withMethod('GET'),
    head: withMethod('HEAD'),
    options: withMethod('OPTIONS'),
    post: withMethod('POST'),
    put: withMethod('PUT'),
    patch: withMethod('PATCH'),
    delete: withMethod('DELETE'),
    request: httpStep,
  },
)

/** Settings of the sandbox. */
export interface SandboxConfig {
  /** Of its timing; the run's own unless said. */
  readonly seed?: number
  /** Any free one unless said. */
  readonly port?: number
  /** Faults in force from its start. */
  readonly faults?: Faults
}

/** The embedded sandbox target: started for the run, answers like an agent-governance bridge. */
export function sandbox(config: SandboxConfig = {}): TargetRef<HttpClient> {
  return { plugin: 'sandbox', config: { ...config } }
}

/** A target made of a function, called in the shard's own thread. */
export function functionTarget(handler: FunctionHandler): TargetRef<FunctionClient> {
  return { plugin: 'function', config: { handler } }
}
