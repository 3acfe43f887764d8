/** The metrics of Artillery and their counterparts here. */

const TIME = /^(?:http\.response_time\.)?(p\d+(?:\.\d+)?|median|min|max|mean)$/
/** Short percentiles of old versions: p999 is 99.9. */
const P999 = 'p999'

/** `http.response_time.p95` and 200 -> `p95(response_time) < 200ms`; null for what has no counterpart. */
export function objectiveOfEnsure(metric: string, bound: number): string | null {
  if (!Number.isFinite(bound)) return null
  if (metric === 'maxErrorRate') return `error_ratio < ${bound}%`
  const [, fn] = TIME.exec(metric) ?? []
  if (fn === undefined) return null
  if (fn === 'median') return `p50(response_time) < ${bound}ms`
  return `${fn === P999 ? 'p99.9' : fn}(response_time) < ${bound}ms`
}
