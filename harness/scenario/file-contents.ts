/** Files that requests send: their content takes their place in a document, so that any host of a run has it. */
import { basename, extname, resolve } from 'node:path'
import { messageOf, type Problem } from '../base/errors.ts'
import { readRegularFile } from '../system/files.ts'
import { isObject, type Json } from './environments.ts'

/** The plan holds them, and so does every record of a run. */
const FILE_BYTES_MAX = 16 * 1024 ** 2

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.avif', 'image/avif'],
  ['.csv', 'text/csv'],
  ['.gif', 'image/gif'],
  ['.gz', 'application/gzip'],
  ['.html', 'text/html'],
  ['.jpeg', 'image/jpeg'],
  ['.jpg', 'image/jpeg'],
  ['.json', 'application/json'],
  ['.mp3', 'audio/mpeg'],
  ['.mp4', 'video/mp4'],
  ['.pdf', 'application/pdf'],
  ['.png', 'image/png'],
  ['.svg', 'image/svg+xml'],
  ['.txt', 'text/plain'],
  ['.wasm', 'application/wasm'],
  ['.webp', 'image/webp'],
  ['.xml', 'application/xml'],
  ['.zip', 'application/zip'],
])

/** The place of steps, and where what is wrong goes. */
interface FilePlace {
  /** The folder of the scenario file. */
  readonly folder: string
  /** The path of the steps, for people. */
  readonly path: string
  readonly problems: Problem[]
}

/** Fills the bodies of a list of steps. */
export async function withFileContents(
  steps: unknown,
  { folder, path, problems }: FilePlace,
): Promise<unknown> {
  if (!Array.isArray(steps)) return steps
  const filled = (content: unknown, at: string): Promise<unknown> =>
    fileContent(content, at, folder, problems)
  return await Promise.all(
    steps.map(async (step: unknown, i) => {
      if (!isObject(step)) return step
      const { request } = step
      if (!isObject(request))
        return await withInnerContents(step, { folder, path: `${path}[${i}]`, problems })
      const at = `${path}[${i}].request`
      const { body, multipart } = request
      const more: Json = {}
      if (isObject(body)) more['body'] = await filled(body, `${at}.body`)
      if (isObject(multipart)) more['multipart'] = await filledParts(multipart, `${at}.multipart`, filled)
      return { ...step, request: { ...request, ...more } }
    }),
  )
}

/** Fills the steps inside a step. */
async function withInnerContents(step: Json, { path, ...place }: FilePlace): Promise<Json> {
  const lists = Object.entries(step).map(async ([key, inner]) => {
    const at = { ...place, path: `${path}.${key}` }
    if (key === 'steps' || key === 'else' || key === 'parallel')
      return [key, await withFileContents(inner, at)] as const
    return [key, key === 'cases' && isObject(inner) ? await withCaseContents(inner, at) : inner] as const
  })
  return Object.fromEntries(await Promise.all(lists))
}

async function withCaseContents(cases: Json, { path, ...place }: FilePlace): Promise<Json> {
  const lists = Object.entries(cases).map(
    async ([value, inner]) =>
      [value, await withFileContents(inner, { ...place, path: `${path}.${value}` })] as const,
  )
  return Object.fromEntries(await Promise.all(lists))
}

async function filledParts(
  parts: Json,
  path: string,
  filled: (content: unknown, at: string) => Promise<unknown>,
): Promise<Json> {
  const entries = Object.entries(parts).map(async ([name, content]) => {
    const at = `${path}.${name}`
    const whole = Array.isArray(content)
      ? await Promise.all(content.map((each, i) => filled(each, `${at}[${i}]`)))
      : await filled(content, at)
    return [name, whole] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** The content in the place of `{ file }`; anything else is left to the schema. */
async function fileContent(
  content: unknown,
  path: string,
  folder: string,
  problems: Problem[],
): Promise<unknown> {
  if (!isObject(content) || typeof content['file'] !== 'string') return content
  const { file, ...rest } = content
  const named = file as string
  try {
    const bytes = await readRegularFile(resolve(folder, named), { bytesMax: FILE_BYTES_MAX })
    const type = TYPES.get(extname(named).toLowerCase()) ?? 'application/octet-stream'
    return { name: basename(named), type, ...rest, base64: bytes.toString('base64') }
  } catch (error) {
    problems.push({ path: `${path}.file`, message: `${named} cannot be read: ${messageOf(error)}` })
    return { ...rest, base64: '' }
  }
}
