/**
 * Pictures of a run: made (or left by the run itself) when the load has ended and the targets still run, and compared with
 * the approved ones. Whatever keeps one from being compared is a finding, so it never passes silently.
 */
import { stat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { type ErrorCode, HarnessError } from '../../base/errors.ts'
import { visible } from '../../base/visible.ts'
import type { RunPlan, VisualPlan } from '../../model/plan.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { VisualFinding, VisualResult } from '../../model/visual.ts'
import { fillSecrets } from '../../scenario/secrets.ts'
import { runToEnd } from '../../system/child-process.ts'
import { openPicture, type Picture } from '../../visual/picture.ts'
import { type ExecuteRequest, executeRun } from '../run/execute.ts'
import { compareVisual, extensionOf, RUN_VISUALS_FOLDER, VISUALS_FOLDER, writePicture } from './visuals.ts'

/** Drives the load to its end, then looks at the pictures of the plan. */
export async function measureRun(request: ExecuteRequest): Promise<RunRecord> {
  const before = await stampsOf(request)
  const record = await executeRun(request)
  // A run that was cut short by people does not show what was meant to be seen.
  if (record.status === 'interrupted' || record.status === 'halted') return record
  return { ...record, visuals: await takeVisuals(request, before) }
}

/** One picture of one run. */
interface VisualTask {
  readonly name: string
  readonly visual: VisualPlan
  /** What was there before it was made; null: nothing. */
  readonly before: string | null
  readonly request: ExecuteRequest
  readonly signal: AbortSignal
}

async function takeVisuals(
  request: ExecuteRequest,
  before: ReadonlyMap<string, string | null>,
): Promise<VisualResult[]> {
  const { plan, secrets, stop } = request
  const { signal } = stop
  const results: VisualResult[] = []
  for (const [name, visual] of Object.entries(fillSecrets(plan.visuals, secrets))) {
    if (signal.aborted) break
    const result = await takeVisual({ name, visual, before: before.get(name) ?? null, request, signal })
    // What was given up is not what the target shows.
    if (!signal.aborted) results.push(result)
  }
  return results
}

async function takeVisual(task: VisualTask): Promise<VisualResult> {
  const { name, visual, request } = task
  const problem = await problemOfMaking(task)
  if (problem !== null) return emptyResult(name, visual.file, problem)
  let candidate: Picture
  try {
    candidate = await openPicture(resolve(request.host.cwd, visual.file))
  } catch (error) {
    return emptyResult(name, visual.file, findingOf(error))
  }
  return await compareCandidate(task, candidate)
}

/** Null when the file was written: by the command, or by the run. */
async function problemOfMaking({
  visual,
  before,
  request,
  signal,
}: VisualTask): Promise<VisualFinding | null> {
  const { command, file, timeoutMs } = visual
  const { cwd, env } = request.host
  const path = resolve(cwd, file)
  const stamp = command === null ? before : await stampOf(path)
  if (command !== null) {
    const order = { argv: ['sh', '-c', command], cwd, env: environmentOf(request, env), limitMs: timeoutMs }
    const { problem, output } = await runToEnd(order, { signal, whenAborted: 'was interrupted' })
    const said = output.split('\n').at(-1) ?? ''
    if (problem !== null)
      return finding('COMMAND_FAILED', `the command ${problem}${said === '' ? '' : `: ${said}`}`)
  }
  const after = await stampOf(path)
  if (after !== null && after !== stamp) return null
  const who = command === null ? 'the run' : 'the command'
  const why = after === null ? 'there is no such file' : 'it is what it was before'
  return finding('NOT_WRITTEN', `${file} was not written by ${who}: ${why}`)
}

/** What the command sees: all that the harness does, and what it is about. */
function environmentOf(
  { runId, correlationId, plan }: ExecuteRequest,
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

/** The picture is kept in the folder of the run: the file may be another by the time it is approved. */
async function compareCandidate(
  { name, visual, request }: VisualTask,
  candidate: Picture,
): Promise<VisualResult> {
  const { cwd } = request.host
  const outDir = join(request.folder.path, RUN_VISUALS_FOLDER)
  const write = <T>(body: () => Promise<T>) => body().catch((error) => sayUnwritten(error, request))
  const copy = join(outDir, `${name}${extensionOf(candidate, visual.file)}`)
  const kept = fromFolder(cwd, (await write(() => writePicture(copy, candidate.bytes))) ?? null)
  try {
    const address = { folder: resolve(cwd, VISUALS_FOLDER), name }
    const { file, bounds } = visual
    const compared = await compareVisual({ address, candidate, file, bounds })
    const { files, baseline, ...rest } = (await write(() => compared.show(outDir))) ?? compared.result
    const [difference, sideBySide] = [fromFolder(cwd, files.difference), fromFolder(cwd, files.sideBySide)]
    return {
      ...rest,
      baseline: fromFolder(cwd, baseline),
      files: { candidate: kept, difference, sideBySide },
    }
  } catch (error) {
    const { widthPx, heightPx, frameCount } = candidate
    const empty = emptyResult(name, visual.file, findingOf(error))
    return { ...empty, widthPx, heightPx, frameCount, files: { ...empty.files, candidate: kept } }
  }
}

/** A picture that cannot be written is said, and does not make the target's output wrong. */
function sayUnwritten(error: unknown, { observer }: ExecuteRequest): null {
  if (!(error instanceof HarnessError) || error.code !== 'REPORT_UNWRITABLE') throw error
  observer.onNote(error.message)
  return null
}

/** Of what is wrong with the instrument; anything else is wrong with the picture. */
const CODES: Partial<Record<ErrorCode, VisualFinding['code']>> = {
  BASELINE_NOT_FOUND: 'NO_BASELINE',
  BASELINE_INVALID: 'NO_BASELINE',
  FFMPEG_MISSING: 'COMMAND_FAILED',
}

/** What kept a picture from being compared; `visualAdvice` says what to do about one that nobody approved. */
function findingOf(error: unknown): VisualFinding {
  if (!(error instanceof HarnessError)) throw error
  const isNew = error.code === 'BASELINE_NOT_FOUND' || error.hint === undefined
  return finding(CODES[error.code] ?? 'UNREADABLE', isNew ? error.message : `${error.message}; ${error.hint}`)
}

function finding(code: VisualFinding['code'], message: string): VisualFinding {
  // Names of files and what decoders say come from outside.
  return { code, message: visible(message), evidence: {} }
}

function emptyResult(name: string, candidate: string, found: VisualFinding): VisualResult {
  return {
    name,
    baseline: null,
    candidate,
    widthPx: null,
    heightPx: null,
    frameCount: null,
    comparedFrameCount: 0,
    ssimMean: null,
    ssimWorstTile: null,
    worstTile: null,
    colourDifferenceMax: null,
    colourTile: null,
    findings: [found],
    files: { candidate: null, difference: null, sideBySide: null },
  }
}

/** What was at each place before the load. */
async function stampsOf({
  plan,
  host,
}: {
  readonly plan: RunPlan
  readonly host: { readonly cwd: string }
}): Promise<Map<string, string | null>> {
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

/** The shortest that leads there. */
function fromFolder(cwd: string, path: string | null): string | null {
  if (path === null) return null
  const way = relative(cwd, path)
  return way.startsWith('..') || isAbsolute(way) ? path : way
}
