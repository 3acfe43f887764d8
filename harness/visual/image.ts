/** Still images, and moving GIF and WebP, decoded by sharp. */
import sharp from 'sharp'
import { HarnessError, messageOf } from '../base/errors.ts'
import { type Decoded, requireFewPixels, unreadable } from './frame.ts'

/** The options of libvips: a warning makes a picture unreadable; its size is checked before decoding. */
const OPTIONS = { limitInputPixels: false, failOn: 'warning', pages: -1 } as const

/**
 * Decodes all frames at once, so that a truncated file is found before the comparison. @throws HarnessError PICTURE_UNREADABLE
 */
export async function openImage(file: string, bytes: Buffer): Promise<Decoded> {
  try {
    const frameCount = await frameCountOf(file, bytes)
    // A moving picture has no orientation.
    const image = frameCount === 1 ? sharp(bytes, OPTIONS).autoOrient() : sharp(bytes, OPTIONS)
    const { data, info } = await image
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    // libvips stacks the frames.
    const [widthPx, heightPx] = [info.width, info.height / frameCount]
    const frameBytes = 4 * widthPx * heightPx
    return {
      widthPx,
      heightPx,
      frameCount,
      *frames(numbers) {
        for (const number of numbers)
          yield { widthPx, heightPx, rgba: data.subarray(number * frameBytes, (number + 1) * frameBytes) }
      },
    }
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause
    // The last line of a libvips message has the cause.
    throw unreadable(file, messageOf(cause).trim().split('\n').at(-1) ?? '', { cause })
  }
}

async function frameCountOf(file: string, bytes: Buffer): Promise<number> {
  const { width, height, pageHeight, pages = 1 } = await sharp(bytes, OPTIONS).metadata()
  requireFewPixels(file, width * (pageHeight === undefined ? height : pageHeight * pages))
  return pages
}
