/** Requests of journeys whose number conditions decide. */
import { formatCount } from '../base/units.ts'

interface BoundedJourney {
  readonly journey: string
  readonly least: number
  readonly most: number
}

/** `buy: 3 to 21 requests a walk, by its conditions` */
export function requestBoundsText({ journey, least, most }: BoundedJourney): string {
  return `${journey}: ${formatCount(least)} to ${formatCount(most)} requests a walk, by its conditions`
}
