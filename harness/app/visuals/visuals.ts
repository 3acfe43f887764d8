/** Approved pictures: approving one, comparing another with it, listing them. */
import { userInfo } from 'node:os'
import { basename, dirname, extname, isAbsolute, join, relative, resolve } from 'node:path'
import { visualAdvice } from '../../analysis/visual-findings.ts'
import { isoOf } from '../../base/clock.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import type { VisualApproval, VisualBounds, VisualResult } from '../../model/visual.ts'
import type { Host } from '../../ports/host.ts'
import {
  invalidVisual,
  listVisuals,
  pictureFileOf,
  readVisualApproval,
  updateVisual,
  type VisualAddress,
} from '../../store/visual-baselines.ts'
import { makeFolder } from '../../system/files.ts'
import { replaceFile } from '../../system/replace-file.ts'
import { blankness } from '../../visual/blank.ts'
import { comparePictures } from '../../visual/compare.ts'
import type { DifferenceImages } from '../../visual/difference-image.ts'
import { chosenFrames } from '../../visual/frame.ts'
import { openPicture, type Picture } from '../../visual/picture.ts'
import { planesOf } from '../../visual/planes.ts'

export const VISUALS_FOLDER = 'baselines/visual'

const EXTENSIONS: Readonly<Record<Exclude<Picture['format'], 'video'>, string>> = {
  png: '.png',
  jpeg: '.jpg',
  webp: '.webp',
  avif: '.avif',
  gif: '.gif',
}
const VIDEO_EXTENSION = /^\.(?:png|apng|mp4|m4v|mov|webm|mkv|avi|ogv|avif|mpe?g)$/

export interface CompareVisualRequest {
  readonly address: VisualAddress
  /** The picture that is judged, and its path as it will stand in the result. */
  readonly candidate: Picture
  readonly file: string
  readonly bounds: VisualBounds
}

/** The outcome of a comparison. */
export interface ComparedVisual {
  readonly result: VisualResult
  /** Writes what shows the difference, where there is one; gives the result with it. @throws HarnessError REPORT_UNWRITABLE */
  show(outDir: string): Promise<VisualResult>
}

/** @throws HarnessError BASELINE_NOT_FOUND, BASELINE_INVALID, PICTURE_UNREADABLE, FFMPEG_MISSING, USAGE */
export async function compareVisual({
  address,
  candidate,
  file,
  bounds,
}: CompareVisualRequest): Promise<ComparedVisual> {
  const approval = await requireVisual(address)
  const baselineFile = pictureFileOf(address, approval)
  const baseline = await openPicture(baselineFile)
  if (baseline.sha256 !== approval.sha256)
    throw invalidVisual(baselineFile, 'it is not the one that was approved')
  const comparison = await comparePictures(baseline, candidate, bounds)
  const result: VisualResult = {
    name: address.name,
    baseline: baselineFile,
    candidate: file,
    ...comparison,
    files: { candidate: null, difference: null, sideBySide: null },
  }
  return {
    result,
    async show(outDir) {
      if (result.findings.length === 0) return result
      // Loaded when it is meant: most runs draw nothing.
      const { differenceImages } = await import('../../visual/difference-image.ts')
      const images = await differenceImages(baseline, candidate, comparison, bounds.masks)
      return { ...result, files: { ...result.files, ...(await writeImages(images, outDir, address.name)) } }
    },
  }
}

/** Compares a file; the advice says what to do about what is wrong. @throws HarnessError as `compareVisual`, REPORT_UNWRITABLE */
export async function compareVisualFile(
  {
    outDir,
    ...request
  }: Omit<CompareVisualRequest, 'candidate'> & {
    /** Folder for pictures of the difference; null: none are written. */
    readonly outDir: string | null
  },
  cwd: string,
): Promise<{ readonly result: VisualResult; readonly advice: string }> {
  const candidate = await openPicture(resolve(cwd, request.file))
  const compared = await compareVisual({ ...request, candidate })
  const result = outDir === null ? compared.result : await compared.show(outDir)
  return { result, advice: visualAdvice(result) }
}

export interface ApproveVisualRequest {
  readonly address: VisualAddress
  /** As it was said, relative to `cwd`. */
  readonly file: string
  readonly cwd: string
  /** Null: not given. */
  readonly reason: string | null
  readonly by: string | null
}

/**
 * Approves a picture. A reason is required only when an approved picture is replaced.
 * @throws HarnessError PICTURE_UNREADABLE, FFMPEG_MISSING, BASELINE_INVALID, FILE_LOCKED, REPORT_UNWRITABLE, USAGE
 */
