/** The file of a picture: written by its command, or by the run itself. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { visible } from '../../base/visible.ts'
import type { VisualPlan } from '../../model/plan.ts'
import type { VisualFinding } from '../../model/visual.ts'
import { runToEnd } from '../../system/child-process.ts'
import type { LoadContext } from './load-context.ts'

/** One picture of one run. */
export interface VisualTask {
  readonly name: string
  readonly visual: VisualPlan
  /** Stamp of the file before it was made; null: there was none. */
  readonly before: string | null
  readonly load: LoadContext
  readonly signal: AbortSignal
}

/** Stamps of the files that are at the places of the pictures before the load. */
export async function picturesBefore({ plan, host }: LoadContext): Promise<Map<string, string | null>> {
  const stamps = Object.entries(plan.visuals).map(
    async ([name, { file }]) => [name, await stampOf(resolve(host.cwd, file))] as const,
  )
  return new Map(await Promise.all(stamps))
}

/** Changes whenever the file is written anew; null when there is none. */
async function stampOf(path: string): Promise<string | null> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(path)
    return [ino, size, mtimeMs, ctimeMs].join(' ')
  } catch {
    // What keeps it from being looked at is said when it is opened.
    return null
  }
}

/** Has the file written; null when it was: by the command, or by the run. */
export async function problemOfMaking({
  visual,
  before,
  load,
  signal,
}: VisualTask): Promise<VisualFinding | null> {
  const { command, file, timeoutMs } = visual
  const { cwd, env } = load.host
  const path = resolve(cwd, file)
  const stamp = command === null ? before : await stampOf(path)
  if (command !== null) {
    const order = { argv: ['sh', '-c', command], cwd, env: environmentOf(load, env), limitMs: timeoutMs }
    const { problem, output } = await runToEnd(order, { signal, whenAborted: 'was interrupted' })
    const said = output.split('\n').at(-1) ?? ''
    if (problem !== null)
      return finding('COMMAND_FAILED', `the command ${problem}${said === '' ? '' : `: ${said}`}`)
  }
  const after = await stampOf(path)
  if (after !== null && after !== stamp) return null
  const who = command === null ? 'the run' : 'the command'
  const why = after === null ? 'there is no such file' : 'it is unchanged since before the run'
  return finding('NOT_WRITTEN', `${file} was not written by ${who}: ${why}`)
}

/** Environment of the command: the harness's own, and the ids of the run. */
function environmentOf(
  { runId, correlationId, plan }: LoadContext,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const given = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  const urls = Object.values(plan.targets).flatMap(({ config }) =>
    typeof config['url'] === 'string' ? [config['url']] : [],
  )
  return {
    ...Object.fromEntries(given),
    PROOFLOAD_RUN_ID: runId,
    PROOFLOAD_CORRELATION_ID: correlationId,
    ...(urls[0] === undefined ? {} : { PROOFLOAD_TARGET_URL: urls[0] }),
  }
}

export function finding(code: VisualFinding['code'], message: string): VisualFinding {
  // Names of files and what decoders say come from outside.
  return { code, message: visible(message), evidence: {} }
}
