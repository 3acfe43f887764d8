/** The body of a request: text with variables in one of three forms, bytes, or several parts of both. */
import {
  type Encode,
  encodeInJsonString,
  type MakeTemplate,
  Template,
  type VariableLookup,
} from '../../base/template.ts'
import type { StepAuth } from './auth-schema.ts'
import { MULTIPART_TYPE, MultipartBody, type PartContent, type Parts } from './multipart-body.ts'
import { encodeFormText } from './url-encoding.ts'

/** Text with variables, bytes that are sent as they are, or parts of both. */
export type RequestBody = Template | Uint8Array | MultipartBody

type FieldValue = string | number | boolean

/** Fields of a form or a query; a list is a field that is there several times. */
export type Fields = Readonly<Record<string, FieldValue | readonly FieldValue[]>>

/** The parts of a code request besides method and path. */
export interface CodeRequest {
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly json?: unknown
  /** Text, or bytes that are sent as they are. */
  readonly body?: PartContent | undefined
  readonly form?: Fields | undefined
  readonly multipart?: Parts | undefined
  readonly query?: Fields | undefined
  readonly auth?: StepAuth | undefined
}

/** The body of a request for an agent; '' for none. @throws UnsetVariable */
export function bodyContent(body: RequestBody | null, variables: VariableLookup): Buffer | string {
  if (body === null) return ''
  return body instanceof Uint8Array
    ? Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    : body.render(variables)
}

/** Tells whether nothing in a body ever changes. */
export function isConstantBody(body: RequestBody | null): boolean {
  return body === null || body instanceof Uint8Array || body.constant !== null
}

/** Makes the body that a request states, and the type of its content; null for none. */
export function bodyOf(
  { json, body, form, multipart }: CodeRequest,
  make: MakeTemplate,
  makeJson: (text: string) => Template = (text) => make(text, encodeInJsonString),
): { readonly body: RequestBody | null; readonly type: string | null } {
  if (json !== undefined) return { body: makeJson(JSON.stringify(json)), type: 'application/json' }
  if (form !== undefined)
    return { body: fieldsTemplate(form, make, encodeFormText), type: 'application/x-www-form-urlencoded' }
  if (multipart !== undefined) return { body: new MultipartBody(multipart, make), type: MULTIPART_TYPE }
  if (body === undefined) return { body: null, type: null }
  if (typeof body === 'string') return { body: make(body), type: null }
  // A copy: code may write to its bytes before they are sent.
  if (body instanceof Uint8Array) return { body: Uint8Array.from(body), type: null }
  const bytes = 'bytes' in body ? Uint8Array.from(body.bytes) : Buffer.from(body.base64, 'base64')
  return { body: bytes, type: body.type ?? null }
}

/** Makes the text of fields: `a=1&tag=x&tag=y`. */
export function fieldsTemplate(fields: Fields, make: MakeTemplate, encode: Encode): Template {
  const named = Object.entries(fields).flatMap(([name, value]) =>
    (isList(value) ? value : [value]).map((each) => [name, String(each)] as const),
  )
  return Template.join(
    named.map(([name, value], index) =>
      Template.join([
        Template.of(index === 0 ? '' : '&'),
        make(name, encode, encode),
        Template.of('='),
        make(value, encode, encode),
      ]),
    ),
  )
}

function isList(value: Fields[string]): value is readonly FieldValue[] {
  return Array.isArray(value)
}
