/** Security schemes: what a request has to prove comes from the environment. */
import { lookUp } from '../../../base/names.ts'
import { isObject, type Json } from '../../environments.ts'
import { environmentName } from '../secret-values.ts'
import type { OperationContext } from './context.ts'

interface Field {
  readonly name: string
  readonly value: string
}

/** Parts of a request that prove who asks. */
export interface Auth {
  readonly headers: readonly Field[]
  readonly query: readonly Field[]
  readonly cookies: readonly Field[]
}

/** @param own security of the operation; undefined: that of the document */
export function authOf(own: unknown, context: OperationContext, place: string): Auth {
  const asked = own ?? context.document['security']
  const [first] = Array.isArray(asked) ? asked.filter((each) => isObject(each)) : []
  const fields = Object.keys(first ?? {}).map((name) => fieldOf(name, context, place))
  const of = (kind: string) => fields.flatMap((field) => (field?.in === kind ? [field] : []))
  return { headers: of('header'), query: of('query'), cookies: of('cookie') }
}

function fieldOf(
  name: string,
  { document, references, report }: OperationContext,
  place: string,
): (Field & { readonly in: string }) | null {
  const components = document['components']
  const schemes =
    isObject(components) && isObject(components['securitySchemes']) ? components['securitySchemes'] : {}
  const scheme = references.resolve(lookUp(schemes, name))
  if (!isObject(scheme)) {
    report.lost('security schemes that are not described', `${name}, ${place}`)
    return null
  }
  const reference = (secretName: string, what: string) => {
    report.secret(secretName, what)
    return `{{secret.${secretName}}}`
  }
  switch (scheme['type']) {
    case 'apiKey':
      return {
        in: String(scheme['in']),
        name: String(scheme['name']),
        value: reference(environmentName(String(scheme['name'])), `the API key ${String(scheme['name'])}`),
      }
    case 'http':
      return { in: 'header', name: 'authorization', value: httpValue(scheme, reference) }
    case 'oauth2':
    case 'openIdConnect':
      report.note('OAuth 2 and OpenID Connect: get a token yourself, and set API_TOKEN')
      return {
        in: 'header',
        name: 'authorization',
        value: `Bearer ${reference('API_TOKEN', 'an access token')}`,
      }
    default:
      report.lost(`security of type ${String(scheme['type'])}`, place)
      return null
  }
}

function httpValue(scheme: Json, reference: (name: string, what: string) => string): string {
  const kind = String(scheme['scheme']).toLowerCase()
  if (kind === 'basic') return `Basic ${reference('BASIC_CREDENTIALS', 'the base64 of name:password')}`
  return kind === 'bearer'
    ? `Bearer ${reference('API_TOKEN', 'a bearer token')}`
    : reference('AUTHORIZATION', `the header authorization (${kind})`)
}
