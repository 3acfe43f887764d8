/** The forms in which a forecast is told. A new one is one line here. */
import { createRegistry } from '../../base/registry.ts'
import { forecastCharts } from '../../charts/forecast-charts.ts'
import type { CapacityForecast } from '../../model/capacity-forecast.ts'
import { loadPageAssets } from '../../web/page-assets.ts'
import { renderForecastReport } from '../../web/report/render-forecast.ts'
import { renderPictures } from './render-pictures.ts'

/** One form of a forecast. */
interface ForecastReport {
  readonly name: string
  /** A file in the folder of the forecast, or a folder in it. */
  readonly fileName: string
  render(forecast: CapacityForecast): Promise<string | readonly { name: string; bytes: Uint8Array }[]>
}

export const forecastReports = createRegistry<ForecastReport>('report', [
  {
    name: 'html',
    fileName: 'forecast.html',
    render: async (forecast) => renderForecastReport(forecast, await loadPageAssets()),
  },
  { name: 'png', fileName: 'charts', render: (forecast) => renderPictures(forecastCharts(forecast)) },
])

export const DEFAULT_FORECAST_REPORTS: readonly string[] = ['html']
