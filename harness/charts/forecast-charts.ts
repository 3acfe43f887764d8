/** A demand over the months to come, beside what is safe; and the instances that serve it. */
import type { CapacityForecast, ForecastEstimate } from '../model/capacity-forecast.ts'
import type { ChartBand, ChartMark, LineChart } from '../model/chart.ts'
import { line } from './lines.ts'

const SHARED = {
  kind: 'lines',
  xAxis: { label: 'months from now', unit: 'count' },
  xLabels: null,
  isStacked: false,
  bounds: [],
} as const

/** None without growth: nothing changes. */
export function forecastCharts(forecast: CapacityForecast): LineChart[] {
  const { months, by } = forecast
  if (months.length < 2) return []
  const x = months.map(({ month }) => month)
  const usable = (of: number) => of * (1 - forecast.reserve)
  const level = (value: number) => x.map(() => value)
  const instances = months.flatMap((each) => each.instances ?? [])
  const demand: LineChart = {
    ...SHARED,
    x,
    id: 'demand-by-month',
    title: 'Demand and what is safe',
    note: 'The reserve is gone where the demand meets what may be used of the safe load.',
    yAxis: by === 'rate' ? { label: 'load', unit: '1/s' } : { label: 'agents', unit: 'count' },
    series: [
      line(
        'demand',
        0,
        'solid',
        months.map((each) => each.demand),
      ),
      line('safe', 'quiet', 'dashed', level(forecast.safe.value)),
      line('safe less the reserve', 2, 'solid', level(usable(forecast.safe.value))),
    ],
    bands: bandOf('safe less the reserve, 90 %', level, {
      value: usable(forecast.safe.value),
      low: forecast.safe.low === null ? null : usable(forecast.safe.low),
      high: forecast.safe.high === null ? null : usable(forecast.safe.high),
    }),
    marks: endMarks(forecast),
  }
  if (instances.length < months.length) return [demand]
  const now = forecast.instances ?? 0
  return [
    demand,
    {
      ...SHARED,
      x,
      id: 'instances-by-month',
      title: 'Instances needed',
      note: 'With the reserve and one spare, if the service scales linearly.',
      yAxis: { label: 'instances', unit: 'count' },
      series: [
        line(
          'needed',
          0,
          'solid',
          instances.map(({ value }) => value),
        ),
        line('now', 'quiet', 'dashed', level(now)),
      ],
      bands: instances.some(({ low }) => low === null)
        ? []
        : [
            {
              label: 'needed, 90 %',
              colour: 0,
              low: instances.map(({ low }) => low),
              high: instances.map(({ high }) => high),
            },
          ],
      marks: [],
    },
  ]
}

function bandOf(
  label: string,
  level: (value: number) => number[],
  { low, high }: ForecastEstimate,
): ChartBand[] {
  return low === null || high === null ? [] : [{ label, colour: 2, low: level(low), high: level(high) }]
}

/** The end of the reserve, where the picture reaches it. */
function endMarks({ endsInMonths, months }: CapacityForecast): ChartMark[] {
  const { value } = endsInMonths ?? { value: null }
  if (value === null || value > (months.at(-1)?.month ?? 0)) return []
  return [{ kind: 'change', objective: null, label: 'reserve gone', x: value, toX: null }]
}