export async function approveVisual(
  { address, file, cwd, reason, by }: ApproveVisualRequest,
  host: Pick<Host, 'clock'>,
): Promise<VisualApproval> {
  // Asked first: a name that is none is said before a large picture is read.
  await readVisualApproval(address)
  const picture = await openPicture(resolve(cwd, file))
  await requireContent(picture, file)
  const { bytes, sha256, format, widthPx, heightPx, frameCount } = picture
  return await updateVisual(address, (current) => {
    if (current !== null) requireReplaceable(current, sha256, reason)
    return {
      bytes,
      approval: {
        schemaVersion: 1,
        name: address.name,
        file: `${address.name}${extensionOf(picture, file)}`,
        sha256,
        sizeBytes: bytes.length,
        format,
        widthPx,
        heightPx,
        frameCount,
        source: sourceOf(file, cwd),
        approved: {
          at: isoOf(host.clock.wallMs()),
          by: by ?? userInfo().username,
          reason: reason ?? 'first of its name',
        },
      },
    }
  })
}

/** From where the harness runs; only the name from outside of it: what is committed names no machine's folders. */
function sourceOf(file: string, cwd: string): string {
  const way = relative(cwd, resolve(cwd, file))
  return way.startsWith('..') || isAbsolute(way) ? basename(file) : way
}

/** All approved pictures of a folder. @throws HarnessError BASELINE_INVALID */
export async function allVisuals(folder: string): Promise<VisualApproval[]> {
  const found: VisualApproval[] = []
  for (const name of await listVisuals(folder)) found.push(await requireVisual({ folder, name }))
  return found
}

async function requireVisual(address: VisualAddress): Promise<VisualApproval> {
  const found = await readVisualApproval(address)
  if (found !== null) return found
  const others = await listVisuals(address.folder)
  const known = others.length === 0 ? '' : ` There are: ${others.join(', ')}.`
  throw new HarnessError('BASELINE_NOT_FOUND', `there is no approved picture ${address.name}`, {
    hint: `Check the picture, then approve it: proofload visual approve ${address.name} FILE.${known}`,
  })
}

/** A baseline that shows nothing would let everything that shows nothing pass. */
async function requireContent(picture: Picture, file: string): Promise<void> {
  const { frameCount, widthPx, heightPx } = picture
  let blank: string | null = null
  for await (const frame of picture.frames(chosenFrames(frameCount, widthPx * heightPx))) {
    blank = blankness(planesOf(frame))
    if (blank === null) return
  }
  throw new HarnessError('USAGE', `${file} shows nothing: it is ${blank}`, {
    hint: 'Wait until the page has loaded before its picture is taken.',
  })
}

function requireReplaceable(current: VisualApproval, sha256: string, reason: string | null): void {
  const { name, approved } = current
  if (current.sha256 === sha256)
    throw new HarnessError('USAGE', `this very picture is approved as ${name} already`, {
      hint: 'See who approved it with: proofload visual list.',
    })
  if (reason === null)
    throw new HarnessError(
      'USAGE',
      `the picture ${name} is already approved, by ${approved.by} at ${approved.at}`,
      {
        hint: 'Say why it is replaced with --reason, or choose another name.',
      },
    )
}

/** Writes what shows the difference. @throws HarnessError REPORT_UNWRITABLE */
async function writeImages(
  images: DifferenceImages,
  outDir: string,
  name: string,
): Promise<Pick<VisualResult['files'], 'difference' | 'sideBySide'>> {
  const write = async (what: string, png: Buffer | null) =>
    png === null ? null : await writePicture(join(outDir, `${name}-${what}.png`), png)
  return {
    difference: await write('difference', images.difference),
    sideBySide: await write('side-by-side', images.sideBySide),
  }
}

/** Gives the path. @throws HarnessError REPORT_UNWRITABLE */
export async function writePicture(file: string, bytes: Buffer): Promise<string> {
  try {
    await makeFolder(dirname(file))
    await replaceFile(file, bytes)
  } catch (cause) {
    throw new HarnessError('REPORT_UNWRITABLE', `${file} cannot be written: ${messageOf(cause)}`, {
      cause,
      hint: 'Make the folder writable, free some space, or choose another.',
    })
  }
  return file
}

/** File extension of a format; videos keep their own. */
export function extensionOf({ format }: Picture, file: string): string {
  if (format !== 'video') return EXTENSIONS[format]
  const given = extname(file).toLowerCase()
  return VIDEO_EXTENSION.test(given) ? given : '.video'
}
