import type { Frame } from './frame.ts'

/**
 * The planes of a frame, one byte per pixel: red, green, blue (each times alpha, so invisible pixels do not differ) and alpha.
 */
export type Planes = readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array]

export function planesOf({ rgba, widthPx, heightPx }: Frame): Planes {
  const pixels = widthPx * heightPx
  const [red, green, blue, alpha] = [0, 1, 2, 3].map(() => new Uint8Array(pixels)) as unknown as Planes
  for (let i = 0, at = 0; i < pixels; i++, at += 4) {
    const opacity = rgba[at + 3] ?? 0
    alpha[i] = opacity
    red[i] = seen(rgba[at] ?? 0, opacity)
    green[i] = seen(rgba[at + 1] ?? 0, opacity)
    blue[i] = seen(rgba[at + 2] ?? 0, opacity)
  }
  return [red, green, blue, alpha]
}

function seen(level: number, opacity: number): number {
  return opacity === 255 ? level : Math.round((level * opacity) / 255)
}
