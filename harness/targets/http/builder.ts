/** An HTTP target and its steps, as authors write them. */
import { withoutGaps } from '../../base/without-gaps.ts'
import type { Written } from '../../base/written.ts'
import type { TargetRef } from '../../ports/target-plugin.ts'
import { type RequestStep, requestStep, type StepOptions } from '../step.ts'
import type { HttpClient } from './client.ts'
import type { httpConfigSchema, httpRequestSchema } from './schema.ts'

/** Parts of an HTTP step besides method and path. */
export type HttpStepOptions = StepOptions & Omit<Written<typeof httpRequestSchema>, 'method' | 'path'>

function httpStep(method: string, path: string, options: HttpStepOptions = {}): RequestStep {
  const { query, headers, auth, json, body, form, multipart, followRedirects, ...shared } = options
  const parts = withoutGaps({ query, headers, auth, json, body, form, multipart, followRedirects })
  return requestStep({ method, path, ...parts }, shared)
}

const withMethod = (method: string) => (path: string, options?: HttpStepOptions) =>
  httpStep(method, path, options)

/** An HTTP target, and its steps: `http({ url })`, `http.get('/items')`. */
export const http = Object.assign(
  (config: Written<typeof httpConfigSchema>): TargetRef<HttpClient> => ({ plugin: 'http', config }),
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
