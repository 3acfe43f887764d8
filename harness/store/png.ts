/** SVG as PNG, by sharp: for mail, chat and comments, which show no SVG. */
import type { Sharp } from 'sharp'
import { HarnessError } from '../base/errors.ts'

/** Pixels for each pixel of the drawing: sharp on screens that have them. */
const SCALE = 2
/** Dots an inch at which librsvg draws one pixel as one. */
const DOTS_PER_INCH = 72
/** Few hues and their edges; more would only make the files larger. */
const COLOURS = 64

/** Draws SVG documents, opaque. @throws HarnessError FONTS_MISSING */
export async function createPngWriter(): Promise<(svg: string) => Promise<Buffer>> {
  // Loads a native library; most runs ask for no picture.
  const { default: sharp } = await import('sharp')
  const open = (svg: string) => sharp(Buffer.from(svg), { density: DOTS_PER_INCH * SCALE })
  await requireFonts(open)
  return (svg) =>
    open(svg)
      .flatten({ background: '#ffffff' })
      .png({ palette: true, colours: COLOURS, dither: 0, compressionLevel: 9 })
      .toBuffer()
}

/** Without any font all letters are the same box. */
async function requireFonts(open: (svg: string) => Sharp): Promise<void> {
  const drawn = (letters: string) =>
    open(
      `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><text y="15" font-size="13">${letters}</text></svg>`,
    )
      .raw()
      .toBuffer()
  const [narrow, wide] = [await drawn('iii'), await drawn('WWW')]
  if (narrow.equals(wide))
    throw new HarnessError(
      'FONTS_MISSING',
      'this machine has no fonts: the text in a picture would be boxes',
      {
        hint: 'Install a font and fontconfig, for example: apt-get install fonts-dejavu-core fontconfig-config',
      },
    )
}
