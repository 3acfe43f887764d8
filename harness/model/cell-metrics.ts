/** Metrics that are recorded as histograms. */
export const CELL_METRICS = [
  'response_time',
  'service_time',
  'start_delay',
  'ttfb',
  'component_time',
] as const
export type CellMetric = (typeof CELL_METRICS)[number]
