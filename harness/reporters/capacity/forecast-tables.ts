/** Tables of a forecast. */
import type { CapacityForecast, ForecastEstimate } from '../../model/capacity-forecast.ts'
import { xText } from '../../text/capacity-text.ts'
import { forecastLines } from '../../text/forecast-text.ts'
import type { Table } from '../tables/table.ts'

export function forecastFactsTable(forecast: CapacityForecast): Table {
  return { title: 'Found', heads: ['what', 'value'], rows: forecastLines(forecast) }
}

export function forecastMonthsTable(forecast: CapacityForecast): Table {
  return {
    title: 'Months to come',
    heads: ['month', 'demand', 'instances'],
    rows: forecast.months.map(({ month, demand, instances }) => [
      `${month}`,
      loadText(demand, forecast),
      instances === null ? '-' : rangeText(instances),
    ]),
  }
}

export function forecastSearchesTable(forecast: CapacityForecast): Table {
  return {
    title: 'Searches that it is from',
    heads: ['search', 'started', 'build', 'safe'],
    rows: forecast.searches.map(({ id, startedAt, build, safe }) => [
      id,
      startedAt,
      build ?? '-',
      loadText(safe, forecast),
    ]),
  }
}

function loadText(x: number, forecast: CapacityForecast): string {
  return xText(x, { by: forecast.by, probes: [forecast] })
}

function rangeText({ value, low, high }: ForecastEstimate): string {
  return low === null || high === null || low === high ? `${value}` : `${value} (${low} to ${high})`
}
