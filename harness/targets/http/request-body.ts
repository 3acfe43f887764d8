/** The body of a request: text with variables in one of three forms, or the bytes that code gave. */
import { encodeInJsonString, type MakeTemplate, Template, type VariableLookup } from '../../base/template.ts'
import { encodeFormText } from './url-encoding.ts'

/** Text with variables, or bytes that are sent as they are. */
export type RequestBody = Template | Uint8Array

/** The parts of a code request besides method and path. */
export interface CodeRequest {
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly json?: unknown
  /** Text, or bytes that are sent as they are. */
  readonly body?: string | Uint8Array | undefined
  readonly form?: Readonly<Record<string, string>> | undefined
}

/** The body of a request for an agent; '' for none. @throws UnsetVariable */
export function bodyContent(body: RequestBody | null, variables: VariableLookup): Buffer | string {
  if (body === null) return ''
  return body instanceof Uint8Array
    ? Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    : body.render(variables)
}

/** Makes the body that a request states, and the type of its content; null for none. */
export function bodyOf(
  { json, body, form }: CodeRequest,
  make: MakeTemplate,
): { readonly body: RequestBody | null; readonly type: string | null } {
  if (json !== undefined)
    return { body: make(JSON.stringify(json), encodeInJsonString), type: 'application/json' }
  if (form !== undefined) return { body: formTemplate(form, make), type: 'application/x-www-form-urlencoded' }
  if (body === undefined) return { body: null, type: null }
  // A copy: code may write to its bytes before they are sent.
  return { body: typeof body === 'string' ? make(body) : Uint8Array.from(body), type: null }
}

function formTemplate(form: Readonly<Record<string, string>>, make: MakeTemplate): Template {
  const pairs = Object.entries(form).map(([name, value], index) =>
    Template.join([
      Template.of(index === 0 ? '' : '&'),
      make(name, encodeFormText, encodeFormText),
      Template.of('='),
      make(value, encodeFormText, encodeFormText),
    ]),
  )
  return Template.join(pairs)
}
