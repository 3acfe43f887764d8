/** Decodes frames of videos and of animated PNGs with ffmpeg, where installed, through a temporary folder. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import * as z from 'zod'
import { HarnessError } from '../base/errors.ts'
import { formatDurationMs } from '../base/units.ts'
import { type Decoded, type Frame, requireFewPixels, unreadable } from './frame.ts'
import { openImage } from './image.ts'

/** The time limit for counting the frames of a file, which decodes all of it, and again for extracting some. */
const DECODE_LIMIT_MS = 60_000
/** A container may refer to streams elsewhere, so only files are read. */
const QUIET_AND_LOCAL = ['-v', 'error', '-protocol_whitelist', 'file']

const streamsSchema = z.object({
  streams: z.array(z.object({ width: z.number(), height: z.number(), nb_read_frames: z.coerce.number() })),
})

/** Opens a video. @throws HarnessError PICTURE_UNREADABLE, FFMPEG_MISSING */
export async function openVideo(file: string): Promise<Decoded> {
  const frameCount = await countFrames(file)
  // ffmpeg turns a video that was recorded on its side, so the size comes from the frames, not from the stream.
  for await (const { widthPx, heightPx } of extracted(file, [0]))
    return { widthPx, heightPx, frameCount, frames: (numbers) => extracted(file, numbers) }
  throw unreadable(file, 'no frame of it can be decoded')
}

async function countFrames(file: string): Promise<number> {
  const entries = 'stream=width,height,nb_read_frames'
  const said = await run(file, 'ffprobe', [
    ...QUIET_AND_LOCAL,
    ...['-select_streams', 'v:0', '-count_frames', '-show_entries', entries, '-of', 'json'],
    `file:${resolve(file)}`,
  ])
  const [stream] = streamsSchema.safeParse(JSON.parse(said)).data?.streams ?? []
  if (stream === undefined || stream.nb_read_frames === 0)
    throw unreadable(file, 'no frame of it can be decoded')
  requireFewPixels(file, stream.width * stream.height)
  return stream.nb_read_frames
}

async function* extracted(file: string, numbers: readonly number[]): AsyncGenerator<Frame, void> {
  const folder = await mkdtemp(join(tmpdir(), 'proofload-frames-'))
  try {
    const chosen = anyOf(numbers.map((number) => `eq(n,${number})`))
    // Timestamps are rewritten, or ffmpeg would fill the gaps between the chosen frames with copies.
    const filter = `select='${chosen}',setpts=N/FRAME_RATE/TB`
    const input = ['-i', `file:${resolve(file)}`, '-map', '0:v:0', '-vf', filter]
    const output = ['-frames:v', String(numbers.length), '-c:v', 'png', `file:${join(folder, '%06d.png')}`]
    await run(file, 'ffmpeg', ['-nostdin', ...QUIET_AND_LOCAL, ...input, ...output])
    const written = (await readdir(folder)).sort()
    if (written.length !== numbers.length)
      throw unreadable(file, `only ${written.length} of ${numbers.length} frames can be decoded`)
    for (const name of written) {
      const image = await openImage(file, await readFile(join(folder, name)))
      for await (const frame of image.frames([0])) yield frame
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Nests a sum in halves: ffmpeg accepts more than 100 terms only when they are not one long chain. */
function anyOf(terms: readonly string[]): string {
  const middle = Math.ceil(terms.length / 2)
  return terms.length < 2
    ? terms.join('')
    : `(${anyOf(terms.slice(0, middle))}+${anyOf(terms.slice(middle))})`
}

/**
 * Runs ffmpeg and returns its stdout. Any complaint makes a file unreadable, because ffmpeg would continue with what is left of
 * it.
 */
async function run(file: string, command: 'ffmpeg' | 'ffprobe', args: readonly string[]): Promise<string> {
  const end = await execa(command, args, { stdin: 'ignore', reject: false, timeout: DECODE_LIMIT_MS })
  if (end.code === 'ENOENT')
    throw new HarnessError('FFMPEG_MISSING', `${file} is a video, and ${command} is not installed here`, {
      hint: 'Install it (apt-get install ffmpeg, brew install ffmpeg), or compare a picture: png, jpeg, webp, avif, gif.',
    })
  if (end.timedOut)
    throw unreadable(file, `decoding did not end within ${formatDurationMs(DECODE_LIMIT_MS)}`, {
      hint: 'Cut it shorter.',
    })
  const [complaint] = end.stderr.split('\n').filter((line) => line.trim() !== '')
  if (end.failed || complaint !== undefined)
    throw unreadable(file, complaint ?? `${command} ended with status ${end.exitCode}`)
  return end.stdout
}
