/** Compares the turns of two generators. Pure. */
import { median } from 'simple-statistics'
import type { TurnFigures } from './turn.ts'

/** The compared figures, in the order in which they are shown. */
export const FIGURES = [
  'requestsPerSec',
  'cpuUsPerRequest',
  'p50Ms',
  'p95Ms',
  'p99Ms',
  'p999Ms',
  'errorCount',
] as const satisfies readonly (keyof TurnFigures)[]
export type FigureName = (typeof FIGURES)[number]

export interface ComparedFigure {
  readonly name: FigureName
  /** Medians over the rounds. */
  readonly proofload: number
  readonly autocannon: number
  /** (proofload - autocannon) / autocannon, in percent; null when autocannon's is 0. */
  readonly disagreementPercent: number | null
  /** The raw values by round. */
  readonly proofloadRounds: readonly number[]
  readonly autocannonRounds: readonly number[]
}

/** One turn of each generator. */
export interface CalibrationRound {
  readonly proofload: TurnFigures
  readonly autocannon: TurnFigures
}

/** @param rounds at least one */
export function compareRounds(rounds: readonly CalibrationRound[]): ComparedFigure[] {
  return FIGURES.map((name) => {
    const proofloadRounds = rounds.map(({ proofload }) => proofload[name])
    const autocannonRounds = rounds.map(({ autocannon }) => autocannon[name])
    const [ours, theirs] = [median(proofloadRounds), median(autocannonRounds)]
    return {
      name,
      proofload: ours,
      autocannon: theirs,
      disagreementPercent: theirs === 0 ? null : ((ours - theirs) / theirs) * 100,
      proofloadRounds,
      autocannonRounds,
    }
  })
}
