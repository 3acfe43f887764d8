/** What each kind of report says to whoever reads it, in its own format; fails where the format is broken. */
import { parse } from 'csv-parse/sync'
import * as assert from 'uvu/assert'
import * as z from 'zod'
import { readXml, type XmlElement } from './xml.ts'

/** Texts of a report as its reader gets them. */
export type ReadReport = (report: string) => string

/** What SARIF 2.1.0 demands of what is used here, and GitHub of a result. */
export const sarifSchema = z.object({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.tuple([
    z.object({
      tool: z.object({
        driver: z.object({
          name: z.literal('proofload'),
          version: z.string(),
          rules: z.array(z.object({ id: z.string(), shortDescription: z.object({ text: z.string() }) })),
        }),
      }),
      automationDetails: z.object({ id: z.string().regex(/^proofload\/[^/]+\/./) }),
      invocations: z.tuple([z.object({ executionSuccessful: z.boolean(), exitCode: z.int() })]),
      results: z.array(
        z.object({
          ruleId: z.string(),
          ruleIndex: z.int().nonnegative(),
          level: z.enum(['error', 'warning', 'note']),
          message: z.object({ text: z.string().min(1) }),
          partialFingerprints: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
          locations: z.tuple([
            z.object({
              logicalLocations: z
                .array(z.object({ name: z.string(), fullyQualifiedName: z.string() }))
                .min(1),
              physicalLocation: z
                .object({
                  artifactLocation: z.object({ uri: z.string().regex(/^[\w.~%!*'()/-]+$/) }),
                  region: z.object({ startLine: z.int().positive() }),
                })
                .optional(),
            }),
          ]),
        }),
      ),
    }),
  ]),
})

/** What GitLab demands of a code quality report. */
export const codeQualitySchema = z.array(
  z.object({
    description: z.string().min(1),
    check_name: z.string().min(1),
    fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
    severity: z.enum(['info', 'minor', 'major', 'critical', 'blocker']),
    location: z.object({ path: z.string().min(1), lines: z.object({ begin: z.int().positive() }) }),
  }),
)

/** By the name of the report. */
export const READERS: Readonly<Record<string, ReadReport>> = {
  console: (report) => report,
  csv: readCsv,
  github: readCommands,
  gitlab: (report) => stringsOf(codeQualitySchema.parse(JSON.parse(report))),
  // As JSON: a run whose names are no names is refused by the schema of stored verdicts.
  json: (report) => stringsOf(JSON.parse(report)),
  junit: (report) => stringsOf(readXml(report) as unknown),
  markdown: readMarkdown,
  openmetrics: readMetrics,
  sarif: (report) => stringsOf(sarifSchema.parse(JSON.parse(report))),
}

/** Every text in plain data. */
function stringsOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return ''
  return Object.entries(value)
    .flatMap((pair) => pair.map(stringsOf))
    .join('\n')
}

function readCsv(report: string): string {
  const [heads = [], ...rows] = parse(report, { recordDelimiter: '\r\n' }) as string[][]
  const value = heads.indexOf('value')
  assert.ok(rows.length > 0)
  for (const row of rows) {
    assert.is(row.length, heads.length)
    assert.match(row[value] ?? '', /^-?\d+(\.\d+)?(e-?\d+)?$/)
    for (const cell of row.filter((_, i) => i !== value)) assert.not.match(cell, /^\s*[=+\-@＝＋－＠]/)
  }
  return rows.map((row) => row.join(' ')).join('\n')
}

function readCommands(report: string): string {
  const decoded = (text: string) =>
    text
      .replaceAll('%2C', ',')
      .replaceAll('%3A', ':')
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%25', '%')
  return report
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const command = /^::(?:error|warning|notice) (?:file=([^,:]+),line=1,)?title=([^,:]+)::(.+)$/.exec(line)
      assert.ok(command, line)
      return (command ?? []).slice(2).map(decoded)
    })
    .join('\n')
}

const CODE_SPAN = /(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g

/** As GitHub would render it, tags left out. */
export function readMarkdown(report: string): string {
  const shown: string[] = []
  let columns = 0
  for (const line of report.split('\n')) {
    const isRow = line.startsWith('| ')
    const outside = line.replace(CODE_SPAN, (_, _fence, code: string) => {
      shown.push(isRow ? code.replaceAll('\\|', '|') : code)
      return 'CODE'
    })
    const text = outside.replace(/<(\/?(?:details|summary)|https:\/\/[\w./-]+)>/g, '')
    assert.not.match(text, /<|@|#\d|!\d|\]\(|:\/\/|`|\[|~|\\(?!\|)/, line)
    const cells = isRow ? line.split(/(?<!\\)\|/).length : 0
    if (isRow && columns > 0) assert.is(cells, columns, line)
    columns = cells
    shown.push(text.replaceAll('&lt;', '<').replaceAll('&gt;', '>'))
  }
  return shown.join('\n')
}

/** As GitLab reads it: what follows a # is dropped, then the line is split as a shell would. */
function readMetrics(report: string): string {
  const lines = report.trimEnd().split('\n')
  assert.is(lines.pop(), '# EOF')
  return lines
    .filter((line) => !/^# (TYPE|HELP) proofload_\w+ ./.test(line))
    .map((line) => {
      assert.match(
        line,
        /^proofload_\w+\{\w+="(?:[^"\\#]|\\["\\])*"(?:,\w+="(?:[^"\\#]|\\["\\])*")*\} -?[\d.e-]+$/,
      )
      return line.replace(/\\(["\\])/g, '$1')
    })
    .join('\n')
}

/** The test cases of a JUnit document by name. */
export function casesOf(document: string): Readonly<Record<string, XmlElement>> {
  const [suite] = readXml(document).children
  const cases = (suite?.children ?? []).filter(({ name }) => name === 'testcase')
  return Object.fromEntries(cases.map((each) => [each.attributes['name'] ?? '', each]))
}
