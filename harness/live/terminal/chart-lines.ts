/** Lines of charts as a screen draws them: the same figures and roles of colour, in the few tones that a terminal has. */
import { liveSeries } from '../../charts/live-series.ts'
import { type OverTimeSubject, overTimeChart } from '../../charts/over-time.ts'
import type { ChartColour, ChartSeries } from '../../model/chart.ts'
import type { ScreenModel } from './screen-model.ts'
import type { Tone } from './styled-text.ts'

/** The newest values of a line of a chart; null where it has none. @param width at most so many of them */
export function chartLine(
  { view, points }: Pick<ScreenModel, 'view' | 'points'>,
  subject: OverTimeSubject,
  label: string,
  width: number,
): ChartSeries | null {
  const chart = overTimeChart(subject, liveSeries(points.slice(-width), view))
  return chart?.series.find((series) => series.label === label) ?? null
}

export function toneOfColour(colour: ChartColour): Tone {
  if (colour === 'quiet') return 'dim'
  return colour === 'bad' ? 'bad' : 'accent'
}
