import type { HostInterval } from '../messages.ts'

/** The identity of an interval in its run: a broker stores it once, whoever sends it. */
export function intervalId(
  run: string,
  { place, epoch, sequence }: Pick<HostInterval, 'place' | 'epoch' | 'sequence'>,
): string {
  return `${run}.${place}.${epoch}.${sequence}`
}
