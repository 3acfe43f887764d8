/** Access logs: what was asked, how often, and how it arrived. */
import { putAt } from '../../base/names.ts'
import type { FeederDocument } from '../feeder-schema.ts'
import { type Fit, fitArrivals } from './fit-arrivals.ts'
import type { ImportFormat } from './format.ts'
import { importedOf, literal, requestOf } from './imported.ts'
import { isLogLine, type LoggedRequest, readLogLine } from './log-line.ts'
import { Names } from './names.ts'
import { groupPaths, type PathGroup } from './path-groups.ts'
import type { ImportReport } from './report.ts'
import { environmentName, isSecretField } from './secret-values.ts'
import { kindOfStaticFile } from './static-files.ts'

/** Lines by which a log is known. */
const LINES_LOOKED_AT = 20
/** More journeys than anybody reads. */
const GROUPS_MAX = 25
/** Paths of a group that are asked in turn; the most frequent ones. */
const ROWS_MAX = 100
/** A group of which more was answered so is what scanners and broken links ask. */
const FAILED_MAX = 0.5
/** Methods that need nothing that a log does not hold. */
const BODILESS = new Set(['GET', 'HEAD', 'OPTIONS'])

export const accessLog: ImportFormat = {
  name: 'access-log',
  title: 'access log',
  isLikely({ text }) {
    const lines = text
      .slice(0, 64 * 1024)
      .split('\n', LINES_LOOKED_AT)
      .filter((line) => line.trim() !== '')
    const known = lines.filter((line) => isLogLine(line))
    return known.length > 0 && known.length >= lines.length / 2
  },
  read(source, report) {
    const requests = requestsIn(source.text, report)
    if (requests.length === 0)
      throw source.invalid(
        'holds no line of an access log',
        'Lines are those of nginx and Apache (common, combined), or JSON with method, path, status and time.',
      )
    const kept = requests.filter((request) => isKept(request, report))
    const groups = mostFrequent(groupPaths(kept), kept.length, report)
    if (groups.length === 0)
      throw source.invalid(
        'holds no request that can be sent again',
        `Left out: ${report.losses.join('; ')}.`,
      )
    const fit = fitArrivals(
      requests.flatMap(({ atMs }) => (atMs === null ? [] : [atMs])),
      kept.length / requests.length,
    )
    tellOfFit(fit, report)
    const names = new Names()
    const data: Record<string, FeederDocument> = {}
    const journeys = groups.map((group) => journeyOf(group, names, data, report))
    return importedOf('access-log', { journeys, data, workload: fit?.workload ?? null })
  },
}

function requestsIn(text: string, report: ImportReport): readonly LoggedRequest[] {
  const requests: LoggedRequest[] = []
  let number = 0
  for (const line of text.split('\n')) {
    number++
    if (line.trim() === '' || line.startsWith('#')) continue
    const request = readLogLine(line)
    if (request === null) report.lost('lines that are none of a log', `line ${number}`)
    else requests.push(request)
  }
  return requests
}

function isKept({ method, path }: LoggedRequest, report: ImportReport): boolean {
  const kind = kindOfStaticFile(path)
  if (kind !== null) report.lost('static files', kind)
  else if (!BODILESS.has(method))
    report.lost('requests whose bodies no log holds', `${method} ${path.split('?')[0]}`)
  return kind === null && BODILESS.has(method)
}

function mostFrequent(
  groups: readonly PathGroup[],
  total: number,
  report: ImportReport,
): readonly PathGroup[] {
  const good = groups.filter(({ requests, template, method }) => {
    const failed = requests.filter(({ status }) => status >= 400).length
    const isFailing = failed > requests.length * FAILED_MAX
    if (isFailing) report.lost('paths that were mostly answered with 4xx or 5xx', `${method} ${template}`)
    return !isFailing
  })
  const sorted = [...good].sort((a, b) => b.requests.length - a.requests.length)
  const rest = sorted.slice(GROUPS_MAX).reduce((sum, { requests }) => sum + requests.length, 0)
  if (rest > 0) {
    const share = ((100 * rest) / total).toFixed(1)
    report.lost(`the ${sorted.length - GROUPS_MAX} rarest kinds of requests, ${share} % of all`)
  }
  return sorted.slice(0, GROUPS_MAX)
}

function tellOfFit(fit: Fit | null, report: ImportReport): void {
  if (fit === null) report.lost('arrivals: the lines have no time that can be read')
  else for (const note of fit.notes) report.note(note)
}

/** One request an arrival; a kind that was asked by several paths asks the most frequent ones as often as they were. */
function journeyOf(
  { method, template, requests }: PathGroup,
  names: Names,
  data: Record<string, FeederDocument>,
  report: ImportReport,
) {
  const name = names.of(`${method === 'GET' ? '' : method} ${template}`, method === 'GET' ? 'home' : method)
  const paths = [...countedPaths(requests, report)].sort(([, a], [, b]) => b - a).slice(0, ROWS_MAX)
  const [first] = paths
  const step = `${method} ${template}`
  if (paths.length === 1 && first !== undefined)
    return {
      name,
      weight: requests.length,
      steps: [requestOf({ method, path: first[0], step: first[0] === template ? null : step })],
    }
  putAt(data, name, { mode: 'random', rows: rowsOf(paths) })
  return { name, weight: requests.length, steps: [requestOf({ method, path: `{{${name}.path}}`, step })] }
}

function countedPaths(requests: readonly LoggedRequest[], report: ImportReport): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { path } of requests) {
    const plain = writtenPath(path, report)
    counts.set(plain, (counts.get(plain) ?? 0) + 1)
  }
  return counts
}

/** Rows in proportion to how often each path was asked, at most ten of one. */
function rowsOf(paths: readonly (readonly [string, number])[]): { path: string }[] {
  const [, fewest = 1] = paths.at(-1) ?? []
  return paths
    .flatMap(([path, count]) =>
      Array.from({ length: Math.min(10, Math.max(1, Math.round(count / fewest))) }, () => ({
        path: literal(path),
      })),
    )
    .slice(0, 3 * ROWS_MAX)
}

/** The path as a scenario has it; a key that stood in a URL comes from the environment. */
function writtenPath(path: string, report: ImportReport): string {
  return literal(path).replace(/([?&])([^=&]+)=[^&]*/g, (whole, before: string, name: string) => {
    if (!isSecretField(name)) return whole
    const secret = environmentName(name)
    report.secret(secret, `the query field ${name}`)
    return `${before}${name}={{secret.${secret}}}`
  })
}
