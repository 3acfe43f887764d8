/** Pairs of pictures made by integer arithmetic: the same, pixel for pixel, as those of test/visual/golden/make-ssim-golden.py. */
import type { Frame } from '../../harness/visual/frame.ts'

/** R, G, B of every pixel, row by row. */
export interface RgbImage {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
}

/** Level of a channel (0-2) of a pixel. */
type Base = (x: number, y: number, channel: number) => number
type Change = (image: RgbImage) => RgbImage

const clamp = (value: number) => Math.max(0, Math.min(255, value))
const fold = (value: number) => Math.min(value, 128 - value)

const gradient: Base = (x, y, c) => (x * 2 + y * 3 + c * 40) % 256
const waves: Base = (x, y, c) => clamp(64 + fold((x * (5 + c)) % 128) + fold((y * 7) % 128))
const text: Base = (x, y, c) => {
  const glyph = (Math.floor(x / 3) * 7 + Math.floor(y / 12) * 13) % 5
  return y % 12 < 8 && glyph < 3 && (x + y) % 7 < 4 ? 34 + c * 10 : 250
}
const checks: Base = (x, y, c) =>
  (Math.floor(x / 5) + Math.floor(y / 5)) % 2 === 0 ? 220 - c * 15 : 60 + c * 20
const flat: Base = (_x, _y, c) => 180 - c * 30

function build(base: Base, width: number, height: number): RgbImage {
  const rgb = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const pixel = Math.floor(i / 3)
    return base(pixel % width, Math.floor(pixel / width), i % 3)
  })
  return { width, height, rgb }
}

function each(change: (level: number, x: number, y: number, c: number, image: RgbImage) => number): Change {
  return (image) => ({
    ...image,
    rgb: image.rgb.map((level, i) => {
      const pixel = Math.floor(i / 3)
      return clamp(change(level, pixel % image.width, Math.floor(pixel / image.width), i % 3, image))
    }),
  })
}

function at({ width, height, rgb }: RgbImage, x: number, y: number, c: number): number {
  const [column, row] = [Math.max(0, Math.min(width - 1, x)), Math.max(0, Math.min(height - 1, y))]
  return rgb[3 * (row * width + column) + c]!
}

function noise(amplitude: number, seed: number): Change {
  return (image) => {
    let state = seed
    const next = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state >>> 24
    }
    return each((level) => level + Math.floor((next() * (2 * amplitude + 1)) / 256) - amplitude)(image)
  }
}

function blur(radius: number): Change {
  const side = 2 * radius + 1
  const offsets = Array.from({ length: side }, (_, i) => i - radius)
  return each((_, x, y, c, image) => {
    const total = offsets.flatMap((j) => offsets.map((i) => at(image, x + i, y + j, c)))
    return Math.floor(total.reduce((sum, level) => sum + level, 0) / (side * side))
  })
}

const shift = (dx: number, dy: number) => each((_, x, y, c, image) => at(image, x - dx, y - dy, c))
const brighter = (levels: number) => each((level) => level + levels)
const contrast = (numerator: number, denominator: number) =>
  each((level) => 128 + Math.floor(((level - 128) * numerator) / denominator))
const coarser = (step: number) => each((level) => Math.floor(level / step) * step)
const square = (left: number, top: number, side: number, levels: number) =>
  each((level, x, y) => (left <= x && x < left + side && top <= y && y < top + side ? level + levels : level))
const inverted = each((level) => 255 - level)
const swapped = each((_, x, y, c, image) => at(image, x, y, 2 - c))
const same: Change = (image) => image

const PAIRS: readonly (readonly [string, Base, number, number, Change])[] = [
  ['gradient, same', gradient, 96, 64, same],
  ['gradient, little noise', gradient, 96, 64, noise(3, 1)],
  ['gradient, much noise', gradient, 96, 64, noise(40, 2)],
  ['gradient, blurred', gradient, 96, 64, blur(2)],
  ['gradient, brighter', gradient, 96, 64, brighter(25)],
  ['waves, noise', waves, 67, 43, noise(12, 3)],
  ['waves, blurred', waves, 67, 43, blur(1)],
  ['waves, shifted right', waves, 67, 43, shift(1, 0)],
  ['waves, less contrast', waves, 67, 43, contrast(1, 2)],
  ['waves, coarser', waves, 67, 43, coarser(32)],
  ['text, same', text, 120, 80, same],
  ['text, shifted by a pixel', text, 120, 80, shift(1, 1)],
  ['text, shifted by three', text, 120, 80, shift(3, 0)],
  ['text, blurred', text, 120, 80, blur(1)],
  ['text, noise', text, 120, 80, noise(8, 4)],
  ['text, a square', text, 120, 80, square(51, 37, 16, -90)],
  ['text, inverted', text, 120, 80, inverted],
  ['text, darker', text, 120, 80, brighter(-30)],
  ['checks, shifted', checks, 33, 97, shift(2, 3)],
  ['checks, colours swapped', checks, 33, 97, swapped],
  ['checks, less contrast', checks, 33, 97, contrast(3, 4)],
  ['checks, blurred', checks, 33, 97, blur(3)],
  ['flat, a faint square', flat, 64, 64, square(20, 29, 16, 10)],
  ['flat, colours swapped', flat, 64, 64, swapped],
  ['flat, noise', flat, 64, 64, noise(5, 5)],
  ['one window, noise', gradient, 11, 11, noise(20, 6)],
]

/** By name, in the order of the golden file. */
export const IMAGE_PAIRS: readonly { readonly name: string; make(): readonly [RgbImage, RgbImage] }[] =
  PAIRS.map(([name, base, width, height, change]) => ({
    name,
    make: () => {
      const one = build(base, width, height)
      return [one, change(one)]
    },
  }))

/** As a decoder would give it: opaque. */
export function frameOf({ width, height, rgb }: RgbImage): Frame {
  const rgba = Buffer.alloc(4 * width * height, 255)
  for (let i = 0; i < width * height; i++) rgba.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i)
  return { widthPx: width, heightPx: height, rgba }
}
