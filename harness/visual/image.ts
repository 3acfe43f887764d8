/** Images, by sharp: still ones, and GIF and WebP that move. */
import sharp from 'sharp'
import { HarnessError, messageOf } from '../base/errors.ts'
import { type Decoded, requireFewPixels, unreadable } from './frame.ts'

/** What libvips complains about makes a picture unreadable; how large it may be is asked before it is decoded. */
const OPTIONS = { limitInputPixels: false, failOn: 'warning', pages: -1 } as const

/** All frames at once, so that what is truncated is found before anything is compared. @throws HarnessError PICTURE_UNREADABLE */
export async function openImage(file: string, bytes: Buffer): Promise<Decoded> {
  try {
    const frameCount = await frameCountOf(file, bytes)
    // A moving picture knows no orientation.
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
    // libvips says on the last line what it came to.
    throw unreadable(file, messageOf(cause).trim().split('\n').at(-1) ?? '', { cause })
  }
}

async function frameCountOf(file: string, bytes: Buffer): Promise<number> {
  const { width, height, pageHeight, pages = 1 } = await sharp(bytes, OPTIONS).metadata()
  requireFewPixels(file, width * (pageHeight === undefined ? height : pageHeight * pages))
  return pages
}
