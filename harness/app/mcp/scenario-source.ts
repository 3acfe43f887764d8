/** Scenarios that callers may name or write: files of one folder, and documents without code. */
import { createHash } from 'node:crypto'
import { lstat, mkdir, readFile, realpath, rm } from 'node:fs/promises'
import { dirname, extname, isAbsolute, join, relative, resolve } from 'node:path'
import { HarnessError, type Problem, systemCodeOf } from '../../base/errors.ts'
import { nearestName } from '../../base/nearest-name.ts'
import type { Host } from '../../ports/host.ts'
import { listScenarios } from '../../scenario/list-scenarios.ts'
import { loadTextScenario } from '../../scenario/text-scenario.ts'
import { replaceFile } from '../../system/replace-file.ts'
import { targets } from '../../targets/index.ts'
import { workloadPatterns } from '../../workloads/index.ts'
import { type PreparedPlan, preparePlan } from '../run/prepare.ts'
import type { Grants } from './grants.ts'
import { requirePermitted } from './permission.ts'

const TEXT_TYPES: readonly string[] = ['.yaml', '.yml', '.json']
/** Folder of documents that came with a call. */
const INLINE_FOLDER = '.proofload/mcp'

export interface ScenarioPlace {
  readonly host: Host
  /** Folder of the scenarios, absolute. */
  readonly folder: string
  readonly grants: Grants
}

/** A scenario as a caller gives it: one of both. */
export interface GivenScenario {
  readonly file?: string | undefined
  readonly scenario?: Readonly<Record<string, unknown>> | undefined
}

/** A scenario that may be looked at. */
export interface FoundScenario {
  /** Absolute path. */
  readonly path: string
  /** The grants that permit it: a document that came with a call never brings code. */
  readonly grants: Grants
}

/** @throws HarnessError SCENARIO_NOT_FOUND, SCENARIO_LOAD_FAILED, NOT_GRANTED, USAGE */
export async function findScenario(given: GivenScenario, place: ScenarioPlace): Promise<FoundScenario> {
  if ((given.file === undefined) === (given.scenario === undefined))
    throw new HarnessError('USAGE', 'give either file or scenario', {
      hint: 'file is a path of the scenario folder, as list_scenarios names it; scenario is a whole document.',
    })
  if (given.file !== undefined) {
    const path = await pathOf(given.file, place)
    await requireReadable(path, place.grants, place.host.cwd)
    return { path, grants: place.grants }
  }
  return await inlineScenario(JSON.stringify(given.scenario), '.json', place)
}

/** Writes a document to a file of its own, by its content, and looks at it as at any other. */
async function inlineScenario(
  text: string,
  type: string,
  { host, grants }: ScenarioPlace,
): Promise<FoundScenario> {
  const name = createHash('sha256').update(text).digest('hex').slice(0, 16)
  const path = join(host.cwd, INLINE_FOLDER, `${name}${type}`)
  await mkdir(dirname(path), { recursive: true })
  await replaceFile(path, text)
  const found = { path, grants: { ...grants, code: false } }
  await requireReadable(path, found.grants, host.cwd)
  return found
}

/** The plan of a scenario, resolved with what this server allows. @throws HarnessError SCENARIO_*, PLUGIN_* */
export async function planOf(
  { path, grants }: FoundScenario,
  overrides: Parameters<typeof preparePlan>[1],
  { host }: ScenarioPlace,
): Promise<PreparedPlan> {
  const prepared = await preparePlan(path, { ...overrides, allowHosts: grants.hosts }, host)
  requireNoSecrets(path, prepared, host.cwd)
  return prepared
}

/** Whoever writes a document in a call must not name variables of the environment, to send them somewhere. */
function requireNoSecrets(path: string, { plan }: PreparedPlan, cwd: string): void {
  if (relative(join(cwd, INLINE_FOLDER), path).startsWith('..') || plan.secrets.length === 0) return
  throw new HarnessError('NOT_GRANTED', 'a scenario that comes with a call may not use secrets', {
    problems: plan.secrets.map((name) => ({
      path: 'the whole document',
      message: `it uses the secret ${name}`,
    })),
    hint: 'Have somebody put a file with it into the scenario folder.',
  })
}

/** @throws HarnessError SCENARIO_NOT_FOUND, NOT_GRANTED for a path that leads out of the folder or the project */
async function pathOf(file: string, { folder, host }: ScenarioPlace): Promise<string> {
  const path = resolve(folder, file)
  const real = await realpath(path).catch((cause: unknown) => {
    if (systemCodeOf(cause) === 'ENOENT') return null
    throw cause
  })
  const outside = new HarnessError('NOT_GRANTED', `${file} is outside of the scenario folder`, {
    hint: 'Name a file as list_scenarios does; links that lead out of the folder are not followed.',
  })
  if (!isWithin(path, folder)) throw outside
  if (real === null) throw await notFound(file, folder)
  if (!(isWithin(real, await realpath(folder)) && isWithin(real, await realpath(host.cwd)))) throw outside
  return real
}

