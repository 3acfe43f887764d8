/** Makes the values of generated feeders. The same draws make the same values, on any thread. */
import { indexByWeight, Random } from '../base/random.ts'
import type { GeneratorPlan } from '../model/plan/generator-schema.ts'

/** Makes a value. @param random draws of this value alone @param place the count of values made before, by all threads */
export type Generator = (random: Random, place: number) => string

/** The exponent of YCSB. */
const ZIPF_EXPONENT = 0.99
/** Values are pieces of one text of this length. */
const TEXT_CHARS = 65_536

/** Creates the generator of one field. @param seed of its text */
export function createGenerator(plan: GeneratorPlan, seed: number): Generator {
  switch (plan.law) {
    case 'sequence':
      return (_random, place) => String((place % plan.max) + 1)
    case 'uniform':
      return (random) => String(random.integer(1, plan.max))
    case 'gaussian':
      return gaussian(plan)
    case 'zipf': {
      const draw = zipfSampler(plan.max, plan.exponent ?? ZIPF_EXPONENT)
      return (random) => String(draw(random))
    }
    case 'value':
      return values(plan, seed)
  }
}

function gaussian({ max, mean, deviation }: Extract<GeneratorPlan, { law: 'gaussian' }>): Generator {
  const middle = mean ?? (max + 1) / 2
  const spread = deviation ?? max / 6
  return (random) => {
    // Beyond either end another draw is taken, or keys at the ends would be the most popular ones.
    for (let attempt = 0; attempt < 100; attempt++) {
      const key = Math.round(random.normal(middle, spread))
      if (key >= 1 && key <= max) return String(key)
    }
    return String(Math.min(max, Math.max(1, Math.round(middle))))
  }
}

/** By rejection-inversion (Hörmann and Derflinger, 1996): no table, however many keys there are. */
function zipfSampler(max: number, exponent: number): (random: Random) => number {
  const weight = (x: number) => Math.exp(-exponent * Math.log(x))
  const integral = (x: number) => {
    const log = Math.log(x)
    return expm1Over((1 - exponent) * log) * log
  }
  const inverse = (x: number) => Math.exp(log1pOver(Math.max(-1, x * (1 - exponent))) * x)
  const first = integral(1.5) - 1
  const last = integral(max + 0.5)
  const sure = 2 - inverse(integral(2.5) - weight(2))
  return (random) => {
    for (;;) {
      const u = last + random.float() * (first - last)
      const x = inverse(u)
      const key = Math.min(max, Math.max(1, Math.floor(x + 0.5)))
      if (key - x <= sure || u >= integral(key + 0.5) - weight(key)) return key
    }
  }
}

/** Computes (e^x - 1) / x, which is 1 at 0. */
function expm1Over(x: number): number {
  return Math.abs(x) > 1e-8 ? Math.expm1(x) / x : 1 + x / 2
}

/** Computes ln(1 + x) / x, which is 1 at 0. */
function log1pOver(x: number): number {
  return Math.abs(x) > 1e-8 ? Math.log1p(x) / x : 1 - x / 2
}

function values({ bytes }: Extract<GeneratorPlan, { law: 'value' }>, seed: number): Generator {
  const text = textOf(seed)
  const size = sizes(bytes)
  return (random) => {
    const length = size(random)
    const from = random.integer(0, TEXT_CHARS - 1)
    const piece = text.slice(from, from + length)
    return piece.length === length
      ? piece
      : piece + text.repeat(Math.ceil(length / TEXT_CHARS)).slice(0, length - piece.length)
  }
}

function sizes(bytes: Extract<GeneratorPlan, { law: 'value' }>['bytes']): (random: Random) => number {
  if (typeof bytes === 'number') return () => bytes
  const weighted = bytes.flatMap((entry) => (typeof entry === 'number' ? [] : [entry]))
  if (weighted.length === 0) {
    const [low, high] = bytes as readonly [number, number]
    return (random) => random.integer(low, high)
  }
  let total = 0
  const cumulative = weighted.map(({ weight }) => (total += weight))
  return (random) => weighted[indexByWeight(cumulative, random.float())]?.bytes ?? 0
}

function textOf(seed: number): string {
  const random = new Random(seed, 'feeder values')
  const chars = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
  return Array.from({ length: TEXT_CHARS }, () => chars[random.integer(0, chars.length - 1)]).join('')
}
