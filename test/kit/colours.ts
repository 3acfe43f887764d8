/** How colours are seen: contrast as WCAG has it, and distances with and without each kind of cone. */

/** Linear red, green, blue, 0-1. */
type Light = readonly [number, number, number]

/** Machado, Oliveira, Fernandes 2009: no red, no green, no blue cones. */
export const SIGHTS: Readonly<Record<string, readonly Light[]>> = {
  'all cones': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'no red cones': [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  'no green cones': [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  'no blue cones': [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

function lightOf(colour: string): Light {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return [red as number, green as number, blue as number]
}

function times(matrix: readonly Light[], [a, b, c]: Light): Light {
  const [x, y, z] = matrix.map(([i, j, k]) => i * a + j * b + k * c)
  return [x as number, y as number, z as number]
}

/** 1 to 21. */
export function contrastOf(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [red, green, blue] = lightOf(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((left, right) => left - right)
  return (high + 0.05) / (low + 0.05)
}

/** In OKLab: 0.02 is just to be seen beside one another, black and white are 1 apart. */
export function distanceOf(a: string, b: string, sight: readonly Light[]): number {
  const [left, right] = [a, b].map((colour) => oklab(times(sight, lightOf(colour))))
  return Math.hypot(...(left as Light).map((value, i) => value - ((right as Light)[i] as number)))
}

function oklab(light: Light): Light {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    light,
  ).map(Math.cbrt) as unknown as Light
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones,
  )
}
