/** Text in a picture: what comes from outside made harmless, and how wide it is before anybody draws it. */
import { visible } from '../../base/visible.ts'

/** Size of the texts of the axes, the legend and the note. */
export const TEXT_PX = 13
/** Verdana has the widths of DejaVu Sans, so a layout holds wherever one of them is. */
export const FONT_FAMILY = 'DejaVu Sans, Verdana, sans-serif'

/** Widths of DejaVu Sans from space to tilde, in hundredths of the size of the font; measured on drawn text. */
const WIDTHS =
  `32 40 46 84 64 95 78 27 39 39 50 84 32 36 32 34 64 64 64 64 64 64 64 64 64 64 34 34 84 84 84 53
100 69 69 70 77 63 58 77 75 29 29 66 56 86 75 79 60 79 69 63 59 73 68 99 69 61 69 39 34 39 84 50
50 61 63 55 63 62 35 63 63 28 28 58 28 97 63 61 63 63 39 52 39 63 59 82 59 59 52 64 34 64 84`
    .split(/\s/)
    .map(Number)
const SPACE = 32
/** Letters of other scripts are at most about as wide as high. */
const OTHER_WIDTH = 100

/** One line that any XML reader takes: control characters and what turns the direction of reading are spelled out. */
export function plainText(text: string): string {
  return visible(text).replace(/\p{Noncharacter_Code_Point}/gu, '\u{fffd}')
}

/**
 * Keeps a text apart from what objects inherit, by a space that nobody sees: ECharts looks texts that it has measured up
 * in a plain object, and would write into `Object.prototype` for a text `__proto__`.
 */
function noInheritedName(text: string): string {
  return Reflect.has(Object.prototype, text) ? `${text} ` : text
}

/** Width in which a text is drawn, px. */
export function textWidthPx(text: string, fontPx: number = TEXT_PX): number {
  let hundredths = 0
  for (const character of text)
    hundredths += WIDTHS[(character.codePointAt(0) ?? SPACE) - SPACE] ?? OTHER_WIDTH
  return (hundredths * fontPx) / 100
}

/** Shortens a text to what fits, with an ellipsis for the rest; makes it harmless. */
export function shortText(text: string, widthPx: number, fontPx: number = TEXT_PX): string {
  const harmless = noInheritedName(plainText(text))
  if (textWidthPx(harmless, fontPx) <= widthPx) return harmless
  const characters = [...harmless]
  const roomPx = widthPx - textWidthPx('…', fontPx)
  return `${characters
    .slice(0, fittingCount(characters, roomPx, fontPx))
    .join('')
    .trimEnd()}…`
}

/** A text over at most so many lines, the last one shortened; made harmless. No line for no text. */
export function wrappedText(
  text: string,
  widthPx: number,
  linesMax: number,
  fontPx: number = TEXT_PX,
): string[] {
  const lines: string[] = []
  let rest = plainText(text).trim()
  while (rest !== '' && lines.length < linesMax - 1 && textWidthPx(rest, fontPx) > widthPx) {
    const characters = [...rest]
    const count = Math.max(1, fittingCount(characters, widthPx, fontPx))
    const space = characters.slice(0, count + 1).lastIndexOf(' ')
    const cut = space > 0 ? space : count
    lines.push(noInheritedName(characters.slice(0, cut).join('').trimEnd()))
    rest = characters.slice(cut).join('').trimStart()
  }
  return rest === '' ? lines : [...lines, shortText(rest, widthPx, fontPx)]
}

function fittingCount(characters: readonly string[], widthPx: number, fontPx: number): number {
  let usedPx = 0
  const over = characters.findIndex((character) => {
    usedPx += textWidthPx(character, fontPx)
    return usedPx > widthPx
  })
  return over === -1 ? characters.length : over
}
