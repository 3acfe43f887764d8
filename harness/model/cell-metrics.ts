/** Metrics of every target that are recorded as histograms; those of some targets are in `measures.ts`. */
export const CELL_METRICS = [
  'response_time',
  'service_time',
  'start_delay',
  'connect_time',
  'ttfb',
  'component_time',
  'group_time',
] as const
/** The name of one of these, or of a measure. */
export type CellMetric = string
