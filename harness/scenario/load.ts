/** Gets a scenario from where it is (TypeScript, YAML, JSON, or a bare URL) into one document, not yet checked. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { Piscina } from 'piscina'
import { parseDocument } from 'yaml'
import { HarnessError, messageOf } from '../base/errors.ts'
import type { ScenarioModule } from '../model/plan.ts'
import { bundleScenario, requireFile } from './bundle.ts'

/** A scenario as it was found. */
export interface LoadedScenario {
  /** To be checked by `resolveScenario`. */
  readonly document: unknown
  /** Null for a bare URL. */
  readonly file: string | null
  readonly module: ScenarioModule | null
  readonly scenarioHash: string | null
}

/** How long a module may take to load. */
export const LOAD_LIMIT_MS = 10_000

/**
 * Loads a file or makes a scenario of a URL.
 * @throws HarnessError SCENARIO_NOT_FOUND, SCENARIO_LOAD_FAILED, SCENARIO_TIMEOUT
 */
export async function loadScenario(
  source: string,
  cwd: string,
  limitMs = LOAD_LIMIT_MS,
): Promise<LoadedScenario> {
  if (/^https?:\/\//.test(source))
    return { document: scenarioOfUrl(source), file: null, module: null, scenarioHash: null }
  const file = resolve(cwd, source)
  if (['.yaml', '.yml', '.json'].includes(extname(file))) return loadText(file)
  const { module, scenarioHash } = await bundleScenario(file)
  return { document: await inspect(file, module, limitMs), file, module, scenarioHash }
}

/** `proofload run URL`: one journey, one request. */
function scenarioOfUrl(source: string): unknown {
  let url: URL
  try {
    url = new URL(source)
  } catch (cause) {
    throw new HarnessError('SCENARIO_INVALID', `${source} is not a URL`, {
      cause,
      hint: 'Write it like http://127.0.0.1:8080/path.',
    })
  }
  return {
    name: `${url.hostname}-${url.port || (url.protocol === 'https:' ? '443' : '80')}`.replace(/[^\w-]/g, '-'),
    target: { plugin: 'http', config: { url: url.origin } },
    workload: { pattern: 'constant-agents', agents: 10, duration: '10s' },
    journeys: {
      request: { weight: 1, steps: [{ request: { method: 'GET', path: `${url.pathname}${url.search}` } }] },
    },
  }
}

async function loadText(file: string): Promise<LoadedScenario> {
  await requireFile(file)
  const text = await readFile(file, 'utf8')
  const parsed = parseDocument(text, { prettyErrors: true })
  if (parsed.errors.length > 0) {
    throw new HarnessError('SCENARIO_LOAD_FAILED', `${file} is not valid YAML or JSON`, {
      problems: parsed.errors.map((error) => ({
        path: `${file}:${error.linePos?.[0].line ?? 1}:${error.linePos?.[0].col ?? 1}`,
        message: error.message.split('\n')[0] ?? error.message,
      })),
      hint: 'Mend the lines named above.',
    })
  }
  return {
    document: parsed.toJS(),
    file,
    module: null,
    scenarioHash: createHash('sha256').update(text).digest('hex'),
  }
}

async function inspect(file: string, module: ScenarioModule, limitMs: number): Promise<unknown> {
  const workerFile = new URL(
    import.meta.url.endsWith('.ts') ? './inspect-worker.ts' : './inspect-worker.js',
    import.meta.url,
  )
  const pool = new Piscina({
    filename: workerFile.href,
    minThreads: 1,
    maxThreads: 1,
    execArgv: [...process.execArgv, '--enable-source-maps'],
  })
  const limit = AbortSignal.timeout(limitMs)
  try {
    const document = await pool.run(module.path, { name: 'inspectModule', signal: limit })
    if (typeof document === 'object' && document !== null) return document
    throw new HarnessError('SCENARIO_LOAD_FAILED', `${file} has no scenario as its default export`, {
      hint: 'End the file with `export default defineScenario({ ... })`.',
    })
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause
    if (limit.aborted) {
      throw new HarnessError(
        'SCENARIO_TIMEOUT',
        `${file} did not finish loading within ${limitMs / 1000} s`,
        {
          cause,
          hint: 'Its top level must end: look for an endless loop or an await that never settles; slow work belongs into setup.',
        },
      )
    }
    throw new HarnessError(
      'SCENARIO_LOAD_FAILED',
      `${file} failed while it was loaded: ${messageOf(cause)}`,
      {
        cause,
        hint: authorLine(cause) ?? 'The error was thrown by the module itself; run it with node to see more.',
      },
    )
  } finally {
    await pool.destroy()
  }
}

/** The first stack line that lies in the author's source, by the source map. */
function authorLine(cause: unknown): string | undefined {
  const stack = cause instanceof Error ? (cause.stack ?? '') : ''
  const line = stack
    .split('\n')
    .find(
      (text) =>
        /\.(ts|mts|js|mjs):\d+/.test(text) && !/node:|node_modules\/(?!\.cache)|inspect-worker/.test(text),
    )
  return line === undefined ? undefined : `Thrown ${line.trim()}.`
}
