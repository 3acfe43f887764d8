/** The score of many searches of one world. */
import { mean } from 'simple-statistics'
import { Random } from '../../harness/base/random.ts'
import type { Searched } from './methods.ts'
import { truthOf, type World } from './worlds.ts'

export interface Score {
  /** The confirmation included, the check for drift not. */
  readonly probes: number
  /** ln of estimate over truth. */
  readonly bias: number
  readonly rms: number
  /** Shares of searches. */
  readonly off5: number
  readonly safeTooHigh: number
  readonly coverage: number
  readonly unconfirmed: number
  /** Mean of ln(safe / truth). */
  readonly safe: number
  readonly overloadS: number
}

export function score(
  world: World,
  count: number,
  seed: number,
  search: (random: Random) => Searched,
): Score {
  const truth = truthOf(world)
  const searched = Array.from({ length: count }, (_, i) => search(new Random(seed + i, world.name)))
  const errors = searched.flatMap(({ estimate }) =>
    estimate === null || estimate <= 0 ? [] : [Math.log(estimate / truth)],
  )
  const safes = searched.flatMap(({ safe }) => (safe === null || safe <= 0 ? [] : [Math.log(safe / truth)]))
  const share = (matches: (one: Searched) => boolean) => searched.filter(matches).length / count
  return {
    probes: mean(searched.map(({ probes }) => probes.filter(({ purpose }) => purpose !== 'drift').length)),
    bias: errors.length === 0 ? Number.NaN : mean(errors),
    rms: errors.length === 0 ? Number.NaN : Math.sqrt(mean(errors.map((error) => error ** 2))),
    off5: errors.filter((error) => Math.abs(error) > 0.05).length / count,
    safeTooHigh: safes.filter((error) => error > Math.log(1.02)).length / count,
    coverage: share(({ interval }) => interval !== null && interval[0] <= truth && truth <= interval[1]),
    unconfirmed: share(({ safe }) => safe === null),
    safe: safes.length === 0 ? Number.NaN : mean(safes),
    overloadS: mean(searched.map(({ overloadS }) => overloadS)),
  }
}
