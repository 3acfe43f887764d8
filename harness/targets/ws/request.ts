/** A request as its driver sends it: compiled once, rendered for each exchange. */
import { encodeInJsonString, type MakeTemplate, Template, type VariableLookup } from '../../base/template.ts'
import { compileBody, type MismatchOf } from '../../expectations/body.ts'
import { compileJsonPath, type FindInJson } from '../../expectations/json-path.ts'
import { compileWantedJson } from '../../expectations/wanted-text.ts'
import { encodeIllegal, percentEncode } from '../http/url-encoding.ts'
import type { WsAwait, WsConfig, WsContent, WsRequestDocument } from './schema.ts'

/** A message to send. */
export interface Outgoing {
  /** @throws UnsetVariable */
  content(variables: VariableLookup): string | Buffer
  /** The id that its answer will hold; undefined when it holds none. @throws UnsetVariable */
  id(variables: VariableLookup): unknown
}

/** Messages to wait for. */
export interface Awaited {
  readonly mismatchOf: MismatchOf | null
  readonly count: number
}

export type WsAction =
  | { readonly kind: 'open'; readonly path: Template }
  | {
      readonly kind: 'message'
      readonly send: Outgoing | null
      readonly awaited: Awaited | null
      /** The server hands it on to the consumers of the target. */
      readonly isBroadcast: boolean
    }
  | { readonly kind: 'ping' }
  | { readonly kind: 'close'; readonly code: number; readonly reason: Template }

export type WsRequest = WsAction & { readonly step: string }

/** The places of ids in messages; null where nothing correlates them. */
export interface Correlation {
  readonly out: FindInJson
  readonly in: FindInJson
}

/** @throws HarnessError SCENARIO_INVALID for a path that cannot be read */
export function correlationOf({ correlate }: WsConfig): Correlation | null {
  if (correlate === undefined) return null
  const find = (place: string) => compileJsonPath(place.slice('json:'.length))
  return { out: find(correlate.out), in: find(correlate.in) }
}

/** Compiles what a step or code asks for. @param make `Template.parse` for steps, `Template.ofCode` for code */
export function actionOf(
  { open, send, broadcast, await: awaited, ping, close }: WsRequestDocument,
  correlation: Correlation | null,
  make: MakeTemplate,
): WsAction {
  if (open !== undefined) return { kind: 'open', path: pathOf(open, make) }
  if (ping !== undefined) return { kind: 'ping' }
  if (close !== undefined) return { kind: 'close', code: close.code, reason: make(close.reason) }
  return {
    kind: 'message',
    send: send === undefined ? null : outgoingOf(send, correlation, make),
    awaited: awaited === undefined ? null : awaitedOf(awaited, make),
    isBroadcast: broadcast === true,
  }
}

/** A path that begins with a variable is taken as a whole; elsewhere values are escaped. */
function pathOf(path: string, make: MakeTemplate): Template {
  const end = path.startsWith('{{') ? path.indexOf('}}') + 2 : 0
  return Template.join([
    make(path.slice(0, end), encodeIllegal),
    make(path.slice(end), percentEncode, encodeIllegal),
  ])
}

function awaitedOf({ where, count }: WsAwait, make: MakeTemplate): Awaited {
  return { mismatchOf: where === undefined ? null : compileBody(where, make), count }
}

function outgoingOf(content: WsContent, correlation: Correlation | null, make: MakeTemplate): Outgoing {
  if ('base64' in content) {
    const bytes = Buffer.from(content.base64, 'base64')
    return { content: () => bytes, id: () => undefined }
  }
  if ('text' in content) return { ...textOf(make(content.text)), id: () => undefined }
  const text = make(JSON.stringify(content.json) ?? 'null', encodeInJsonString)
  const id = correlation?.out(content.json)
  return { ...textOf(text), id: id === undefined ? () => undefined : compileWantedJson(id, make) }
}

/** Returns content that is sent as it is written: braces mean nothing in it. */
export function literalContentOf(content: WsContent): string | Buffer {
  return outgoingOf(content, null, Template.ofCode).content(() => undefined)
}

/** Text without variables is encoded once. */
function textOf(template: Template): Pick<Outgoing, 'content'> {
  const { constant } = template
  return { content: constant === null ? (variables) => template.render(variables) : () => constant }
}
