/**
 * The likelihood of a capacity, given a reading. A share of misses follows a logistic curve of ln x that is p0 at theta, above a background
 * that has nothing to do with the load; ln of a value is a line through 0 at theta. Noise from probe to probe moves theta, so that
 * the likelihood with noise is the one without, convolved with the noise. Of a steep curve the latter is a spike between two points
 * of the grid: it is averaged over each cell, because single points, or the few of a quadrature rule, miss it or make too much of it.
 */
import type { LimitReading } from '../../model/capacity.ts'
import { effective } from './limit-reading.ts'
import type { ThetaGrid } from './theta-grid.ts'

/** Noise beyond so many standard deviations is left out. */
const DEVIATIONS = 3.5
/** Points of a cell are this close together, in units of the odds. */
const ODDS_STEP = 0.1

export interface Shape {
  /** Slope of the odds, or growth of the value, by ln x. */
  readonly slope: number
  /** Share of the allowed misses that is background. */
  readonly background: number
}

interface Space {
  readonly grid: ThetaGrid
  readonly shapes: readonly Shape[]
  readonly noises: readonly number[]
  /** The share of misses that is allowed. */
  readonly allowed: number
}

/** Likelihoods up to a common factor, by shape, then by noise, then by theta. */
export function likelihoods(lnX: number, reading: LimitReading, space: Space): Float64Array {
  return reading.kind === 'value' ? ofValue(lnX, reading, space) : ofShare(lnX, effective(reading), space)
}

function ofValue(
  lnX: number,
  { y, sd }: Extract<LimitReading, { kind: 'value' }>,
  { grid, shapes, noises }: Space,
): Float64Array {
  const found = new Float64Array(shapes.length * noises.length * grid.count)
  let at = 0
  for (const { slope } of shapes)
    for (const noise of noises) {
      const variance = Math.max(1e-6, sd ** 2 + (slope * noise) ** 2)
      for (let i = 0; i < grid.count; i++) {
        const miss = y - slope * (lnX - grid.first - i * grid.step)
        // Without the share of its own width, the widest explanation would always be the best one.
        found[at++] = Math.exp(-(miss ** 2) / (2 * variance)) / Math.sqrt(variance)
      }
    }
  return found
}

interface Counts {
  readonly k: number
  readonly n: number
}

function ofShare(lnX: number, counts: Counts, { grid, shapes, noises, allowed }: Space): Float64Array {
  const { count, step } = grid
  const margin = Math.ceil((DEVIATIONS * Math.max(...noises)) / step)
  const wide: ThetaGrid = { first: grid.first - margin * step, step, count: count + 2 * margin }
  // The best that any share can do: without it all would be too small to be a number.
  const best = lnBinomial(counts, counts.n === 0 ? 0 : counts.k / counts.n)
  const found = new Float64Array(shapes.length * noises.length * count)
  const kernels = noises.map((noise) => kernelOf(noise, step))
  shapes.forEach((shape, s) => {
    const exact = withoutNoise(lnX, counts, shape, { grid: wide, allowed, best })
    kernels.forEach((kernel, n) => {
      convolve(exact, kernel, margin, found.subarray((s * noises.length + n) * count).subarray(0, count))
    })
  })
  return found
}

function lnBinomial({ k, n }: Counts, p: number): number {
  return (k === 0 ? 0 : k * Math.log(p)) + (k === n ? 0 : (n - k) * Math.log1p(-p))
}

function withoutNoise(
  lnX: number,
  { k, n }: Counts,
  { slope, background }: Shape,
  { grid, allowed, best }: { readonly grid: ThetaGrid; readonly allowed: number; readonly best: number },
): Float64Array {
  const q = background * allowed
  const odds = Math.log((allowed - q) / (1 - allowed))
  const points = Math.max(1, Math.ceil((slope * grid.step) / ODDS_STEP))
  const averaged = new Float64Array(grid.count)
  for (let i = 0; i < grid.count; i++) {
    let total = 0
    for (let j = 0; j < points; j++) {
      const theta = grid.first + (i + (j + 0.5) / points - 0.5) * grid.step
      const over = q + (1 - q) / (1 + Math.exp(-odds - slope * (lnX - theta)))
      total += Math.exp(lnBinomial({ k, n }, Math.min(1 - 1e-12, Math.max(1e-300, over))) - best)
    }
    averaged[i] = total / points
  }
  return averaged
}

/** Half of a normal kernel, from its middle on; the whole adds up to 1. */
function kernelOf(noise: number, step: number): Float64Array {
  const half = Float64Array.from({ length: Math.ceil((DEVIATIONS * noise) / step) + 1 }, (_, i) =>
    Math.exp(-0.5 * ((i * step) / noise) ** 2),
  )
  const total = half.reduce((sum, weight, i) => sum + (i === 0 ? weight : 2 * weight), 0)
  return half.map((weight) => weight / total)
}

/** @param margin points of `from` before the first one of `into` */
function convolve(from: Float64Array, kernel: Float64Array, margin: number, into: Float64Array): void {
  for (let i = 0; i < into.length; i++) {
    const middle = i + margin
    let total = (kernel[0] as number) * (from[middle] as number)
    for (let j = 1; j < kernel.length; j++)
      total += (kernel[j] as number) * ((from[middle - j] ?? 0) + (from[middle + j] ?? 0))
    into[i] = total
  }
}
