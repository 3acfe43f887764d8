/** The body that flags say: text, a file, a form, or a form with files. */
import { HarnessError } from '../../base/errors.ts'
import { textOfFile } from './flag-files.ts'
import type { FlagPlace, RequestFlags } from './flags.ts'
import type { FileToSend, UrlRequest } from './url-scenario.ts'

/** The parts of a form in which a field is a file (`name=@photo.jpg;type=image/jpeg`); null for any other. */
export function multipartOf({ body, form = [] }: RequestFlags): NonNullable<UrlRequest['multipart']> | null {
  const fields = form.map(fieldOf)
  if (body !== undefined || !fields.some(([, value]) => value.startsWith('@'))) return null
  const parts = new Map<string, (string | FileToSend)[]>()
  for (const [name, value] of fields) parts.set(name, [...(parts.get(name) ?? []), partOf(value)])
  return Object.fromEntries(
    [...parts].map(([name, all]) => [name, all.length === 1 ? (all[0] as string | FileToSend) : all]),
  )
}

function partOf(value: string): string | FileToSend {
  const [, file, type] = /^@([^;]+)(?:;type=(.+))?$/.exec(value) ?? []
  if (file === undefined) return value
  return { file, ...(type === undefined ? {} : { type }) }
}

/** @throws HarnessError USAGE for a body and a form, and for a file that cannot be read */
export function bodyOf({ body, form }: RequestFlags, place: FlagPlace): UrlRequest['body'] {
  if (body !== undefined && form !== undefined)
    throw wrong('--body and --form cannot be combined', 'A request has one body.')
  if (form !== undefined) return formOf(form)
  if (body === undefined) return null
  return body.startsWith('@') ? contentOfFile(body.slice(1), place) : body
}

function formOf(fields: readonly string[]): string {
  return new URLSearchParams(fields.map(fieldOf)).toString()
}

function fieldOf(field: string): [string, string] {
  const equals = field.indexOf('=')
  if (equals <= 0)
    throw wrong(
      `--form '${field}' has no name and value`,
      "Write it like --form 'name=value', or --form 'name=@file'.",
    )
  return [field.slice(0, equals), field.slice(equals + 1)]
}

/** The text of a file; one that is no text is sent as it is. */
function contentOfFile(path: string, place: FlagPlace): string | FileToSend {
  const text = textOfFile(path, place)
  return text.includes('\ufffd') || text.includes('\0') ? { file: path } : text
}

/** The type of a body that states none. */
export function contentTypeOf(body: string, { form }: RequestFlags): string {
  if (form !== undefined) return 'application/x-www-form-urlencoded'
  return isJson(body) ? 'application/json' : 'text/plain; charset=utf-8'
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function wrong(problem: string, hint: string): HarnessError {
  return new HarnessError('USAGE', problem, { hint })
}
