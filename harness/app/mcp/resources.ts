/** Documents that clients may read without a call: verdicts, reports, scenarios, the manual. Ids and names are plain; nothing else is a path. */
import { readdir } from 'node:fs/promises'
import { METRICS } from '../../analysis/metrics/catalogue.ts'
import { HarnessError } from '../../base/errors.ts'
import { lookUp } from '../../base/names.ts'
import { OWN_PACKAGE } from '../../base/own-files.ts'
import { isPlainName } from '../../base/plain-name.ts'
import { scenarioJsonSchema } from '../../scenario/json-schema.ts'
import { listScenarios } from '../../scenario/list-scenarios.ts'
import { readRunFile } from '../../store/report-folders.ts'
import { readRegularText } from '../../system/files.ts'
import { cleaned, cleanText, FENCE_LINE } from './fence.ts'
import { findScenario } from './scenario-source.ts'
import { folderOfRun } from './stored-runs.ts'
import type { McpSession } from './tool.ts'

const SCHEME = 'proofload://'
const DOCS = new URL('docs/', OWN_PACKAGE)
const RUN_FILES: Readonly<Record<string, readonly [file: string, mimeType: string]>> = {
  'verdict.json': ['verdict.json', 'application/json'],
  'summary.md': ['summary.md', 'text/markdown'],
  'report.html': ['report.html', 'text/html'],
}
const TEXT_BYTES_MAX = 262_144

export const RESOURCE_TEMPLATES = [
  {
    uriTemplate: `${SCHEME}runs/{runId}/verdict.json`,
    name: 'verdict',
    description: 'Verdict of a run',
    mimeType: 'application/json',
  },
  {
    uriTemplate: `${SCHEME}runs/{runId}/summary.md`,
    name: 'summary',
    description: 'Summary of a run',
    mimeType: 'text/markdown',
  },
  {
    uriTemplate: `${SCHEME}runs/{runId}/report.html`,
    name: 'report',
    description: 'Report of a run',
    mimeType: 'text/html',
  },
  { uriTemplate: `${SCHEME}scenarios/{name}`, name: 'scenario', description: 'File of the scenario folder' },
  {
    uriTemplate: `${SCHEME}docs/{page}`,
    name: 'manual',
    description: 'Page of the manual',
    mimeType: 'text/markdown',
  },
]

/** A resource as the protocol lists it. */
export interface ListedResource {
  readonly uri: string
  readonly name: string
  readonly mimeType?: string
}

export async function listResources({ scenarios }: McpSession): Promise<ListedResource[]> {
  const files = await listScenarios(scenarios.folder)
  const pages = await readdir(DOCS)
  return [
    { uri: `${SCHEME}schema/scenario.json`, name: 'schema of scenarios', mimeType: 'application/json' },
    { uri: `${SCHEME}metrics`, name: 'metrics', mimeType: 'application/json' },
    ...files.map((name) => ({ uri: `${SCHEME}scenarios/${encodeURIComponent(name)}`, name })),
    ...pages
      .filter((page) => page.endsWith('.md'))
      .map((page) => ({
        uri: `${SCHEME}docs/${page.slice(0, -'.md'.length)}`,
        name: page,
        mimeType: 'text/markdown',
      })),
  ]
}

/** The content of a resource: text, or base64 of bytes. */
export type ResourceContent = { readonly uri: string; readonly mimeType: string } & (
  | { readonly text: string }
  | { readonly blob: string }
)

/** @throws HarnessError USAGE, RECORD_NOT_FOUND, SCENARIO_NOT_FOUND, NOT_GRANTED */
export async function readResource(uri: string, session: McpSession): Promise<ResourceContent> {
  const [kind = '', name = '', file = '', ...more] = uri.startsWith(SCHEME)
    ? uri.slice(SCHEME.length).split('/')
    : []
  if (more.length > 0) throw unknown(uri)
  const runFileNamed = lookUp(RUN_FILES, file)
  if (kind === 'runs' && runFileNamed !== undefined) return await runFile(uri, name, runFileNamed, session)
  if (file !== '') throw unknown(uri)
  if (kind === 'scenarios' && name !== '') return await scenarioFile(uri, decodeURIComponent(name), session)
  if (kind === 'docs' && isPlainName(name)) return await page(uri, name)
  if (kind === 'metrics' && name === '') return json(uri, [...METRICS.values()].map(metricRow))
  if (kind === 'schema' && name === 'scenario.json') return json(uri, scenarioJsonSchema())
  throw unknown(uri)
}

function metricRow({
  name,
  meaning,
  unit,
  better,
  labels,
}: typeof METRICS extends ReadonlyMap<string, infer M> ? M : never) {
  return { name, meaning, unit, better, labels }
}

async function runFile(
  uri: string,
  id: string,
  [name, mimeType]: readonly [file: string, mimeType: string],
  session: McpSession,
): Promise<ResourceContent> {
  const content = await readRunFile(await folderOfRun(id, session), name)
  if (content === null) throw unknown(uri)
  if (mimeType === 'text/html') return { uri, mimeType, blob: content.toString('base64') }
  const text = content.toString('utf8')
  if (mimeType === 'application/json') return json(uri, cleaned({ untrusted: true, ...JSON.parse(text) }))
  return { uri, mimeType, text: [FENCE_LINE, '', ...text.split('\n').map(cleanText)].join('\n') }
}

/** As a call may look at it: TypeScript is text here, and no file of it is run. */
async function scenarioFile(uri: string, file: string, session: McpSession): Promise<ResourceContent> {
  const reading = { ...session.scenarios, grants: { ...session.grants, code: true } }
  const { path } = await findScenario({ file }, reading)
  return { uri, mimeType: 'text/plain', text: await readRegularText(path, { bytesMax: TEXT_BYTES_MAX }) }
}

async function page(uri: string, name: string): Promise<ResourceContent> {
  const text = await readRegularText(new URL(`${name}.md`, DOCS).pathname).catch(() => null)
  if (text === null) throw unknown(uri)
  return { uri, mimeType: 'text/markdown', text }
}

function json(uri: string, value: unknown): ResourceContent {
  return { uri, mimeType: 'application/json', text: JSON.stringify(value) }
}

function unknown(uri: string): HarnessError {
  return new HarnessError('USAGE', `there is no resource ${uri}`, {
    hint: 'resources/list and resources/templates/list name them.',
  })
}
