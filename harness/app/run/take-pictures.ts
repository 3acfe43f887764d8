/**
 * Pictures of a run: made (or left by the run itself) when the load has ended and the targets still run, and compared with
 * the approved ones. Whatever keeps one from being compared is a finding, so it never passes silently.
 */
import { isAbsolute, join, relative, resolve } from 'node:path'
import { type ErrorCode, HarnessError } from '../../base/errors.ts'
import { fillSecrets } from '../../base/fill-secrets.ts'
import type { VisualFinding, VisualResult } from '../../model/visual.ts'
import { RUN_VISUALS_FOLDER } from '../../store/run-folder.ts'
import { openPicture, type Picture } from '../../visual/picture.ts'
import { compareVisual, extensionOf, VISUALS_FOLDER, writePicture } from '../visuals/visuals.ts'
import type { LoadContext } from './load-context.ts'
import { finding, problemOfMaking, type VisualTask } from './make-picture.ts'

/** Makes the pictures of the plan, or takes those that the run has left, and compares them. @param before of `picturesBefore` */
export async function takePictures(
  load: LoadContext,
  before: ReadonlyMap<string, string | null>,
): Promise<VisualResult[]> {
  const { plan, secrets, stop } = load
  const { signal } = stop
  const results: VisualResult[] = []
  for (const [name, visual] of Object.entries(fillSecrets(plan.visuals, secrets))) {
    if (signal.aborted) break
    const result = await takeVisual({ name, visual, before: before.get(name) ?? null, load, signal })
    // What was given up is not what the target shows.
    if (!signal.aborted) results.push(result)
  }
  return results
}

async function takeVisual(task: VisualTask): Promise<VisualResult> {
  const { name, visual, load } = task
  const problem = await problemOfMaking(task)
  if (problem !== null) return emptyResult(name, visual.file, problem)
  let candidate: Picture
  try {
    candidate = await openPicture(resolve(load.host.cwd, visual.file))
  } catch (error) {
    return emptyResult(name, visual.file, findingOf(error))
  }
  return await compareCandidate(task, candidate)
}

/** The picture is kept in the folder of the run: the file may be another by the time it is approved. */
async function compareCandidate(
  { name, visual, load }: VisualTask,
  candidate: Picture,
): Promise<VisualResult> {
  const { cwd } = load.host
  const outDir = join(load.folder.path, RUN_VISUALS_FOLDER)
  const write = <T>(body: () => Promise<T>) => body().catch((error) => sayUnwritten(error, load))
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
function sayUnwritten(error: unknown, { note }: LoadContext): null {
  if (!(error instanceof HarnessError) || error.code !== 'REPORT_UNWRITABLE') throw error
  note(error.message)
  return null
}

/** Findings about the instrument; any other error is about the picture. */
const CODES: Partial<Record<ErrorCode, VisualFinding['code']>> = {
  BASELINE_NOT_FOUND: 'NO_BASELINE',
  BASELINE_INVALID: 'NO_BASELINE',
  FFMPEG_MISSING: 'COMMAND_FAILED',
}

/** Finds what kept a picture from being compared; `visualAdvice` says what to do about one that nobody approved. */
function findingOf(error: unknown): VisualFinding {
  if (!(error instanceof HarnessError)) throw error
  const isNew = error.code === 'BASELINE_NOT_FOUND' || error.hint === undefined
  return finding(CODES[error.code] ?? 'UNREADABLE', isNew ? error.message : `${error.message}; ${error.hint}`)
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

/** The shortest that leads there. */
function fromFolder(cwd: string, path: string | null): string | null {
  if (path === null) return null
  const way = relative(cwd, path)
  return way.startsWith('..') || isAbsolute(way) ? path : way
}
