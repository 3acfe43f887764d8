/** Opens files as pictures, within limits; decodes them completely or not at all. */
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { HarnessError, messageOf, systemCodeOf } from '../base/errors.ts'
import { formatBytes } from '../base/units.ts'
import { readRegularFile } from '../system/files.ts'
import { formatOf, type PictureFormat } from './format.ts'
import { type Decoded, unreadable } from './frame.ts'

/** The maximum size of a file. */
const BYTES_MAX = 128 * 1024 ** 2

/** A file that can be compared. */
export interface Picture extends Decoded {
  /** The bytes of the file. */
  readonly bytes: Buffer
  readonly sha256: string
  readonly format: PictureFormat
}

/** Opens a file. @throws HarnessError PICTURE_UNREADABLE, FFMPEG_MISSING */
export async function openPicture(file: string): Promise<Picture> {
  const bytes = await readWithin(file)
  const format = formatOf(bytes)
  if (format === null)
    throw unreadable(file, 'it is not a png, jpeg, webp, avif, gif or video', {
      hint: 'Use a file of one of these formats; its name does not matter.',
    })
  const decoded = await decode(file, format, bytes)
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex'), format, ...decoded }
}

/** Loads the decoder that is needed: most runs look at no picture. */
async function decode(file: string, format: PictureFormat, bytes: Buffer): Promise<Decoded> {
  if (format === 'video') return (await import('./video.ts')).openVideo(file)
  return (await import('./image.ts')).openImage(file, bytes)
}

async function readWithin(file: string): Promise<Buffer> {
  try {
    const found = await stat(file)
    if (!found.isFile()) throw unreadable(file, 'it is not a file', { hint: 'Give the path of a picture.' })
    if (found.size === 0) throw unreadable(file, 'it is empty')
    if (found.size > BYTES_MAX)
      throw unreadable(file, `it has ${formatBytes(found.size)}, more than ${formatBytes(BYTES_MAX)}`, {
        hint: 'Compress the picture, or shorten the video.',
      })
    return await readRegularFile(file)
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause
    if (systemCodeOf(cause) === 'ENOENT')
      throw unreadable(file, 'there is no such file', { cause, hint: 'Check the path.' })
    throw unreadable(file, messageOf(cause), { cause })
  }
}
