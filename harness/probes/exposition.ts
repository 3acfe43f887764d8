/**
 * The text format that Prometheus scrapes, parsed line by line; only lines of the requested metric are parsed.
 *
 *   line   ::= name [ "{" [ label { "," label } [ "," ] ] "}" ] value [ timestamp ] [ "#" exemplar ]     blanks between
 *   label  ::= name "=" '"' text '"'        in text: \\ \" \n
 *   value  ::= number | "NaN" | "+Inf" | "-Inf"
 */

/** One line of the metric. */
export interface SeriesValue {
  readonly labels: ReadonlyMap<string, string>
  readonly value: number
}

const LABEL = /[ \t]*([a-zA-Z_]\w*)[ \t]*=[ \t]*"((?:[^"\\]|\\[\\"n])*)"[ \t]*(,|(?=\}))/y
const LABELS = /[ \t]*\{/y
const END_OF_LABELS = /[ \t]*\}/y
const REST = /[ \t]*([^\s#]+)(?:[ \t]+-?\d+(?:\.\d+)?)?[ \t]*(?:[ \t]#.*)?$/y
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** Returns every series of a metric in a page. @throws Error for a line of the metric that is not in the format */
export function seriesIn(page: string, metric: string): SeriesValue[] {
  return page.split('\n').flatMap((line) => {
    const isMetric = line.startsWith(metric) && /^[{ \t]/.test(line.slice(metric.length))
    return isMetric ? [parseLine(line.trimEnd(), metric.length)] : []
  })
}

/** Parses a number as written by Prometheus; null when it is not a number. */
export function parseValue(text: string): number | null {
  if (NUMBER.test(text)) return Number(text)
  const special = /^(?:(nan)|([+-]?)inf(?:inity)?)$/i.exec(text)
  if (special === null) return null
  if (special[1] !== undefined) return Number.NaN
  return special[2] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

function parseLine(line: string, nameEnd: number): SeriesValue {
  LABELS.lastIndex = nameEnd
  const { labels, end } = LABELS.test(line)
    ? parseLabels(line, LABELS.lastIndex)
    : { labels: [], end: nameEnd }
  REST.lastIndex = end
  const value = parseValue(REST.exec(line)?.[1] ?? '')
  if (value === null) throw malformed(line)
  return { labels: new Map(labels), value }
}

function parseLabels(
  line: string,
  from: number,
): { readonly labels: [string, string][]; readonly end: number } {
  const labels: [string, string][] = []
  let end = from
  for (;;) {
    END_OF_LABELS.lastIndex = end
    if (END_OF_LABELS.test(line)) return { labels, end: END_OF_LABELS.lastIndex }
    LABEL.lastIndex = end
    const match = LABEL.exec(line)
    if (match === null) throw malformed(line)
    labels.push([match[1] as string, unescaped(match[2] as string)])
    end = LABEL.lastIndex
  }
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character))
}

function malformed(line: string): Error {
  return new Error(`a line is not in the text format: ${line.slice(0, 100)}`)
}
