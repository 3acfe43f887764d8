/** A request of either version of HTTP as it is told: in samples of failures, and in trials. */
import { UnsetVariable, type VariableLookup } from '../../base/template.ts'
import type { SentAs, SentWhole } from '../../ports/target.ts'
import type { RequestParts } from './request.ts'
import { bodyContent } from './request-body.ts'

/** Describes a request for people; null when it could not be put together. */
export function describeRequest(
  { method, path }: RequestParts,
  origin: string,
  variables: VariableLookup,
): SentAs | null {
  try {
    return { method, url: origin + path.render(variables) }
  } catch (error) {
    if (error instanceof UnsetVariable) return null
    throw error
  }
}

/** Describes a whole request for people. @param cookie value of the Cookie header, '' for none @throws UnsetVariable */
export function describeWhole(
  parts: RequestParts,
  origin: string,
  variables: VariableLookup,
  cookie: string,
): SentWhole {
  const { method, path, headers, body, authority, sign } = parts
  const stated = headers.entries.map(([name, value]) => [name, value.render(variables)] as const)
  const content = body === null ? null : bodyContent(body, variables)
  const place = path.render(variables)
  const proof = sign?.({ method, path: place, authority, body: content ?? '' }, variables) ?? {}
  return {
    method,
    url: origin + place,
    headers: [...stated, ...Object.entries(proof), ...(cookie === '' ? [] : [['Cookie', cookie] as const])],
    body: content,
  }
}
