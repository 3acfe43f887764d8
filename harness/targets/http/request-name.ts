import { VARIABLE } from '../../base/template.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** `GET /items/:id`: without the query, and with one name for all segments that are numbers, UUIDs or variables. */
export function nameOfRequest(method: string, path: string): string {
  // What a variable is called, or a call is given, is no part of the path.
  const plain = path.includes('{{') ? path.replace(VARIABLE, '{{}}') : path
  const question = plain.search(/[?#]/)
  const bare = question === -1 ? plain : plain.slice(0, question)
  const segments = bare.split('/').map((segment) => (isIdentifier(segment) ? ':id' : segment))
  return `${method} ${segments.join('/')}`
}

function isIdentifier(segment: string): boolean {
  return /^\d+$/.test(segment) || UUID.test(segment) || segment.includes('{{')
}
