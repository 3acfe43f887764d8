/**
 * The only source of randomness. Draws are *addressed*, not consumed: draw n of key k under seed s is a pure function of
 * (s, k, n), so an arrival or an agent gets the same draws on every thread, and a plan is reproducible
 * share by share. The mixing function is pcg3d (Jarzynski & Olano, "Hash Functions for GPU Rendering", JCGT 2020).
 */

const TWO_POW_32 = 4294967296
const TWO_POW_53 = 9007199254740992

/** Returns draw number `index` of stream `key` under `seed`: uniform in [0, 1) with 53 random bits. */
export function uniformAt(seed: number, key: number, index: number): number {
  let x = (Math.imul(seed, 1664525) + 1013904223) | 0
  let y = (Math.imul(key, 1664525) + 1013904223) | 0
  let z = (Math.imul(index, 1664525) + 1013904223) | 0
  x = (x + Math.imul(y, z)) | 0
  y = (y + Math.imul(z, x)) | 0
  z = (z + Math.imul(x, y)) | 0
  x ^= x >>> 16
  y ^= y >>> 16
  z ^= z >>> 16
  x = (x + Math.imul(y, z)) | 0
  y = (y + Math.imul(z, x)) | 0
  return ((x >>> 0) * 2097152 + (y >>> 11)) / TWO_POW_53
}

/** Hashes text to a 32-bit seed or key (FNV-1a, then a finalizer), for naming streams. */
export function keyOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** A stream of draws consumed in order: for user code, samplers and tests. */
export class Random {
  readonly #seed: number
  readonly #key: number
  #index = 0

  constructor(seed: number, key: number | string = 0) {
    this.#seed = seed | 0
    this.#key = typeof key === 'string' ? keyOf(key) : key | 0
  }

  /** Returns a uniform number in [0, 1). */
  float(): number {
    return uniformAt(this.#seed, this.#key, this.#index++)
  }

  /** Returns a uniform whole number in [low, high], both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.float() * (high - low + 1))
  }

  /** Returns a uniform number in [low, high). */
  between(low: number, high: number): number {
    return low + this.float() * (high - low)
  }

  /** Returns true with the given probability. */
  chance(probability: number): boolean {
    return this.float() < probability
  }

  /** Returns one of the items, each equally likely. The list must not be empty. */
  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.float() * items.length)] as T
  }

  /** Returns an exponential number with the given mean. */
  exponential(mean: number): number {
    return -Math.log1p(-this.float()) * mean
  }

  /** Returns a normal number (Box-Muller). */
  normal(mean: number, standardDeviation: number): number {
    const radius = Math.sqrt(-2 * Math.log1p(-this.float()))
    return mean + standardDeviation * radius * Math.cos(2 * Math.PI * this.float())
  }

  /** Returns a new list in random order (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items]
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.integer(0, i)
      ;[shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T]
    }
    return shuffled
  }
}

/** Returns the index of the weight that a uniform draw in [0, 1) falls on; `cumulative` rises and ends in the total. */
export function indexByWeight(cumulative: ArrayLike<number>, draw: number): number {
  const last = cumulative.length - 1
  const point = draw * (cumulative[last] as number)
  for (let i = 0; i < last; i++) if (point < (cumulative[i] as number)) return i
  return last
}

/** Creates a seed when the user gave none: 32 bits that differ from run to run. */
export function seedFromChance(): number {
  return Math.floor(Math.random() * TWO_POW_32)
}
