/** A forecast in words: the same in the terminal and in the report. */
import { formatAmount, formatRatio } from '../base/units.ts'
import { type CapacityForecast, type ForecastEstimate, SEARCHES_MIN } from '../model/capacity-forecast.ts'
import { intervalText, xText } from './capacity-text.ts'
import { percentText } from './figure-text.ts'

/** `The reserve of 30 % is gone in 4.2 months (90 %: 3.1 to 5.0), on 2027-04-03.` */
export function forecastHeadline(forecast: CapacityForecast): string {
  const { endsInMonths, endsOn, reserve, headroom } = forecast
  if (endsInMonths === null || endsOn === null)
    return `The demand leaves ${signedPercent(headroom.value)} of the safe load; without --growth it ends never.`
  if (endsInMonths.value === 0) return `The reserve of ${formatRatio(reserve)} is gone already.`
  const when = estimateText(endsInMonths, (months) => months.toFixed(1))
  return `The reserve of ${formatRatio(reserve)} is gone in ${when} months, on ${endsOn.slice(0, 10)}.`
}

export function forecastLines(forecast: CapacityForecast): (readonly [what: string, text: string])[] {
  const { safe, headroom, demand, demandQuery, growth, searches, olderCount, instances } = forecast
  const load = (x: number) => xText(x, { by: forecast.by, probes: [forecast] })
  const older = olderCount === 0 ? '' : `; ${olderCount} from before it last changed are left out`
  const few = searches.length < SEARCHES_MIN ? `; its uncertainty takes ${SEARCHES_MIN}` : ''
  const source = demandQuery === null ? '' : `, the most of 28 days of ${demandQuery}`
  return [
    [
      'safe',
      `${loadEstimate(safe, load)} from ${searches.length === 1 ? '1 search' : `${searches.length} searches`}${older}${few}`,
    ],
    ['demand', `${load(demand)}${growth === null ? '' : `, +${formatRatio(growth)} a month`}${source}`],
    ['headroom', `${estimateText(headroom, signedPercent)} of the safe load`],
    ...(instances === null ? [] : [['instances', instancesText(forecast, instances)] as const]),
  ]
}

/** `4 now; 5 needed now, 7 (7 to 8) in 12 months, with one spare, if it scales linearly` */
function instancesText({ months }: CapacityForecast, now: number): string {
  const shown = [0, 6, 12].flatMap((at) => {
    const found = months.find(({ month }) => month === at)?.instances ?? null
    if (found === null) return []
    const when = at === 0 ? 'now' : `in ${formatAmount(at, 'month')}`
    return [`${estimateText(found, (count) => `${count}`)} ${at === 0 ? `needed ${when}` : when}`]
  })
  return `${now} serve now; ${shown.join(', ')}; one of them spare, if it scales linearly`
}

function loadEstimate({ value, low, high }: ForecastEstimate, load: (x: number) => string): string {
  const interval = low === null || high === null ? '' : ` (90 %: ${intervalText({ low, high })})`
  return `${load(value)}${interval}`
}

function estimateText({ value, low, high }: ForecastEstimate, text: (value: number) => string): string {
  const isKnown = low !== null && high !== null && text(low) !== text(high)
  return isKnown ? `${text(value)} (90 %: ${text(low)} to ${text(high)})` : text(value)
}

function signedPercent(ratio: number): string {
  return `${ratio < 0 ? '-' : ''}${percentText(Math.abs(ratio))}`
}
