/** Paired rounds: every contestant runs once a round, the order is reversed every other round, ratios are taken within a round. */
import { median } from 'simple-statistics'

/** Raw figures by contestant, one a round. */
export type Rounds = Readonly<Record<string, readonly number[]>>

/** Runs all contestants so many times in turn. A figure is whatever `measure` gives. */
export async function inTurn(
  names: readonly string[],
  rounds: number,
  measure: (name: string) => Promise<number>,
): Promise<Rounds> {
  const figures: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : [...names].reverse())
      figures[name]?.push(await measure(name))
  }
  return figures
}

/** Median of the ratios within rounds. */
export function pairedRatio(rounds: Rounds, name: string, peer: string): number {
  const peers = rounds[peer] ?? []
  return median((rounds[name] ?? []).map((figure, round) => figure / (peers[round] as number)))
}

/** Three significant digits. */
export function brief(figure: number): string {
  return Number(figure.toPrecision(3)).toString()
}
