/** The requests of a command line without a scenario file: URLs, a list of them, or a command of curl, with their flags. */
import { HarnessError } from '../../base/errors.ts'
import { readCurlCommand } from './curl-command.ts'
import { textOfFile } from './flag-files.ts'
import type { FlagPlace, RequestFlags } from './flags.ts'
import { readRequestFlags } from './request-flags.ts'
import { readUrlList } from './url-list.ts'
import type { UrlRequest, UrlSource } from './url-scenario.ts'

/** Flags of a command that takes URLs. */
export interface UrlFlags extends RequestFlags {
  /** A file with one request a line. */
  readonly urls?: string
  /** A command of curl. */
  readonly curl?: string
  /** Requests after which the load ends. */
  readonly requests?: number
}

/** Requests, and the values of the secrets in them by name. */
export interface SourceOfFlags {
  readonly source: UrlSource
  readonly secrets: Readonly<Record<string, string>>
}

/** Returns null for a scenario file, about which no flag says anything. @throws HarnessError USAGE */
export function sourceOfFlags(
  given: readonly string[],
  flags: UrlFlags,
  place: FlagPlace,
): SourceOfFlags | null {
  const { urls: list, curl, requests, ...request } = flags
  const said = Object.keys(request)
  if (curl !== undefined) {
    if (given.length > 0 || list !== undefined || said.length > 0)
      throw wrong('--curl says the whole request', 'Leave out the URL and the other flags of the request.')
    const { urls, flags: ofCurl } = readCurlCommand(curl, place)
    return requestsOf(urls, ofCurl, place)
  }
  const isUrl = (text: string) => /^https?:\/\//i.test(text)
  const file = given.find((text) => !isUrl(text))
  if (file !== undefined && (given.length > 1 || list !== undefined))
    throw wrong(
      `${file} is no URL, and a run has one scenario file or several URLs`,
      'Write URLs like http://127.0.0.1:8080/path.',
    )
  if (file !== undefined && requests !== undefined)
    throw wrong(
      `--requests is about URLs, and ${file} is a scenario file`,
      'Say how many journeys end the load: --iterations 1000.',
    )
  if (file !== undefined && said.length === 0) return null
  if (file !== undefined)
    throw wrong(
      `--${dashed(said[0] as string)} is about the request of a URL, and ${file} is a scenario file`,
      'Write it into the scenario, or give a URL: proofload run http://127.0.0.1:8080/ --method POST --body @order.json',
    )
  if (given.length === 0 && list === undefined)
    throw wrong('nothing to run was given', 'Give a scenario file or a URL, --urls FILE, or --curl COMMAND.')
  return requestsOf(given, request, place, list)
}

/** @param list a file with more requests, of which each may have a method, headers and a body of its own */
function requestsOf(
  urls: readonly string[],
  flags: RequestFlags,
  place: FlagPlace,
  list?: string,
): SourceOfFlags {
  const secrets: Record<string, string> = {}
  const { likeAll, settings } = readRequestFlags(flags, place, secrets)
  const requests: UrlRequest[] = urls.map((url) => ({ url, ...likeAll }))
  for (const { url, method, headers, bodyFile } of list === undefined
    ? []
    : readUrlList(textOfFile(list, place), list)) {
    const own = readRequestFlags(
      {
        ...flags,
        header: [...(flags.header ?? []), ...headers],
        ...(method === null ? {} : { method }),
        ...(bodyFile === null ? {} : { body: `@${bodyFile}` }),
      },
      place,
      secrets,
    )
    requests.push({ url, ...own.likeAll })
  }
  return { source: { requests, settings }, secrets }
}

function dashed(flag: string): string {
  return flag.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)
}

function wrong(problem: string, hint: string): HarnessError {
  return new HarnessError('USAGE', problem, { hint })
}