async function notFound(file: string, folder: string): Promise<HarnessError> {
  const nearest = nearestName(file, await listScenarios(folder))
  return new HarnessError('SCENARIO_NOT_FOUND', `there is no scenario ${file}`, {
    hint: nearest === undefined ? 'list_scenarios names those that are there.' : `Did you mean ${nearest}?`,
  })
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '' && !way.startsWith('..') && !isAbsolute(way)
}

/** Looks at what loading alone would run or read. @throws HarnessError NOT_GRANTED, SCENARIO_LOAD_FAILED */
async function requireReadable(path: string, grants: Grants, cwd: string): Promise<void> {
  if (grants.code) return
  if (!TEXT_TYPES.includes(extname(path)))
    throw new HarnessError(
      'NOT_GRANTED',
      'a TypeScript or JavaScript scenario is code, which this server may not run',
      {
        hint: 'Use a YAML or JSON scenario, or ask whoever starts the server for --allow-code.',
      },
    )
  const { document } = await loadTextScenario(path)
  const project = await realpath(cwd)
  const problems: Problem[] = []
  if (typeof document === 'object' && document !== null && 'plugins' in document)
    problems.push({ path: 'plugins', message: 'a plugin is code' })
  for (const { at, file } of filesIn(document, ''))
    if (await leadsOut(resolve(dirname(path), file), project))
      problems.push({ path: at, message: `${file} is outside of the project` })
  if (problems.length > 0)
    throw new HarnessError('NOT_GRANTED', 'the scenario uses what this server may not run or read', {
      problems,
      hint: 'Leave it out, or ask whoever starts the server for --allow-code.',
    })
}

/** Settings that name files: of feeders, bodies, replays, and of targets. */
const FILE_KEYS: ReadonlySet<string> = new Set([
  ...['file', 'csv', 'json'],
  ...targets.all.flatMap(({ files = [] }) => files),
  ...workloadPatterns.all.flatMap(({ file }) => (file === undefined ? [] : [file.setting])),
])

function filesIn(value: unknown, at: string): { readonly at: string; readonly file: string }[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => {
    const path = at === '' ? key : `${at}.${key}`
    const named = FILE_KEYS.has(key) ? [each].flat().filter((file) => typeof file === 'string') : []
    return [...named.map((file) => ({ at: path, file })), ...filesIn(each, path)]
  })
}

/** A file that is not there is told by whoever reads it; a link counts as the file to which it leads. */
async function leadsOut(path: string, project: string): Promise<boolean> {
  const real = await realpath(path).catch(() => path)
  return !isWithin(real, project)
}

export interface WishedScenario {
  readonly name: string
  readonly yaml: string
  readonly replace: boolean
  /** Hash of the file that is replaced. */
  readonly sha256: string | null
}

export interface WrittenScenario {
  readonly path: string
  readonly sha256: string
  readonly prepared: PreparedPlan
}

/** Checks a document and writes it into the folder; one that is there is replaced only by whoever has seen it. @throws HarnessError */
export async function writeScenario(wish: WishedScenario, place: ScenarioPlace): Promise<WrittenScenario> {
  const { host, folder } = place
  const path = join(folder, `${wish.name}.yaml`)
  await requireReplaceable(path, wish)
  const found = await inlineScenario(wish.yaml, '.yaml', place)
  try {
    const prepared = await planOf(found, {}, place)
    requirePermitted(prepared, { ...found.grants, limits: UNLIMITED })
    await mkdir(folder, { recursive: true })
    if (!isWithin(await realpath(folder), await realpath(host.cwd)))
      throw new HarnessError('NOT_GRANTED', 'the scenario folder is outside of the project', {
        hint: 'Start the server in the project, with a folder of it: --scenarios scenarios.',
      })
    await replaceFile(path, wish.yaml)
    return { path: relative(host.cwd, path), sha256: hashOf(wish.yaml), prepared }
  } finally {
    await rm(found.path, { force: true })
  }
}

/** A file that asks for more than this server may send is no danger by lying there. */
const UNLIMITED: Grants['limits'] = {
  ratePerSec: Number.POSITIVE_INFINITY,
  agents: Number.POSITIVE_INFINITY,
  durationMs: Number.POSITIVE_INFINITY,
  searchMs: Number.POSITIVE_INFINITY,
  loadsPerHour: 0,
}

async function requireReplaceable(path: string, { name, replace, sha256 }: WishedScenario): Promise<void> {
  const there = await lstat(path).catch(() => null)
  if (there === null) return
  const present = there.isFile() ? hashOf(await readFile(path)) : null
  if (present !== null && replace && sha256 === present) return
  throw new HarnessError('NOT_GRANTED', `there is a scenario ${name}.yaml already`, {
    hint:
      present === null
        ? 'It is no regular file: choose another name.'
        : `Choose another name, or give replace: true and its sha256 once you have seen it: ${present}.`,
  })
}

function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
