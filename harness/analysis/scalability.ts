/**
 * The Universal Scalability Law (Gunther): X(N) = lambda N / (1 + alpha (N-1) + beta N (N-1)). ln X is fitted by least
 * squares, because the noise of a rate is relative, with alpha and beta not below 0 (STATS section 12.1): Levenberg and
 * Marquardt's method from several starts.
 */
import { max, sum } from 'simple-statistics'

/** A measured rate at a load. */
export interface LoadPoint {
  readonly load: number
  readonly ratePerSec: number
}

export interface ScalabilityFit {
  readonly lambda: number
  /** Share of the work that is serial. */
  readonly alpha: number
  /** Cost of keeping everybody consistent. */
  readonly beta: number
  /** Standard errors of the three. */
  readonly se: readonly [lambda: number, alpha: number, beta: number]
  /** The standard deviation of the residuals of ln X. */
  readonly residualSd: number
  /** sqrt((1 - alpha) / beta); null when no peak is in sight. */
  readonly peakLoad: number | null
  readonly peakRatePerSec: number | null
}

type Triple = readonly [number, number, number]
type Matrix = readonly [Triple, Triple, Triple]

const STARTS: readonly (readonly [alpha: number, beta: number])[] = [
  [0.01, 1e-5],
  [0.05, 1e-4],
  [0.1, 1e-3],
  [0.3, 1e-2],
]
const ROUNDS = 500

/** Needs four points. */
export function fitScalability(points: readonly LoadPoint[]): ScalabilityFit {
  const scale = max(points.map(({ load, ratePerSec }) => ratePerSec / load))
  const fits = STARTS.map(([alpha, beta]) => descend(points, [scale, alpha, beta]))
  const best = fits.reduce((a, b) => (lossOf(points, b) < lossOf(points, a) ? b : a))
  const [lambda, alpha, beta] = best
  const variance = lossOf(points, best) / (points.length - 3)
  const covariance = inverse(normalMatrix(points, best, 0))
  const peakLoad = beta > 0 ? Math.sqrt((1 - alpha) / beta) : null
  return {
    lambda,
    alpha,
    beta,
    se: [0, 1, 2].map((i) => Math.sqrt(variance * ((covariance[i] as Triple)[i] as number))) as [
      number,
      number,
      number,
    ],
    residualSd: Math.sqrt(variance),
    peakLoad,
    peakRatePerSec: peakLoad === null ? null : rateAt(best, peakLoad),
  }
}

/** The rate that the law gives for a load. */
export function rateAt([lambda, alpha, beta]: Triple, load: number): number {
  return (lambda * load) / (1 + alpha * (load - 1) + beta * load * (load - 1))
}

function lossOf(points: readonly LoadPoint[], at: Triple): number {
  return sum(points.map(({ load, ratePerSec }) => (Math.log(ratePerSec) - Math.log(rateAt(at, load))) ** 2))
}

function descend(points: readonly LoadPoint[], start: Triple): Triple {
  let at = start
  let damping = 1e-3
  for (let round = 0; round < ROUNDS && damping < 1e12; round++) {
    const step = multiply(inverse(normalMatrix(points, at, damping)), gradient(points, at))
    const next: Triple = [
      Math.max(1e-12, at[0] + step[0]),
      Math.max(0, at[1] + step[1]),
      Math.max(0, at[2] + step[2]),
    ]
    if (lossOf(points, next) < lossOf(points, at)) {
      at = next
      damping /= 3
    } else damping *= 3
  }
  return at
}

/** Derivatives of ln X by lambda, alpha and beta. */
function slopes([lambda, alpha, beta]: Triple, load: number): Triple {
  const queue = 1 + alpha * (load - 1) + beta * load * (load - 1)
  return [1 / lambda, -(load - 1) / queue, (-load * (load - 1)) / queue]
}

/** J'J with its diagonal raised by a share. */
function normalMatrix(points: readonly LoadPoint[], at: Triple, damping: number): Matrix {
  const rows = points.map(({ load }) => slopes(at, load))
  return [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) => {
      const entry = sum(rows.map((row) => (row[i] as number) * (row[j] as number)))
      return i === j ? entry * (1 + damping) : entry
    }),
  ) as unknown as Matrix
}

function gradient(points: readonly LoadPoint[], at: Triple): Triple {
  return [0, 1, 2].map((i) =>
    sum(
      points.map(
        ({ load, ratePerSec }) =>
          (slopes(at, load)[i] as number) * (Math.log(ratePerSec) - Math.log(rateAt(at, load))),
      ),
    ),
  ) as unknown as Triple
}

function multiply(matrix: Matrix, vector: Triple): Triple {
  return matrix.map(([a, b, c]) => a * vector[0] + b * vector[1] + c * vector[2]) as unknown as Triple
}

/** By cofactors; the columns are scaled first, because lambda is millions of times beta. */
function inverse(matrix: Matrix): Matrix {
  const scales = [0, 1, 2].map((i) => Math.sqrt((matrix[i] as Triple)[i] as number))
  const at = (i: number, j: number): number =>
    ((matrix[i % 3] as Triple)[j % 3] as number) / ((scales[i % 3] as number) * (scales[j % 3] as number))
  const cofactor = (i: number, j: number): number =>
    at(i + 1, j + 1) * at(i + 2, j + 2) - at(i + 1, j + 2) * at(i + 2, j + 1)
  const determinant = at(0, 0) * cofactor(0, 0) + at(0, 1) * cofactor(0, 1) + at(0, 2) * cofactor(0, 2)
  return [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) => cofactor(j, i) / determinant / ((scales[i] as number) * (scales[j] as number))),
  ) as unknown as Matrix
}
