/** Pictures as a page can hold them: scaled down by sharp, as data URIs. */
import { readRegularFile } from '../system/files.ts'

/** In a page; those side by side are three. */
const WIDTH_PX_MAX = 900
const HEIGHT_PX_MAX = 1_600
const BYTES_MAX = 150_000
/** The qualities of WebP to try; the last one for the smallest size. */
const QUALITIES = [80, 50, 20] as const

/** `data:image/webp;base64,...` of at most so many characters; null where the file is none that is drawn, or stays too large. */
export async function inlinePicture(file: string, charsMax: number): Promise<string | null> {
  // Loads a native library; most runs have no picture.
  const { default: sharp } = await import('sharp')
  const size = {
    width: WIDTH_PX_MAX,
    height: HEIGHT_PX_MAX,
    fit: 'inside',
    withoutEnlargement: true,
  } as const
  try {
    const picture = await readRegularFile(file)
    for (const quality of QUALITIES) {
      const bytes = await sharp(picture, { limitInputPixels: false })
        .resize(size)
        .webp({ quality })
        .toBuffer()
      const uri = `data:image/webp;base64,${bytes.toString('base64')}`
      if (bytes.length <= BYTES_MAX && uri.length <= charsMax) return uri
    }
  } catch {
    // Gone, or a video: the report says that it is left out.
  }
  return null
}
