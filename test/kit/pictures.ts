import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import sharp, { type Sharp } from 'sharp'
import type { PixelBox } from '../../harness/model/visual.ts'
import type { Decoded, Frame } from '../../harness/visual/frame.ts'

/** Whether videos can be made and read here. */
export const HAS_FFMPEG = ['ffmpeg', 'ffprobe'].every(
  (command) => spawnSync(command, ['-version']).status === 0,
)
/** Why a test is skipped where they cannot. */
export const FFMPEG_HINT = 'no ffmpeg; apt-get install ffmpeg'

export type Rgba = readonly [red: number, green: number, blue: number, alpha: number]

const INK: Rgba = [40, 44, 52, 255]
const PAPER: Rgba = [255, 255, 255, 255]

/** A frame of one colour. */
export function plain(widthPx: number, heightPx: number, colour: Rgba): Frame {
  const rgba = Buffer.alloc(4 * widthPx * heightPx)
  for (let at = 0; at < rgba.length; at += 4) rgba.set(colour, at)
  return { widthPx, heightPx, rgba }
}

/** What looks like lines of text on white paper: always the same for the same size. */
export function aPage(widthPx = 96, heightPx = 64): Frame {
  const page = plain(widthPx, heightPx, PAPER)
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++)
      if (y % 14 < 9 && (Math.floor(x / 4) * 5 + Math.floor(y / 14) * 3) % 7 < 4 && (x + y) % 5 < 3)
        page.rgba.set(INK, 4 * (y * widthPx + x))
  return page
}

/** The frame with a rectangle of another colour. */
export function withBox(frame: Frame, { x, y, width, height }: PixelBox, colour: Rgba): Frame {
  const rgba = Buffer.from(frame.rgba)
  for (let row = y; row < y + height; row++)
    for (let column = x; column < x + width; column++) rgba.set(colour, 4 * (row * frame.widthPx + column))
  return { ...frame, rgba }
}

/** As a decoder would give it. */
export function decoded(...frames: readonly Frame[]): Decoded {
  const [{ widthPx, heightPx } = plain(1, 1, PAPER)] = frames
  return {
    widthPx,
    heightPx,
    frameCount: frames.length,
    *frames(numbers) {
      for (const number of numbers) yield frames[number]!
    },
  }
}

/** A frame for sharp. */
export function imageOf({ widthPx, heightPx, rgba }: Frame): Sharp {
  return sharp(rgba, { raw: { width: widthPx, height: heightPx, channels: 4 } })
}

/** Writes a PNG; gives its path. */
export async function writePng(file: string, frame: Frame): Promise<string> {
  await imageOf(frame).png().toFile(file)
  return file
}

/** An animated WebP or GIF. */
export async function animated(format: 'webp' | 'gif', frames: readonly Frame[]): Promise<Buffer> {
  const inputs = await Promise.all(frames.map((frame) => imageOf(frame).png().toBuffer()))
  const joined = sharp(inputs, { join: { animated: true } })
  return format === 'gif' ? joined.gif().toBuffer() : joined.webp({ lossless: true }).toBuffer()
}

/** Writes a video of the frames, without loss where the codec knows how; ffmpeg chooses the codec by the name. */
export function writeVideo(file: string, frames: readonly Frame[], ...options: readonly string[]): string {
  const [{ widthPx, heightPx } = plain(1, 1, PAPER)] = frames
  const input = ['-f', 'rawvideo', '-pix_fmt', 'rgba', '-s', `${widthPx}x${heightPx}`, '-r', '10', '-i', '-']
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-y', ...input, ...options, file], {
    input: Buffer.concat(frames.map(({ rgba }) => rgba)),
  })
  if (status !== 0) throw new Error(`ffmpeg: ${stderr}`)
  return file
}

/** Writes the first part of a file as another. */
export function writeTruncated(file: string, bytes: Buffer, share: number): string {
  writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length * share)))
  return file
}
